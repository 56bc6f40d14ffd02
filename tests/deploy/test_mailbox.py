"""A demonstration's mailbox: what is sent to it is kept and can be read, and nothing goes on from there."""

import json
import socket
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.command_line.main import main
from deploy.embedded import mailbox
from deploy.embedded.files import private_folder
from deploy.embedded.folder import DataFolder
from deploy.embedded.mailbox import LONGEST_MAIL_BYTES, mail_is_set_up, mailbox_open, read_mails, set_up_mail
from services.kernel.carrier import AppriseCarrier, StaysHere
from services.rapid_assessment.main import CARRIERS
from services.rapid_assessment.reaching import read_carriers
from tests.support.servers import free_ports

HOST = "127.0.0.1"
TEXT = "Something waits for your answer: http://localhost:8157/answer#ABCD-EFGH. ¿Acudiría? Sí & más."


def a_folder(tmp_path: Path, port: int) -> DataFolder:
    folder = DataFolder(tmp_path / "house", "demonstration")
    folder.open()
    private_folder(folder.secrets / "rapid_assessment")
    set_up_mail(folder, port)
    return folder


async def test_what_the_house_sends_is_kept_whole_in_order_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    folder = a_folder(tmp_path, port)
    assert mailbox.CARRIERS == CARRIERS
    template = read_carriers(folder.secrets / "rapid_assessment" / CARRIERS)["email"]
    carrier = StaysHere(AppriseCarrier())
    for number, who in enumerate(("advocate_1%40people.invalid", "cps%40people.invalid"), start=1):
        with mailbox_open(folder.mail, HOST, port):
            assert await carrier.send(template.replace("{address}", who), "Muster", TEXT) is True
        assert [each.number for each in read_mails(folder.mail)] == list(range(1, number + 1))
    first, second = read_mails(folder.mail)
    assert (first.to, first.title, first.text) == ("advocate_1@people.invalid", "Muster", TEXT)
    assert read_mails(folder.mail, after=1) == [second]
    assert second.to == "cps@people.invalid"
    assert {each.stat().st_mode & 0o077 for each in (folder.mail, *folder.mail.iterdir())} == {0}
    assert await carrier.send(template.replace("{address}", "cps%40people.invalid"), "Muster", TEXT) is False


def test_it_relays_nothing_keeps_no_half_mail_and_of_many_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (port,) = free_ports(1)
    folder = a_folder(tmp_path, port).mail
    monkeypatch.setattr(mailbox, "KEPT", 2)
    with mailbox_open(folder, HOST, port):
        assert said(port, "VRFY root", "RCPT TO:<a b@c.invalid>", "DATA")[1:] == ["502", "501", "554"]
        begun = ("HELO x", "MAIL FROM:<a@b.invalid>", "RCPT TO:<c@d.invalid>", "DATA")
        assert said(port, *begun, "Subject: half", "") == ["220", "250", "250", "250", "354", "554"]
        too_long = ("y" * 1_000 + "\r\n") * (LONGEST_MAIL_BYTES // 1_000 + 1)
        assert said(port, *begun, f"{too_long}.")[-1] == "554"
        assert read_mails(folder) == []
        for title in ("one", "two", "three"):
            assert said(port, *begun, f"Subject: {title}\r\n\r\n..a text\r\n.", "QUIT")[-2:] == ["250", "221"]
    assert [(each.title, each.text) for each in read_mails(folder)] == [("two", ".a text"), ("three", ".a text")]


def test_a_real_folder_has_none_and_one_that_was_not_set_up_says_so(tmp_path: Path) -> None:
    real = DataFolder(tmp_path / "real", "real")
    real.open()
    assert not real.mail.exists()
    assert not mail_is_set_up(real)
    assert mail_is_set_up(a_folder(tmp_path, 8145))


def test_whoever_walks_about_reads_what_came_to_its_people(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, 8145)
    asked = ["mail", "--data", str(folder.path)]
    none = CliRunner().invoke(main, asked)
    assert (none.exit_code, "No mail came" in none.output) == (1, True)
    for number in range(1, 13):
        text = f"Delivered-To: cps_{number}@people.invalid\r\nSubject: Muster\r\n\r\nNumber {number}.\r\n"
        (folder.mail / f"{number:07d}.eml").write_text(text)
    told = CliRunner().invoke(main, [*asked, "--json"])
    assert [each["number"] for each in json.loads(told.output)] == list(range(3, 13))
    one = CliRunner().invoke(main, [*asked, "--to", "cps_1@"])
    assert one.output == "1  cps_1@people.invalid  Muster\n    Number 1.\n\n"


def said(port: int, *lines: str) -> list[str]:
    """The codes of all answers to these lines, until it or the sender hangs up."""
    with closing(socket.create_connection((HOST, port), timeout=5)) as line:
        line.sendall("".join(f"{each}\r\n" for each in lines).encode())
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while more := line.recv(4096):
            answer += more
    return [each[:3] for each in answer.decode().splitlines()]

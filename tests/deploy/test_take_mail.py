"""One mail as a mail server's pipe hands it over: what is read of it, and how the command ends."""

import asyncio
import base64
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from deploy.command_line.main import main
from deploy.command_line.read_mail import Mail, read_mail
from services.rapid_assessment.ask.carried import SECRETS
from services.rapid_assessment.ask.reply import Reply, read_reply
from tests.deploy.asked import data_folder, nobody_there
from tests.support.servers import free_ports

SENDER = "example.advocate.zqx@house.example"
ANSWER = "NO 482913 in court zqx\r\n\r\nOn Tuesday Muster <m@house.example> wrote:\r\n> Or answer: YES 482913\r\n"
HTML = (
    "<html><head><style>p { color: red }</style></head><body><div>NO 482&#57;13&nbsp;in court</div><div>zqx</div>"
    "<blockquote><p>YES 482913</p></blockquote></body></html>"
)


def a_mail(text: str | None = ANSWER, html: str | None = None, **headers: str) -> bytes:
    mail = EmailMessage()
    for name, value in ({"From": f"Example Advocate <{SENDER}>", "To": "m@house.example"} | headers).items():
        mail[name.replace("_", "-")] = value
    if text is not None:
        mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html") if text is not None else mail.set_content(html, subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize("raw", [a_mail(), a_mail(html="<p>YES 000000</p>"), a_mail(None, HTML)])
def test_whom_it_is_from_and_the_words_they_wrote_themselves(raw: bytes) -> None:
    mail = read_mail(raw)
    assert (mail.sender, mail.by_itself) == (SENDER, False)
    assert read_reply(mail.text) == Reply(yes=False, code="482913", words="in court zqx")


@pytest.mark.parametrize(
    "headers",
    [{"From": f"{SENDER}, other@house.example"}, {"From": ""}, {"From": "no address at all"}],
)
def test_of_two_senders_and_of_none_it_is_from_nobody(headers: dict[str, str]) -> None:
    assert "@" not in read_mail(a_mail(**headers)).sender


def test_two_headers_of_the_sender_are_of_nobody() -> None:
    assert read_mail(b"From: other@house.example\r\n" + a_mail()).sender == ""


@pytest.mark.parametrize(("said", "by_itself"), [("auto-replied", True), ("Auto-Generated; x=y", True), ("no", False)])
def test_what_a_program_wrote_by_itself_says_so(said: str, by_itself: bool) -> None:
    assert read_mail(a_mail(Auto_Submitted=said)).by_itself is by_itself


@given(st.binary(max_size=300), st.sampled_from([b"", b"From: ", b"Content-Type: text/plain; charset=", a_mail()]))
def test_whatever_comes_is_read_without_a_fault_and_can_be_passed_on(junk: bytes, before: bytes) -> None:
    mail = read_mail(before + junk)
    assert isinstance(mail, Mail)
    assert msgspec.json.decode(msgspec.json.encode(mail)) == [*mail]


def take(folder: Path, raw: bytes) -> Result:
    return CliRunner().invoke(main, ["take-mail", "--data", str(folder)], input=raw)


def with_secret(folder: Path, written: str) -> Path:
    secrets = folder / "secrets" / "rapid_assessment"
    secrets.mkdir(parents=True, exist_ok=True)
    (secrets / SECRETS).write_text(written)
    return folder


SECRET = f'{{"email": "whsec_{base64.b64encode(bytes(32)).decode()}"}}'


async def test_it_ends_as_a_mail_server_reads_it_and_says_nothing_of_the_mail(tmp_path: Path) -> None:
    (closed,) = free_ports(1)
    down = with_secret(data_folder(tmp_path / "down", {"rapid_assessment": closed}), SECRET)
    never = with_secret(tmp_path / "never", SECRET)
    none = data_folder(tmp_path / "none", {"rapid_assessment": closed})
    wrong = with_secret(data_folder(tmp_path / "wrong", {"rapid_assessment": closed}), '{"email": "whsec_short"}')
    for folder, code in ((down, 75), (never, 75), (none, 78), (wrong, 78)):
        said = take(folder, a_mail())
        assert said.exit_code == code, said.output
        assert said.stderr.count("\n") == 1
        assert "zqx" not in said.output
    # What a program wrote by itself needs no Muster: nothing is to be tried again.
    assert take(down, a_mail(Auto_Submitted="auto-replied")).exit_code == 0


async def test_where_the_service_has_another_secret_it_is_not_set_up(tmp_path: Path) -> None:
    async with nobody_there() as port:
        folder = with_secret(data_folder(tmp_path / "data", {"rapid_assessment": port}), SECRET)
        said = await asyncio.to_thread(take, folder, a_mail())
    assert said.exit_code == 78, said.output

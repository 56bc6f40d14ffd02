"""`muster verify` and `muster findings`, against services that run, that were tampered with, and that are down."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.command_line.main import main
from deploy.command_line.verify import HOW, KINDS, anchored_in, newest_heads, since_when, stamps_of
from deploy.topology import SERVICES
from services.audit.finding.state import FindingKind, How
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, Checkpoint, Note, Signer, read_note
from services.kernel.proof.stamping import Authority, stamp
from tests.deploy.asked import data_folder, muster, muster_beside, on_a_port
from tests.services.audit.house import AUDITOR, NOWHERE, House, a_house
from tests.services.tips.house import NAME
from tests.support.running_service import Person
from tests.support.servers import Database, Nats, Servers
from tests.support.stamps import TimeStampAuthority, answering, roots_file


@pytest.fixture
async def house(servers: Servers, database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with a_house(servers, database, nats_server) as running:
        for each in SERVICES:
            running.audit.settings.peers.setdefault(each.name, NOWHERE)
        yield running


@pytest.fixture
async def folder(house: House, tmp_path: Path) -> AsyncIterator[Path]:
    async with on_a_port(house.audit) as port:
        yield data_folder(tmp_path / "data", {"audit": port})


async def test_what_is_the_same_is_said_to_be_and_two_runs_have_one_fingerprint(house: House, folder: Path) -> None:
    await house.receive()
    token = house.audit.token(AUDITOR)

    said = await muster_beside("verify", "tips", "audit", data=folder, token=token)
    machine = await muster_beside("verify", "tips", "--json", data=folder, token=token)

    assert said.exit_code == machine.exit_code == 0, said.output
    told = json.loads(machine.stdout)
    assert told["same"]
    (tips,) = told["services"]
    rows = len(house.log())
    assert f"{rows} rows, {rows} in the copy: all the same" in said.stdout
    assert f"fingerprint at {rows}: {tips['fingerprint']}" in said.stdout
    assert "in order; nobody keeps a copy of this log" in said.stdout
    assert said.stdout.endswith("Every log compared is the same as its copy, and in order.\n")


async def test_what_was_tampered_with_ends_the_command_with_one_and_is_listed(house: House, folder: Path) -> None:
    await house.receive()
    token = house.audit.token(AUDITOR)
    house.tamper("DELETE FROM copied_events WHERE position = 3", copy=True)
    house.tamper(
        "UPDATE stored_events SET state = replace(encode(state, 'escape'), 'Hinds', 'Rankin')::bytea"
        " WHERE notification_id = 2"
    )

    said = await muster_beside("verify", "tips", data=folder, token=token)

    assert said.exit_code == 1, said.output
    assert "2 FINDINGS" in said.stdout
    assert "(grave), position 2: not the same in log and copy; OPEN" in said.stdout
    assert "(loss), position 3: missing from the copy; filled from the service's own rows" in said.stdout
    assert "Something was found in tips." in said.stdout
    assert NAME not in said.output

    listed = await muster_beside("findings", data=folder, token=token)
    assert listed.exit_code == 0, listed.output
    assert "position 2: not the same" in listed.stdout
    assert "position 3" not in listed.stdout
    every = await muster_beside("findings", "tips", "--all", "--json", data=folder, token=token)
    assert [each["kind"] for each in json.loads(every.stdout)["findings"]].count("missing_here") == 1


async def test_a_service_that_is_down_is_named_and_the_others_are_still_compared(house: House, folder: Path) -> None:
    await house.receive()
    token = house.audit.token(AUDITOR)
    down = [each.name for each in SERVICES if each.name not in {"tips", "audit"}]

    said = await muster_beside("verify", data=folder, token=token)

    assert said.exit_code == 9, said.output
    assert f"Not compared: {', '.join(down)}." in said.stdout
    assert "all the same" in said.stdout
    assert all(f"The service {name} does not answer" in said.stdout for name in down)

    house.tamper("DELETE FROM stored_events WHERE notification_id = 1")
    machine = await muster_beside("verify", "--json", data=folder, token=token)
    told = {each["service"]: each for each in json.loads(machine.stdout)["services"]}
    assert machine.exit_code == 1, "what was found outweighs what was not looked at"
    assert told["tips"]["findings"][0]["kind"] == "missing_there"
    assert {name for name, each in told.items() if each["why"]} == set(down)


def test_heads_that_lie_elsewhere_are_brought_and_what_is_none_is_passed_over(tmp_path: Path) -> None:
    signer = Signer("muster/test/tips", SIGNS_CHECKPOINTS, Ed25519PrivateKey.generate())
    heads = [Checkpoint(origin, size, bytes(32)) for origin in ("muster/test/tips", "x/audit") for size in (9, 10)]
    for number, head in enumerate(heads):
        (tmp_path / f"{number}.txt").write_text(Note(head, [signer.sign(head)]).written)
    (tmp_path / "other.txt").write_text("no head")
    found = newest_heads("tips", [tmp_path, tmp_path])
    assert [read_note(each).checkpoint for each in found] == heads[:2]

    assert anchored_in(tmp_path) == []
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "anchor.folder").write_text(f"{tmp_path}\n")
    assert anchored_in(tmp_path) == [tmp_path]


def test_heads_that_lie_stamped_beside_their_stamp_say_since_when_and_a_changed_one_says_that(tmp_path: Path) -> None:
    signer = Signer("muster/test/tips", SIGNS_CHECKPOINTS, Ed25519PrivateKey.generate())
    written = []
    outside = TimeStampAuthority()
    with answering(outside.respond) as url:
        authority = Authority(url, roots_file(tmp_path, outside))
        for size in (9, 10):
            head = Checkpoint("muster/test/tips", size, bytes(32))
            written.append(Note(head, [signer.sign(head)]).written)
            (tmp_path / f"{size}.txt").write_text(written[-1])
            (tmp_path / f"{size}.tsr").write_bytes(stamp(written[-1].encode(), authority))
    (tmp_path / "alone.tsr").write_bytes(b"of no head")
    stamps = stamps_of("tips", [tmp_path])
    assert [text for text, _ in stamps] == written
    assert stamps_of("audit", [tmp_path]) == []
    told = since_when(stamps, authority)
    assert (told["size"], told["wrong"]) == (10, "")
    assert datetime.now(UTC) - datetime.fromisoformat(told["at"]) < timedelta(minutes=1)
    assert since_when(stamps, None) == since_when([], authority) == {}
    (tmp_path / "9.txt").write_text(written[1])
    wrong = since_when(stamps_of("tips", [tmp_path]), authority)
    assert (wrong["at"], bool(wrong["wrong"])) == ("", True)


async def test_who_is_no_auditor_is_told_so(house: House, folder: Path) -> None:
    for command in ("verify", "findings"):
        token = house.audit.token(Person(("operator",)))
        said = await muster_beside(command, data=folder, token=token)
        assert said.exit_code == 8
        assert "Your role does not use this" in said.stderr
    assert house.audit.names() == []


async def test_where_nothing_was_found_one_is_told_so(house: House, folder: Path) -> None:
    token = house.audit.token(AUDITOR)
    assert (await muster_beside("findings", data=folder, token=token)).stdout == "Nothing stands open.\n"
    assert (await muster_beside("findings", "--all", data=folder, token=token)).stdout == "Nothing was ever found.\n"


@pytest.mark.parametrize("command", ["verify", "findings"])
def test_where_nothing_runs_one_is_told_how_to_start(tmp_path: Path, command: str) -> None:
    said = muster(command, data=data_folder(tmp_path / "data", {"audit": 1}), token="a-token")
    assert said.exit_code == 7
    assert "start it with `muster up`" in said.stderr


@pytest.mark.parametrize("command", ["verify", "findings"])
def test_a_service_there_is_not_is_wrong_use(tmp_path: Path, command: str) -> None:
    assert muster(command, "elsewhere", data=tmp_path, token="a-token").exit_code == 2


def test_there_are_words_for_every_kind_and_every_way_to_be_whole_again() -> None:
    assert set(KINDS) == set(FindingKind)
    assert set(HOW) == {"", *How}


@pytest.mark.parametrize("command", ["verify", "findings"])
def test_help_teaches_with_an_example_and_says_the_exit_codes(command: str) -> None:
    said = CliRunner().invoke(main, [command, "--help"])
    assert said.exit_code == 0
    assert f"muster {command}" in said.output
    assert "Ends with" in said.output

"""`muster replay`, against the audit service as it really runs, and against nothing at all."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import click
import pytest
from click.testing import CliRunner

from deploy.command_line.main import main
from deploy.command_line.times import Moment, shown
from services.audit.main import DEFINITION as AUDIT
from services.identity.main import DEFINITION as IDENTITY
from tests.deploy.asked import data_folder, muster, muster_beside, on_a_port
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.support.running_service import NOON, Person, RunningService, running_service
from tests.support.servers import Database, Nats

AUDITOR = Person(("auditor",), agency="AG-PID")


@pytest.fixture
async def audit(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(AUDIT, database, nats_server) as running:
        yield running


@pytest.fixture
async def folder(audit: RunningService, tmp_path: Path) -> AsyncIterator[Path]:
    async with on_a_port(audit) as port:
        yield data_folder(tmp_path / "data", {"audit": port})


async def a_case(audit: RunningService) -> UUID:
    """A tip had nine hours before it was typed in."""
    tip = uuid4()
    received_at = NOON - timedelta(hours=9)
    await SourceLog(audit, "tips").tell(tip, a_tip(tip, received_at), happened_at=received_at, case=tip)
    return tip


async def test_a_case_is_told_in_sentences_with_its_times(audit: RunningService, folder: Path) -> None:
    case = await a_case(audit)

    said = await muster_beside("replay", str(case), data=folder, token=audit.token(AUDITOR))

    assert said.exit_code == 0, said.output
    first, _, sentence, *_ = said.stdout.splitlines()
    assert first == f"Case {case} as of Tue 2026-11-03 12:00 CST, as it was known then."
    assert sentence.startswith("   1  Tue 2026-11-03 12:00 CST  Child Protection Services received tip")
    assert "Entered 9 hours later." in " ".join(said.stdout.split())
    assert max(map(len, said.stdout.splitlines())) <= 100
    assert audit.names() == ["audit.case_replayed"]


async def test_the_json_answer_is_the_services_own(audit: RunningService, folder: Path) -> None:
    case = await a_case(audit)
    said = await muster_beside("replay", str(case), "--json", data=folder, token=audit.token(AUDITOR))
    told = json.loads(said.stdout)
    assert (told["case"], told["by"], len(told["sentences"])) == (str(case), "recorded", 1)


async def test_a_moment_without_zone_is_central_and_tells_what_was_known_or_true_then(
    audit: RunningService, folder: Path
) -> None:
    case = await a_case(audit)
    token = audit.token(AUDITOR)
    # Noon of the test is 12:00 Central; the tip was had at 03:00.
    asked = ("replay", str(case), "--as-of", "2026-11-03 11:59")

    known = await muster_beside(*asked, data=folder, token=token)
    true = await muster_beside(*asked, "--by", "happened", data=folder, token=token)

    assert "Nothing was on record then." in known.stdout
    assert "as of Tue 2026-11-03 11:59 CST, as it was true then." in true.stdout
    assert "received tip" in true.stdout


async def test_an_unknown_case_is_said_to_be_unknown(audit: RunningService, folder: Path) -> None:
    case = uuid4()
    said = await muster_beside("replay", str(case), data=folder, token=audit.token(AUDITOR))
    assert said.exit_code == 1
    assert said.stderr == (
        f"There is no case {case} that you can open: check the reference, or look it up in the list of cases.\n"
    )
    assert said.stdout == ""


async def test_a_refused_moment_is_explained(audit: RunningService, folder: Path) -> None:
    asked = ("replay", str(await a_case(audit)), "--as-of", "2031-01-01T00:00:00Z")
    said = await muster_beside(*asked, data=folder, token=audit.token(AUDITOR))
    assert said.exit_code == 1
    assert "has not come yet" in said.stderr


async def test_who_is_no_auditor_is_told_so(audit: RunningService, folder: Path) -> None:
    token = audit.token(Person(("cps_coordinator",)))
    said = await muster_beside("replay", str(await a_case(audit)), data=folder, token=token)
    assert said.exit_code == 8
    assert "Your role does not use this" in said.stderr


async def test_an_old_token_is_said_to_be_old(audit: RunningService, folder: Path) -> None:
    token = audit.token(AUDITOR, lasts=timedelta(minutes=1))
    audit.time.turn(timedelta(minutes=2))
    said = await muster_beside("replay", str(uuid4()), "--json", data=folder, token=token)
    assert said.exit_code == 8
    answer = json.loads(said.stdout)
    assert (answer["event"], answer["exit_code"]) == ("failed", 8)
    assert "not signed in, or no longer" in answer["sentence"]


def test_without_a_token_one_is_told_how_to_sign_in(tmp_path: Path) -> None:
    said = muster("replay", str(uuid4()), data=data_folder(tmp_path / "data", {"audit": 1}))
    assert said.exit_code == 8
    assert "add --sign-in" in said.stderr
    assert "MUSTER_TOKEN" in said.stderr


@pytest.mark.parametrize("ports", [{}, {"audit": 1}])
def test_where_nothing_runs_one_is_told_how_to_start(tmp_path: Path, ports: dict[str, int]) -> None:
    folder = data_folder(tmp_path / "data", ports)
    said = muster("replay", str(uuid4()), data=folder, token="a-token")
    assert said.exit_code == 7
    assert "start it with `muster up`" in said.stderr
    demonstration = muster("replay", str(uuid4()), "--demonstration", data=folder, token="a-token")
    assert "`muster up --demonstration`" in demonstration.stderr


async def test_signing_in_asks_for_passphrase_and_code_and_wrong_ones_are_refused(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    async with running_service(IDENTITY, database, nats_server) as identity, on_a_port(identity) as port:
        folder = data_folder(tmp_path / "data", {"identity": port, "audit": 1})
        asked = ("replay", str(uuid4()), "--sign-in", "nobody")
        said = await muster_beside(*asked, data=folder, typed="wrong passphrase\n123456\n")
    assert said.exit_code == 8
    assert "Something of what you gave is wrong" in said.stderr
    assert "wrong passphrase" not in said.output


def test_a_case_that_is_no_reference_is_wrong_use(tmp_path: Path) -> None:
    assert muster("replay", "26-0417", data=tmp_path).exit_code == 2


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-02 18:00", datetime(2026, 11, 3, 0, 0, tzinfo=UTC)),
        ("2026-07-02 18:00", datetime(2026, 7, 2, 23, 0, tzinfo=UTC)),
        ("2026-11-02T18:00:00-05:00", datetime(2026, 11, 2, 23, 0, tzinfo=UTC)),
        ("2026-11-02T18:00:00Z", datetime(2026, 11, 2, 18, 0, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_their_zone_says_or_as_central(typed: str, moment: datetime) -> None:
    assert Moment().convert(typed, None, None) == moment


@pytest.mark.parametrize("typed", ["2026-11-01 01:30", "2026-03-08 02:30"])
def test_a_time_that_came_twice_or_never_asks_for_its_zone(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="add the zone"):
        Moment().convert(typed, None, None)


def test_a_text_that_is_no_time_is_refused_with_an_example() -> None:
    with pytest.raises(click.BadParameter, match="2026-11-02T18:00:00-06:00"):
        Moment().convert("last night", None, None)


def test_times_are_shown_with_weekday_and_zone() -> None:
    assert shown("2026-07-01T05:00:00Z") == "Wed 2026-07-01 00:00 CDT"


@pytest.mark.parametrize(
    "command", [["replay"], ["parked"], ["parked", "list"], ["parked", "retry"], ["parked", "discard"], ["rebuild"]]
)
def test_help_teaches_with_an_example(command: list[str]) -> None:
    said = CliRunner().invoke(main, [*command, "--help"])
    assert said.exit_code == 0
    assert "Example" in said.output
    assert f"muster {' '.join(command)}" in said.output

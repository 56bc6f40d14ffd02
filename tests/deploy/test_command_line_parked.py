"""`muster parked`, against a service that really could not process an event."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from services.audit.main import DEFINITION
from services.identity.main import DEFINITION as IDENTITY
from services.kernel.stored_form import Logged
from tests.deploy.asked import data_folder, muster, muster_beside, on_a_port
from tests.services.audit.copied import publish
from tests.services.identity.house import ADMINISTRATOR_SIGN_IN_NAME, PASSPHRASE, House
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

OPERATOR = Person(("operator",), agency="AG-PID")


@pytest.fixture
async def audit(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    """It has parked one row, which is not of the stored form."""
    async with running_service(DEFINITION, database, nats_server) as running:
        broken = msgspec.json.encode({"event_id": str(uuid4())})
        await publish(running, "tips", Logged(uuid4(), 1, "tips.broken", broken, id=1))

        async def parked() -> bool:
            return len((await running.get("/operator/parked", by=OPERATOR)).json()) == 1

        await eventually(parked)
        yield running


@pytest.fixture
async def folder(audit: RunningService, tmp_path: Path) -> AsyncIterator[Path]:
    async with on_a_port(audit) as port:
        yield data_folder(tmp_path / "data", {"audit": port})


async def test_what_is_parked_is_listed_with_where_and_why(audit: RunningService, folder: Path) -> None:
    said = await muster_beside("parked", "list", "audit", data=folder, token=audit.token(OPERATOR))
    assert said.exit_code == 0, said.output
    where, why, *_ = said.stdout.splitlines()
    assert where == "audit  audit-from-tips  1  since Tue 2026-11-03 12:00 CST"
    assert "tips.broken" in why
    assert "lacks an event id" in why
    assert "muster parked retry" in said.stdout


async def test_signing_in_works_as_well_as_a_token_and_the_passphrase_is_not_shown(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    async with running_service(IDENTITY, database, nats_server) as identity, on_a_port(identity) as port:
        house = await House.founded(identity)
        folder = data_folder(tmp_path / "data", {"identity": port})
        asked = ("parked", "list", "identity", "--sign-in", ADMINISTRATOR_SIGN_IN_NAME)
        code = house.held[ADMINISTRATOR_SIGN_IN_NAME].code(1)
        said = await muster_beside(*asked, data=folder, typed=f"{PASSPHRASE}\n{code}\n")
        assert identity.names()[-1] == "session.ended", "a command leaves no session behind"
    assert (said.exit_code, said.stdout) == (0, "Nothing is parked.\n")
    assert PASSPHRASE not in said.output


async def test_a_list_for_machines(audit: RunningService, folder: Path) -> None:
    said = await muster_beside("parked", "list", "audit", "--json", data=folder, token=audit.token(OPERATOR))
    (only,) = json.loads(said.stdout)["parked"]
    assert (only["service"], only["follower"], only["position"]) == ("audit", "audit-from-tips", 1)


async def test_a_retry_is_a_recorded_command(audit: RunningService, folder: Path) -> None:
    asked = ("parked", "retry", "audit", "audit-from-tips", "1")
    said = await muster_beside(*asked, data=folder, token=audit.token(OPERATOR))
    assert (said.exit_code, said.stdout) == (0, "It will be tried again now.\n")
    assert audit.names() == ["operation.parked_retried"]


async def test_a_discard_is_recorded_with_its_reason_and_empties_the_list(audit: RunningService, folder: Path) -> None:
    token = audit.token(OPERATOR)
    asked = ("parked", "discard", "audit", "audit-from-tips", "1", "--reason", "Sent by a test.")
    said = await muster_beside(*asked, data=folder, token=token)
    assert (said.exit_code, said.stdout) == (0, "It is discarded, on record.\n")
    assert audit.rows()[-1][3]["data"]["reason"] == "Sent by a test."
    listed = await muster_beside("parked", "list", "audit", data=folder, token=token)
    assert listed.stdout == "Nothing is parked.\n"


async def test_a_position_where_nothing_is_parked_changes_nothing(audit: RunningService, folder: Path) -> None:
    token = audit.token(OPERATOR)
    for follower, position in (("audit-from-tips", "2"), ("audit-from-../x?y", "1")):
        said = await muster_beside("parked", "retry", "audit", follower, position, data=folder, token=token)
        assert said.exit_code == 1
        assert "Nothing is parked there" in said.stderr
    assert audit.names() == []


async def test_a_reason_the_service_refuses_is_explained(audit: RunningService, folder: Path) -> None:
    asked = ("parked", "discard", "audit", "audit-from-tips", "1", "--reason", "?")
    said = await muster_beside(*asked, data=folder, token=audit.token(OPERATOR))
    assert said.exit_code == 1
    assert "Nothing was changed" in said.stderr


async def test_who_is_no_operator_is_told_so(audit: RunningService, folder: Path) -> None:
    said = await muster_beside("parked", "list", "audit", data=folder, token=audit.token(Person(("auditor",))))
    assert said.exit_code == 8
    assert "role" in said.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("parked", "list", "elsewhere"),
        ("parked", "retry", "audit", "audit-from-tips", "one"),
        ("parked", "discard", "audit", "audit-from-tips", "1"),
    ],
)
def test_wrong_use_is_said_before_anything_is_asked(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert muster(*words, data=tmp_path, token="a-token").exit_code == 2


def test_with_one_service_down_the_list_says_so_and_not_that_all_is_well(tmp_path: Path) -> None:
    said = muster("parked", "list", data=data_folder(tmp_path / "data", {"identity": 1}), token="a-token")
    assert said.exit_code == 7
    assert "Nothing is parked" not in said.output

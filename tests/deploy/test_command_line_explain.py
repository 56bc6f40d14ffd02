"""`muster explain`, against the service that keeps the clock as it really runs."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
import msgspec
import pytest

from contracts.deadline import Turning, What
from contracts.jurisdictions.trial_days import PutOff, days_of_count
from deploy.command_line.explain import named, page, places
from services.identity.main import DEFINITION as IDENTITY
from services.rapid_assessment.main import DEFINITION
from tests.contracts.jurisdictions.test_explaining import told
from tests.contracts.jurisdictions.test_reckoning import MISSISSIPPI
from tests.deploy.asked import data_folder, muster_beside, on_a_port
from tests.services.identity.house import House as People
from tests.services.rapid_assessment.house import COORDINATOR, LAW_ENFORCEMENT, House
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with running_service(DEFINITION, database, nats_server) as running:
        yield House(running)


def explained(number: str, since: str, **otherwise: Any) -> str:
    found = told(MISSISSIPPI, MISSISSIPPI.clock_rule(number), datetime.fromisoformat(since), **otherwise)
    return page(msgspec.json.decode(msgspec.json.encode(found)))


def test_what_is_left_out_and_clocks_that_are_turned_are_told_line_by_line() -> None:
    custody = explained("C22", "2026-11-25T15:10:00-06:00")
    assert "C22-1  Temporary custody: due Mon 2026-11-30 15:10 CST, running" in custody
    assert "Thu 2026-11-26 does not count: Thanksgiving Day (Miss. Code 3-3-7(1))" in custody
    assert "Sat 2026-11-28 does not count: a Saturday" in custody
    night = " ".join(explained("C06", "2027-03-13T03:10:00-06:00").split())
    assert "clocks go forward from 2027-03-14T02:00:00-06:00 to 2027-03-14T03:00:00-05:00: it ends at 04:10" in night


def test_days_are_told_as_days_and_those_toward_a_trial_to_whom_they_count() -> None:
    off = PutOff(30, "state", "witness", date(2027, 3, 1), date(2027, 3, 30))
    days = days_of_count(uuid4(), date(2026, 12, 23), date(2027, 3, 31), [off], allowed=270)
    since = datetime.fromisoformat("2026-12-23T09:30:00-06:00")
    found = told(MISSISSIPPI, MISSISSIPPI.clock_rule("C41"), since)
    text = page(msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(found, trial_days=(days,)))))

    assert "2026-12-24T00:00:00-06:00 to 2027-09-20T00:00:00-05:00: 270 days count" in text
    assert "2027-03-01 to 2027-03-30: 30 days do not count: motion of state, witness" in text
    assert "counted 68 of 270; left: 202" in text
    assert "clocks go" not in text


def test_what_came_on_record_long_after_it_was_due_says_how_late() -> None:
    since = "2026-11-03T12:00:00-06:00"
    began, back = datetime.fromisoformat(since), datetime.fromisoformat("2026-11-04T09:00:00-06:00")
    moments: list[tuple[What, datetime, datetime]] = [
        ("started", began, began),
        ("warned", began + timedelta(hours=12), back),
    ]
    turnings = tuple(
        Turning(what=what, happened_at=at, recorded_at=known, by=None, agency="", due_at=began + timedelta(hours=24))
        for what, at, known in moments
    )
    text = explained("C06", since, turnings=turnings)
    assert "warned Wed 2026-11-04 00:00 CST (recorded Wed 2026-11-04 09:00 CST, 9.0 h later)" in text


async def test_a_clock_of_a_case_is_explained_to_who_reads_it(house: House, tmp_path: Path) -> None:
    tip = await house.open_team()
    async with on_a_port(house.service) as port:
        folder = data_folder(tmp_path / "data", {"rapid_assessment": port})
        asked = ("explain", str(tip), "C06")
        said = await muster_beside(*asked, data=folder, token=house.service.token(COORDINATOR))
        machine = await muster_beside(*asked, "--json", data=folder, token=house.service.token(COORDINATOR))
        hidden = await muster_beside(*asked, data=folder, token=house.service.token(LAW_ENFORCEMENT))
        nobody = await muster_beside(*asked, data=folder)

    assert said.exit_code == 0, said.output
    assert "began with rapid_assessment.team_opened" in said.stdout
    assert [each["clock"] for each in json.loads(machine.stdout)] == ["C06-1"]
    assert (hidden.exit_code, nobody.exit_code) == (1, 8)
    assert "no such clock" in hidden.stderr


async def test_a_clock_of_the_house_is_explained_by_what_it_is_of(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    async with running_service(IDENTITY, database, nats_server) as identity:
        token = (await People.founded(identity)).token
        said = {"kind": "other", "discovered_at": identity.time.now().isoformat(), "text": "Invented."}
        incident = (await identity.post("/incidents", said, by=token)).json()["reference"]
        async with on_a_port(identity) as port:
            folder = data_folder(tmp_path / "data", {"identity": port})
            told_ = await muster_beside("explain", incident, "--incident", data=folder, token=token)
            quarter = await muster_beside("explain", "C84-1", "--attestation", data=folder, token=token)
            absent = await muster_beside("explain", "C84-2", "--attestation", data=folder, token=token)
            every = await muster_beside("explain", "--attestation", data=folder, token=token)

    assert told_.exit_code == 0, told_.output
    assert "C82-1  Security incident reported" in told_.stdout
    assert "began with incident.reported" in told_.stdout
    assert quarter.exit_code == every.exit_code == 0, quarter.output
    assert "C84-1  Accounts of an agency" in quarter.stdout
    assert quarter.stdout == every.stdout
    assert absent.exit_code == 1


@pytest.mark.parametrize(
    ("case", "clock", "of"), [(None, None, None), ("C84", None, None), (str(UUID(int=1)), "C84", "attestation")]
)
def test_a_clock_that_cannot_be_meant_is_a_wrong_use_of_the_command(
    case: str | None, clock: str | None, of: str | None
) -> None:
    with pytest.raises(click.UsageError):
        named(case, clock, of)


def test_each_record_is_asked_for_where_it_is_kept() -> None:
    of, beside = UUID(int=1), UUID(int=2)
    assert places(of, None, "week", opening=None, accused=None) == {"audit": f"/reviews/{of}/clocks"}
    opening = {"tips": f"/tips/{of}/openings/{beside}/clocks"}
    assert places(of, "C85", None, opening=beside, accused=None) == opening
    assert places(None, "C84-2", "attestation", opening=None, accused=None) == {"identity": "/attestation/clocks"}
    assert places(of, "C82", None, opening=None, accused=None) == {}

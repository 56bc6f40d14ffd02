"""A team under the rules of an invented state: two seats of other names, other issuers, other hours, other clocks."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

import tests.contracts.jurisdictions
from contracts.events.tips import TipReceived
from services.kernel.settings import Settings
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.main import DEFINITION
from tests.services.rapid_assessment.house import House, _ok
from tests.support.running_service import NOON, Person, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

LAKELAND = Path(tests.contracts.jurisdictions.__path__[0]) / "lakeland"
COORDINATOR = Person(("cps_coordinator",), agency="LK-WELFARE")
SEATS = {
    "welfare_officer": (Person(("cps_investigator",), agency="LK-WELFARE"), "welfare_badge", "LK-WELFARE"),
    "family_friend": (Person(("victim_advocate",), agency="LK-FRIENDS"), "friend_letter", "LK-FRIENDS"),
}


def in_lakeland(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, state=LAKELAND)


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with running_service(DEFINITION, database, nats_server, told=in_lakeland) as running:
        yield House(running)


async def registered(house: House, who: Person, kind: str, issuer: str) -> None:
    path, service = f"/responders/{who.account}", house.service
    body = {"account": str(who.account), "agency": who.agency}
    done = await service.post("/responders", body, by=COORDINATOR)
    _ok(done)
    certificate: dict[str, object] = {
        "kind": kind,
        "issuer": issuer,
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "training": [],
        "background_checked_on": None,
    }
    issuing = Person(("credential_issuer",), agency=issuer)
    version = done.json()["version"]
    _ok(await service.post(f"{path}/credentials", certificate, by=issuing, version=version))
    window = {"since": NOON.isoformat(), "until": (NOON + timedelta(hours=72)).isoformat()}
    _ok(await service.post(f"{path}/availability", window, by=who, version=version + 1))


async def opened(house: House) -> UUID:
    """A team for a tip received now."""
    tip, now = uuid4(), house.service.time.now()
    event = TipReceived(
        tip=tip,
        person=uuid4(),
        received_at=now,
        channel="telephone",
        county="Northshore",
        tribal_land=False,
        age="child",
    )
    await house.tips.tell(tip, event, happened_at=now)

    async def there() -> bool:
        return (await house.page(tip, by=COORDINATOR)) != {}

    await eventually(there)
    return tip


async def test_a_team_keeps_the_two_seats_it_was_opened_with_and_its_clock_leaves_out_that_states_holiday(
    house: House,
) -> None:
    for who, kind, issuer in SEATS.values():
        await registered(house, who, kind, issuer)
    tip = await opened(house)
    page = await house.page(tip, by=COORDINATOR)
    assert set(page["seats"]) == set(SEATS)
    begun = [state["data"] for _, _, name, state in house.service.rows() if name == "clock.started"]
    started = {each["rule"]: each for each in begun}
    assert started["C06"]["due_at"] == "2026-11-05T18:00:00Z"
    assert "Lake Day, does not count" in started["C06"]["arithmetic"]
    assert (started["C02"]["citation"], started["C02"]["due_at"]) == ("Lakeland Code 02", "2026-11-05T06:00:00Z")

    # By now a team needs three, which this one was not opened with.
    house.service.time.turn(timedelta(hours=40))
    another = await opened(house)
    assert set((await house.page(another, by=COORDINATOR))["seats"]) == {*SEATS, "elder"}
    board = (await house.service.get("/teams/open", by=COORDINATOR)).json()
    assert {case["tip"]: len(case["seats"]) for case in board["cases"]} == {str(tip): 2, str(another): 3}
    assert board["empty_seats"] == 5
    asked = (await house.service.get("/teams/open", by=COORDINATOR, params={"seat": "elder"})).json()
    assert [case["tip"] for case in asked["cases"]] == [str(another)]
    assert "clock.missed" not in house.clock_events(tip, "C06")
    team = team_of(tip)
    for seat, (who, _, _) in SEATS.items():
        for path, body, by in (
            (f"seats/{seat}/proposal", {"responder": str(who.account)}, COORDINATOR),
            (f"seats/{seat}/acceptance", None, who),
        ):
            version = (await house.page(tip, by=COORDINATOR))["version"]
            _ok(await house.service.post(f"/teams/{team}/{path}", body, by=by, version=version))
    assert (await house.page(tip, by=COORDINATOR))["phase"] == "formed"
    assert house.clock_events(tip, "C06")[-1] == "clock.met"

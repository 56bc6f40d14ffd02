"""Custody without an order over HTTP: its clocks, who may record it, and what comes in late."""

from datetime import timedelta
from typing import Any

import httpx

from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, DETECTIVE, INVESTIGATOR, LAW_ENFORCEMENT, House
from tests.support.running_service import NOON, Person

HOUR = timedelta(hours=1)


async def record(house: House, tip: Any, step: str, who: Person = COORDINATOR, /, **body: Any) -> httpx.Response:
    """A step of the custody as it stands now; moments are sent as text."""
    sent = {name: value if isinstance(value, str) else value.isoformat() for name, value in body.items()}
    version = (await house.page(tip))["custody_version"]
    return await house.service.post(f"/teams/{team_of(tip)}/custody/{step}", sent, by=who, version=version)


async def test_each_step_starts_one_clock_and_meets_another(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    time = house.service.time

    # Tuesday noon: law enforcement takes the child, and the judge authorises by telephone an hour later.
    assert (await record(house, tip, "taken", DETECTIVE, taken_at=NOON, county="Rankin")).status_code == 200
    time.turn(HOUR)
    told = await record(house, tip, "judge-notified", DETECTIVE, notified_at=NOON + HOUR, how="telephone")
    assert told.status_code == 200
    by_judge = {"authorised_at": NOON + HOUR, "form": "oral_emergency", "by": "the designee on call"}
    assert (await record(house, tip, "authorised", DETECTIVE, **by_judge)).status_code == 200

    page = await house.page(tip)
    due = {clock["rule"]: clock["due_at"] for clock in page["clocks"]}
    assert page["custody"]["open_rules"] == ["C22", "C21"]
    assert (page["custody"]["agency"], page["custody"]["county"]) == ("MBI-HTSVU", "Rankin")
    assert due["C19"] == "2026-11-04T18:00:00Z"
    assert due["C21"] == due["C22"] == "2026-11-05T19:00:00Z"
    assert house.clock_events(tip, "C19") == ["clock.started", "clock.met"]

    assert (await record(house, tip, "written-order", written_at=NOON + HOUR)).status_code == 200
    assert (await record(house, tip, "hearing", held_at=NOON + HOUR, order="continued")).status_code == 200
    for rule in ("C21", "C22"):
        assert house.clock_events(tip, rule) == ["clock.started", "clock.met"]
    history = await house.service.get(f"/teams/{team_of(tip)}/history", by=INVESTIGATOR)
    told_of = {entry["name"] for entry in history.json()}
    assert {"custody.child_taken", "custody.authorised", "custody.hearing_held"} <= told_of
    assert "designee on call" not in history.text


async def test_a_day_without_authorisation_is_missed_and_told_and_release_typed_later_shows_it_was_in_time(
    house: House,
) -> None:
    tip = await house.open_team()
    await record(house, tip, "taken", taken_at=NOON, county="Hinds", agency="MDCPS")
    house.service.time.turn(24 * HOUR)
    await house.until_clock(tip, "C19", "clock.missed")
    await house.until_told(tip, ("cps_coordinator", "clock_missed"))

    await record(house, tip, "release", released_at=NOON + 20 * HOUR, to="parent")

    assert house.clock_events(tip, "C19")[-2:] == ["clock.missed", "clock.found_met"]
    assert (await house.page(tip))["custody"]["lasts"] is False


async def test_custody_is_recorded_by_those_of_the_team_and_by_officers_for_their_own_agency(house: House) -> None:
    tip = await house.open_team()

    for stranger in (INVESTIGATOR, DETECTIVE):
        assert (await record(house, tip, "taken", stranger, taken_at=NOON, county="Hinds")).status_code == 404
    for nobody in (ADVOCATE, LAW_ENFORCEMENT):
        assert (await record(house, tip, "taken", nobody, taken_at=NOON, county="Hinds")).status_code == 403
    await house.fill(tip)
    another = {"taken_at": NOON, "county": "Hinds", "agency": "MDCPS"}
    assert (await record(house, tip, "taken", DETECTIVE, **another)).status_code == 404
    assert (await record(house, tip, "taken", INVESTIGATOR, **another)).status_code == 200
    assert (await record(house, tip, "release", DETECTIVE, released_at=NOON, to="parent")).status_code == 404


async def test_what_cannot_be_right_is_said_at_its_field_and_an_old_page_is_told_so(house: House) -> None:
    tip = await house.open_team()
    where = f"/teams/{team_of(tip)}/custody"

    for body, field in (
        ({"taken_at": NOON, "county": "Nowhere"}, "county"),
        ({"taken_at": NOON, "county": "Hinds", "agency": "NOBODY"}, "agency"),
        ({"taken_at": NOON + HOUR, "county": "Hinds"}, "taken_at"),
    ):
        answer = await record(house, tip, "taken", **body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    released = {"released_at": NOON.isoformat(), "to": "parent"}
    assert (await house.service.post(f"{where}/release", released, by=COORDINATOR, version=0)).status_code == 404
    await record(house, tip, "taken", taken_at=NOON, county="Hinds")
    old = {"taken_at": NOON.isoformat(), "county": "Hinds"}
    assert (await house.service.post(f"{where}/taken", old, by=COORDINATOR, version=0)).status_code == 412
    assert (await record(house, tip, "taken", **old)).json()["code"] == "in_custody_already"

"""Custody without an order over HTTP: its clocks, who may record it, and what comes in late."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from contracts.events.tips import TipScreened
from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, DETECTIVE, INVESTIGATOR, LAW_ENFORCEMENT, House
from tests.services.rapid_assessment.test_mine import deadlines
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

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


async def test_what_is_to_be_done_of_a_custody_stands_on_the_board_and_among_ones_own_deadlines(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    seen = {"made_at": NOON.isoformat(), "place": "Invented"}
    assert (await house.act(tip, "contact", seen, by=INVESTIGATOR)).status_code == 200
    assert (await board(house), await deadlines(house, by=INVESTIGATOR)) == ([], [])

    await record(house, tip, "taken", taken_at=NOON, county="Hinds", agency="MDCPS")
    assert await board(house) == [("formed", ["C19"], NOON + 24 * HOUR)]
    house.service.time.turn(HOUR)
    await record(house, tip, "authorised", authorised_at=NOON + HOUR, form="oral_emergency")

    due = NOON + 49 * HOUR
    assert await board(house) == [("formed", ["C21", "C22"], due)]
    assert await deadlines(house, by=INVESTIGATOR) == [(str(tip), rule, due) for rule in ("C21", "C22")]
    adult = TipScreened(tip=tip, person=tip, received_at=NOON, county="Hinds", age="adult", exploitation="sex")
    await house.tips.tell(tip, adult, case=tip)

    async def ended() -> bool:
        return await board(house) == [("stood_down", ["C21", "C22"], due)]

    await eventually(ended)
    await record(house, tip, "release", released_at=NOON + HOUR, to="parent")
    assert await board(house) == [("stood_down", ["C21"], due)]
    await record(house, tip, "written-order", written_at=NOON + HOUR)
    assert (await board(house), await deadlines(house, by=INVESTIGATOR)) == ([], [])


async def test_an_authorisation_typed_in_after_the_release_leaves_nothing_to_be_heard(house: House) -> None:
    tip = await house.open_team()
    house.service.time.turn(10 * HOUR)
    await record(house, tip, "taken", taken_at=NOON, county="Hinds", agency="MDCPS")
    await record(house, tip, "release", released_at=NOON + 9 * HOUR, to="parent")

    late = await record(house, tip, "authorised", authorised_at=NOON + HOUR, form="written")

    assert late.status_code == 200, late.text
    assert house.clock_events(tip, "C22") == ["clock.started", "clock.met"]
    ((_, rules, _),) = await board(house)
    assert rules == []


async def board(house: House) -> list[tuple[str, list[str], datetime]]:
    """Of each case of the coordinator's board: how its team stands, what of the custody is open, what is due next."""
    cases = (await house.service.get("/teams/open", by=COORDINATOR)).json()["cases"]
    return [(case["phase"], case["custody_open"], datetime.fromisoformat(case["next_due_at"])) for case in cases]


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


async def test_what_was_written_is_opened_on_record_for_those_who_record_that_taking(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    path = f"/teams/{team_of(tip)}/custody/texts"
    absent = await house.service.get(path, by=COORDINATOR)
    await record(house, tip, "taken", INVESTIGATOR, taken_at=NOON, county="Hinds", agency="MDCPS", place="Zqx Shelter")
    await record(house, tip, "release", INVESTIGATOR, released_at=NOON, to="relative", whom="Example Aunt Zqx")
    await record(house, tip, "taken", DETECTIVE, taken_at=NOON, county="Rankin", place="Zqx Station")

    every, own = [(await house.service.get(path, by=who)).json() for who in (COORDINATOR, DETECTIVE)]

    assert [(each["event"], each["number"], each["text"]) for each in every] == [
        ("custody.child_taken", 1, "Zqx Shelter"),
        ("custody.child_released", 1, "Example Aunt Zqx"),
        ("custody.child_taken", 2, "Zqx Station"),
    ]
    assert own == every[2:]
    _, _, name, state = house.service.rows()[-1]
    assert (name, state["actor"]) == ("operation.page_read", f"account:{DETECTIVE.account}")
    assert (absent.status_code, (await house.service.get(path, by=ADVOCATE)).status_code) == (404, 403)
    outsider = Person(("cps_investigator",), agency="MDCPS")
    hidden = await house.service.get(path, by=outsider)
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert "Zqx Shelter" not in house.service.everything_stored()


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

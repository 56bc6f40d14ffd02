"""The calendar of a clinic: its hours for whoever works there, its exams for those alone who may see each of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.services.forensic_clinic.house import (
    CLINIC,
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    ROOM,
    SECOND_NURSE,
    House,
    ok,
    slot,
)
from tests.services.looking_back import AUDITOR, IN_THE_PRESENT, SECOND
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

ELSEWHERE = Person(("clinic_coordinator",), agency="OTHER")
DAY = "2026-11-03"


async def calendar(house: House, by: Person, **asked: Any) -> dict[str, Any]:
    answer = ok(await house.service.get("/calendar", by=by, params={"first_day": DAY, "days": 1} | asked))
    page: dict[str, Any] = answer.json()
    return page


def exams_on(page: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["exam"], each["phase"]) for each in page["exams"]]


async def test_each_sees_the_clinics_hours_and_the_exams_that_are_theirs_to_see(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    tip = await house.tip()
    booked, held = await house.request(tip), await house.request()
    ok(await house.act(booked, "booking", slot(NOON + HOUR)))
    ok(await house.act(held, "hold", slot(NOON + 3 * HOUR, nurse=SECOND_NURSE)))
    all_of_it = [(str(booked), "booked"), (str(held), "held")]

    whole = await calendar(house, COORDINATOR)
    assert (whole["clinic"], whole["whole"], exams_on(whole)) == (CLINIC, True, all_of_it)
    assert {(row["kind"], row["resource"]) for row in whole["rows"]} == {
        ("nurse", str(NURSE.account)),
        ("nurse", str(SECOND_NURSE.account)),
        ("room", str(ROOM)),
    }
    # Of the day, from noon on, as was said.
    assert {(row["available"][0]["since"], row["available"][0]["until"]) for row in whole["rows"]} == {
        ("2026-11-03T18:00:00Z", "2026-11-04T06:00:00Z")
    }
    hers = await calendar(house, NURSE)
    assert (hers["whole"], exams_on(hers), len(hers["rows"])) == (False, [(str(booked), "booked")], 3)
    of_one = await calendar(house, COORDINATOR, nurse=str(SECOND_NURSE.account))
    assert ([row["resource"] for row in of_one["rows"]], exams_on(of_one)) == (
        [str(SECOND_NURSE.account)],
        [(str(held), "held")],
    )
    # Another clinic's, and one there is not, are empty alike; who has no calendar is told so.
    nothing = {"rows": [], "exams": [], "whole": False}
    for of in (CLINIC, "NO-SUCH-CLINIC"):
        assert {name: (await calendar(house, ELSEWHERE, of=of))[name] for name in nothing} == nothing
    assert (await house.service.get("/calendar", by=CPS)).status_code == 403

    # As of now, looked back at from later, it is told alike, and what was not yet is not there.
    now = house.service.time.now()
    present = await house.service.get("/calendar", by=IN_THE_PRESENT, params={"of": CLINIC, "first_day": DAY})
    house.service.time.turn(SECOND)
    then = {"of": CLINIC, "first_day": DAY, "as_of": now.isoformat()}
    past = await house.service.get("/calendar", by=AUDITOR, params=then)
    assert (past.status_code, past.content) == (200, present.content)
    assert exams_on(past.json()) == all_of_it
    before = {"of": CLINIC, "first_day": DAY, "at_position": "2"}
    assert (await house.service.get("/calendar", by=AUDITOR, params=before)).json()["exams"] == []

    # Who is kept out of the case has nothing of it there: no exam, and no time that is taken.
    await house.shut_out(tip, COORDINATOR)
    kept_out = await calendar(house, COORDINATOR)
    assert (exams_on(kept_out), kept_out["rows"]) == ([(str(held), "held")], whole["rows"])

    # A hold that falls away is gone.
    house.service.time.turn(timedelta(minutes=31))

    async def gone() -> bool:
        return exams_on(await calendar(house, COORDINATOR)) == []

    await eventually(gone)


async def test_a_day_on_which_the_clocks_change_has_the_hours_that_pass(empty_house: House) -> None:
    house = empty_house
    hours = (datetime(2026, 10, 31, 12, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))
    await house.nurse(available=hours)
    page = await calendar(house, COORDINATOR, first_day="2026-11-01")
    (row,) = page["rows"]
    since, until = (datetime.fromisoformat(row["available"][0][name]) for name in ("since", "until"))
    assert until - since == 25 * HOUR
    assert (since, until) == (datetime.fromisoformat(page["since"]), datetime.fromisoformat(page["until"]))
    for asked in ({"days": 8}, {"days": 0}, {"first_day": "2600-01-01"}):
        answer = await house.service.get("/calendar", by=COORDINATOR, params=asked)
        assert answer.status_code in {400, 422}, answer.text

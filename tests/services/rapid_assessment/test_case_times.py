"""When each step of a case came, for whoever may see the case; after its month is closed it stays as it was."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.events.tips import AccountNamed, TipCorrected
from services.rapid_assessment.views.case_times import closing, counts_for
from tests.services.rapid_assessment.house import COORDINATOR, INVESTIGATOR, LAW_ENFORCEMENT, SEATS, House
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
REASON = {"reason": "In court all day."}


async def listed(house: House, by: Person = COORDINATOR, **asked: Any) -> dict[str, Any]:
    answer = await house.service.get("/teams/times", by=by, params=asked or None)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tips(found: dict[str, Any]) -> list[str]:
    return [case["tip"] for case in found["cases"]]


async def test_each_step_has_its_moment(house: House) -> None:
    tip = await house.open_team(received_at=NOON - HOUR)
    house.service.time.turn(HOUR)
    for seat, who in SEATS.items():
        await house.propose(tip, seat, who)
        house.service.time.turn(HOUR)
        await house.act(tip, f"seats/{seat}/acceptance", by=who)
    made = {"made_at": (NOON + 3 * HOUR).isoformat(), "place": "Invented"}
    assert (await house.act(tip, "contact", made, by=INVESTIGATOR)).status_code == 200
    (case,) = (await listed(house))["cases"]
    moments = {name: datetime.fromisoformat(case[name]) - NOON for name in ("received_at", "formed_at", "contact_at")}
    assert moments == {"received_at": -HOUR, "formed_at": 4 * HOUR, "contact_at": 3 * HOUR}
    assert [
        tuple(datetime.fromisoformat(seat[step]) - NOON for step in ("asked_at", "accepted_at"))
        for seat in case["seats"].values()
    ] == [(HOUR, 2 * HOUR), (2 * HOUR, 3 * HOUR), (3 * HOUR, 4 * HOUR)]
    assert (case["county"], case["month"], case["known"], case["found"]) == ("Hinds", "2026-11-01", "met", "")


async def test_what_is_known_and_what_is_true_stand_apart(house: House) -> None:
    missed, ended = await house.open_team(received_at=NOON - 25 * HOUR), await house.open_team()
    await house.end(ended)
    await house.fill(await house.open_team(received_at=NOON - 2 * HOUR))
    found = {case["tip"]: (case["known"], case["found"]) for case in (await listed(house))["cases"]}
    assert (found[str(missed)], found[str(ended)]) == (("missed", ""), ("excused", ""))
    assert tips(await listed(house, outcome="late")) == [str(missed)]
    assert tips(await listed(house, outcome="fell_away")) == [str(ended)]
    assert (await listed(house, outcome="in_time"))["total"] == 1
    assert (await listed(house, outcome="owed"))["total"] == 2
    await house.end(missed)
    (case,) = [case for case in (await listed(house))["cases"] if case["tip"] == str(missed)]
    assert (case["known"], case["found"]) == ("missed", "excused")


async def test_of_a_team_that_opens_again_the_present_opening_counts(house: House) -> None:
    tip = await house.open_team(received_at=NOON - 2 * HOUR)
    await house.fill(tip, "victim_advocate")
    await house.end(tip)
    told = TipCorrected(
        tip=tip, person=tip, received_at=NOON - 2 * HOUR, county="Rankin", tribal_land=False, age="child"
    )
    await house.tips.tell(tip, told, case=tip)

    async def again() -> bool:
        return house.clock_events(tip, "C06").count("clock.started") == 2

    await eventually(again)
    (case,) = (await listed(house))["cases"]
    assert (case["county"], case["known"]) == ("Rankin", "running")
    assert case["seats"]["victim_advocate"] == {"asked_at": None, "accepted_at": None}


async def test_a_closed_month_stays_as_it_was_but_for_whom_it_is_kept_from(house: House) -> None:
    tip = await house.open_team()
    house.service.time.turn(24 * HOUR)
    await house.until_clock(tip, "C06", "clock.missed")
    house.service.time.turn(closing(date(2026, 11, 1)) - house.service.time.now())
    (before,) = (await listed(house))["cases"]
    await house.end(tip)
    named = Person(("cps_coordinator",), agency="MDCPS-HTC")
    await house.tips.tell(tip, AccountNamed(tip=tip, account=named.account), case=tip)

    async def gone() -> bool:
        return bool((await listed(house, by=named))["total"] == 0)

    await eventually(gone)
    assert before["known"] == "missed"
    assert (await listed(house))["cases"] == [before]


async def test_it_asks_for_months_and_counties_and_pages(house: House) -> None:
    october = await house.open_team(received_at=datetime(2026, 11, 1, 4, 59, tzinfo=UTC))
    november = await house.open_team(received_at=datetime(2026, 11, 1, 5, 0, tzinfo=UTC))
    assert tips(await listed(house, until="2026-10")) == [str(october)]
    assert tips(await listed(house, since="2026-11")) == [str(november)]
    assert tips(await listed(house, limit=1, skip=1)) == [str(october)]
    assert (await listed(house, limit=1))["total"] == 2
    assert (await listed(house, county="Rankin")) == {"cases": [], "total": 0}
    for wrong in (
        {"since": "2026-13"},
        {"since": "now"},
        {"since": "0000-01"},
        {"limit": 101},
        {"skip": -1},
        {"outcome": "good"},
    ):
        assert (await house.service.get("/teams/times", by=COORDINATOR, params=wrong)).status_code == 422


async def test_it_is_for_the_coordinator_alone(house: House) -> None:
    await house.open_team()
    for role in ("auditor", "statewide_coordinator", "prosecutor", "victim_advocate"):
        assert (await house.service.get("/teams/times", by=Person((role,)))).status_code == 403
    assert (await house.service.get("/teams/times", by=LAW_ENFORCEMENT)).status_code == 403


def test_what_comes_on_record_after_its_month_was_closed_counts_for_the_month_it_came() -> None:
    received = datetime(2026, 10, 31, 12, tzinfo=UTC)
    closes = closing(date(2026, 10, 1))
    assert closes == datetime(2026, 11, 8, 6, tzinfo=UTC)
    assert counts_for(received, closes - timedelta(microseconds=1)) == date(2026, 10, 1)
    assert counts_for(received, closes) == date(2026, 11, 1)


async def test_a_case_of_which_only_the_county_is_known_is_no_case(house: House) -> None:
    await house.tip(age="adult")

    async def noted() -> bool:
        return "team.county_noted" in house.service.names()

    await eventually(noted)
    assert (await listed(house)) == {"cases": [], "total": 0}

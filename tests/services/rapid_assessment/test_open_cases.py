"""Which cases still need somebody, and what is missing in each."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.events.tips import AccountNamed
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    INVESTIGATOR,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person, says
from tests.support.waiting import eventually

REASON = {"reason": "In court all day."}


async def board(house: House, by: Person = COORDINATOR, **asked: Any) -> dict[str, Any]:
    answer = await house.service.get("/teams/open", by=by, params=asked or None)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tips(found: dict[str, Any]) -> list[str]:
    return [case["tip"] for case in found["cases"]]


async def seen(house: House, tip: UUID) -> None:
    made = {"made_at": house.service.time.now().isoformat(), "place": "Invented"}
    answer = await house.act(tip, "contact", made, by=INVESTIGATOR)
    assert answer.status_code == 200, answer.text


async def test_what_is_due_first_comes_first_and_all_are_counted(house: House) -> None:
    later = await house.open_team(received_at=NOON - timedelta(hours=1))
    sooner = await house.open_team(received_at=NOON - timedelta(hours=20))
    past = await house.open_team(received_at=NOON - timedelta(hours=25))
    await house.fill(sooner, "victim_advocate")
    found = await board(house)
    assert tips(found) == [str(past), str(sooner), str(later)]
    assert (found["total"], found["past_due"], found["empty_seats"]) == (3, 1, 8)
    case = found["cases"][0]
    assert datetime.fromisoformat(case["next_due_at"]) == NOON - timedelta(hours=1)
    assert case["received_at"] < case["recorded_at"]


async def test_each_seat_says_who_is_asked_since_when_and_how_many_were_before(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", SPARE_ADVOCATE)
    await house.act(tip, "seats/victim_advocate/decline", REASON, by=SPARE_ADVOCATE)
    house.service.time.turn(timedelta(minutes=7))
    await house.propose(tip, "victim_advocate", ADVOCATE)
    await house.fill(tip, "cps_investigator")
    (case,) = (await board(house))["cases"]
    asked, held, empty = (
        case["seats"][seat] for seat in ("victim_advocate", "cps_investigator", "trafficking_investigator")
    )
    assert (asked["proposed"], asked["asked"], asked["declined"]) == (str(ADVOCATE.account), 2, 1)
    assert datetime.fromisoformat(asked["asked_at"]) == NOON + timedelta(minutes=7)
    assert (held["held_by"], held["proposed"]) == (str(INVESTIGATOR.account), None)
    # This house sends nothing, so nobody is called; of a seat that is held no ladder is told.
    assert (empty.pop("ladder")["why"], held["ladder"]) == ("nothing_sent", None)
    assert {name: value for name, value in empty.items() if value} == {}
    assert list(case["seats"]) == ["cps_investigator", "trafficking_investigator", "victim_advocate"]


async def test_a_team_that_stands_stays_until_the_child_was_seen(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    found = await board(house)
    assert (tips(found), found["empty_seats"]) == ([str(tip)], 0)
    assert found["cases"][0]["next_due_at"] == found["cases"][0]["contact_due_at"]
    await seen(house, tip)
    assert (await board(house))["cases"] == []


async def test_a_seat_given_up_brings_the_case_back(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    await seen(house, tip)
    await house.act(tip, "seats/victim_advocate/release", REASON, by=ADVOCATE)
    (case,) = (await board(house))["cases"]
    assert (case["phase"], case["seats"]["victim_advocate"]["held_by"]) == ("open", None)
    # The child was seen: what is due is the team's alone.
    assert case["next_due_at"] == case["due_at"]


async def test_whoever_leaves_by_a_conflict_leaves_their_seat(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    await house.act(tip, "conflicts", REASON, by=DETECTIVE)
    (case,) = (await board(house))["cases"]
    assert (case["phase"], case["seats"]["trafficking_investigator"]["held_by"]) == ("open", None)
    assert case["seats"]["victim_advocate"]["held_by"] == str(ADVOCATE.account)


async def test_a_case_that_was_stood_down_needs_nobody(house: House) -> None:
    tip = await house.open_team()
    await house.end(tip)
    assert (await board(house)) == {
        "cases": [],
        "total": 0,
        "past_due": 0,
        "empty_seats": 0,
        "cannot_be_called": {},
    }


async def test_it_pages_and_asks_for_one_county_and_counts_all_the_same(house: House) -> None:
    every = [await house.open_team(received_at=NOON - timedelta(hours=hours)) for hours in (3, 2, 1)]
    first, rest = await board(house, limit=2), await board(house, limit=2, skip=2)
    assert tips(first) + tips(rest) == [str(tip) for tip in every]
    assert first["total"] == rest["total"] == 3
    assert (await board(house, county="Hinds"))["total"] == 3
    assert (await board(house, county="Rankin"))["total"] == 0
    for wrong in ({"limit": 0}, {"limit": 101}, {"skip": -1}, {"county": "x" * 61}):
        assert (await house.service.get("/teams/open", by=COORDINATOR, params=wrong)).status_code == 422


async def test_it_is_narrowed_by_how_a_case_stands_and_by_a_seat_that_nobody_has_accepted(house: House) -> None:
    past = await house.open_team(received_at=NOON - timedelta(hours=25))
    soon, calm = [await house.open_team(received_at=NOON - timedelta(hours=hours)) for hours in (20, 1)]
    await house.fill(calm)
    await house.fill(soon, "victim_advocate")
    stands = {case["tip"]: case["standing"] for case in (await board(house))["cases"]}
    assert stands == {str(past): "missed", str(soon): "running_out", str(calm): "in_time"}
    for standing, tip in (("missed", past), ("running_out", soon), ("in_time", calm), ("formed", calm)):
        assert tips(await board(house, standing=standing)) == [str(tip)], standing
    assert tips(await board(house, seat="cps_investigator")) == [str(past), str(soon)]
    found = await board(house, seat="victim_advocate")
    assert (tips(found), found["total"], found["past_due"], found["empty_seats"]) == ([str(past)], 1, 1, 3)
    assert tips(await board(house, seat="victim_advocate", standing="running_out")) == []
    # A seat given up, and one that nobody was asked for yet, are empty alike.
    await house.act(soon, "seats/victim_advocate/release", REASON, by=ADVOCATE)
    assert tips(await board(house, seat="victim_advocate")) == [str(past), str(soon)]
    for wrong in ({"standing": "Zqx"}, {"seat": "Zqx"}):
        assert (await house.service.get("/teams/open", by=COORDINATOR, params=wrong)).status_code == 422
        refused = await house.service.post(f"/teams/open/export?{next(iter(wrong))}=Zqx", by=COORDINATOR)
        assert refused.status_code == 422
    taken = await house.service.post("/teams/open/export?standing=missed&seat=victim_advocate", by=COORDINATOR)
    assert (str(past) in taken.text, str(soon) in taken.text) == (True, False)
    assert not says("Zqx", house.service.everything_stored())


async def test_whoever_is_kept_out_learns_of_no_case_and_of_no_number(house: House) -> None:
    hidden, shown = await house.open_team(), await house.open_team(received_at=NOON - timedelta(hours=1))
    named = Person(("cps_coordinator",), agency="MDCPS-HTC")
    await house.tips.tell(hidden, AccountNamed(tip=hidden, account=named.account), case=hidden)
    await house.propose(shown, "victim_advocate", ADVOCATE)

    async def gone() -> bool:
        return bool((await board(house, by=named))["total"] == 1)

    await eventually(gone)
    assert tips(await board(house, by=named)) == [str(shown)]
    assert tips(await board(house, by=ADVOCATE)) == [str(shown)]
    assert (await board(house, by=DETECTIVE))["total"] == 0
    assert (await house.service.get("/teams/open", by=Person(("laboratory",)))).status_code == 403


async def test_a_county_no_text_can_hold_is_refused(house: House) -> None:
    answer = await house.service.get("/teams/open", by=COORDINATOR, params={"county": "\x00"})
    assert answer.status_code == 422, answer.text

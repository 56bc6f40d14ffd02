"""What a responder is asked for, sits on, and has to keep to: their own alone, never a case they are kept out of."""

from datetime import datetime, timedelta
from typing import Any

from contracts.events.tips import AccountNamed
from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

REASON = {"reason": "In court all day."}
HOUR = timedelta(hours=1)


async def seats(house: House, by: Person = ADVOCATE) -> list[dict[str, Any]]:
    answer = await house.service.get("/mine/seats", by=by)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def deadlines(house: House, by: Person = ADVOCATE, **asked: Any) -> list[tuple[str, str, datetime]]:
    answer = await house.service.get("/mine/deadlines", by=by, params=asked or None)
    assert answer.status_code == 200, answer.text
    return [(each["tip"], each["rule"], datetime.fromisoformat(each["due_at"])) for each in answer.json()]


def told(found: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(each["tip"], each["asked"]) for each in found]


async def test_what_is_asked_comes_first_and_then_what_is_held(house: House) -> None:
    held, asked, nothing = [await house.open_team(received_at=NOON - hours * HOUR) for hours in (9, 1, 20)]
    await house.fill(held, "victim_advocate")
    house.service.time.turn(timedelta(minutes=3))
    await house.propose(asked, "victim_advocate", ADVOCATE)
    found = await seats(house)
    assert told(found) == [(str(asked), True), (str(held), False)]
    first = found[0]
    assert (first["team"], first["seat"], first["county"]) == (str(team_of(asked)), "victim_advocate", "Hinds")
    assert datetime.fromisoformat(first["since"]) == NOON + timedelta(minutes=3)
    assert datetime.fromisoformat(first["due_at"]) == NOON + 23 * HOUR
    assert await seats(house, by=DETECTIVE) == []
    assert str(nothing) not in {each["tip"] for each in found}


async def test_what_was_answered_taken_back_or_given_to_another_is_asked_no_more(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    declined, replaced, ended, released = [await house.open_team() for _ in range(4)]
    for tip in (declined, replaced, ended):
        await house.propose(tip, "victim_advocate", ADVOCATE)
    await house.fill(released, "victim_advocate")
    assert len(await seats(house)) == 4
    await house.act(declined, "seats/victim_advocate/decline", REASON, by=ADVOCATE)
    await house.propose(replaced, "victim_advocate", SPARE_ADVOCATE)
    await house.end(ended)
    await house.act(released, "seats/victim_advocate/release", REASON, by=COORDINATOR)
    assert (await seats(house), await deadlines(house)) == ([], [])
    assert told(await seats(house, by=SPARE_ADVOCATE)) == [(str(replaced), True)]


async def test_deadlines_of_ones_cases_stand_until_the_duty_is_done_with_what_they_rest_on(house: House) -> None:
    later, past = await house.open_team(received_at=NOON - HOUR), await house.open_team(received_at=NOON - 25 * HOUR)
    other = await house.open_team(received_at=NOON - 20 * HOUR)
    for tip in (later, past):
        await house.fill(tip, "cps_investigator")
    due = {past: NOON - HOUR, later: NOON + 23 * HOUR}
    expected = [(str(tip), rule, due[tip]) for tip in (past, later) for rule in ("C02", "C06")]
    assert await deadlines(house, by=INVESTIGATOR) == expected
    assert await deadlines(house, by=INVESTIGATOR, limit=1) == expected[:1]
    (first, *_) = (await house.service.get("/mine/deadlines", by=INVESTIGATOR)).json()
    assert (first["citation"], first["version"]) == ("Miss. Code 43-26-3(2)(a)", 1)
    assert datetime.fromisoformat(first["since"]) == NOON - 25 * HOUR

    await house.fill(past, "trafficking_investigator", "victim_advocate")
    seen = {"made_at": NOON.isoformat(), "place": "Invented"}
    assert (await house.act(later, "contact", seen, by=INVESTIGATOR)).status_code == 200
    assert await deadlines(house, by=INVESTIGATOR) == [(str(past), "C02", due[past]), (str(later), "C06", due[later])]
    assert str(other) not in {tip for tip, _, _ in await deadlines(house, by=INVESTIGATOR)}


async def test_a_team_opened_anew_has_its_new_clock(house: House) -> None:
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)
    assert {rule for _, rule, _ in await deadlines(house)} == {"C02", "C06"}


async def test_whoever_is_kept_out_is_shown_neither_the_seat_nor_its_deadline(house: House) -> None:
    asked, held = await house.open_team(), await house.open_team()
    await house.propose(asked, "victim_advocate", ADVOCATE)
    await house.fill(held, "victim_advocate")
    await house.tips.tell(asked, AccountNamed(tip=asked, account=ADVOCATE.account), case=asked)

    async def gone() -> bool:
        return told(await seats(house)) == [(str(held), False)]

    await eventually(gone)
    assert {tip for tip, _, _ in await deadlines(house)} == {str(held)}
    await house.act(held, "conflicts", REASON, by=ADVOCATE)
    assert (await seats(house), await deadlines(house)) == ([], [])


async def test_a_coordinator_who_also_sits_on_teams_is_shown_their_own_alone(house: House) -> None:
    both = Person(("cps_coordinator", "victim_advocate"), agency="CVP", account=ADVOCATE.account)
    mine, _ = await house.open_team(), await house.open_team()
    await house.propose(mine, "victim_advocate", ADVOCATE)
    assert told(await seats(house, by=both)) == [(str(mine), True)]
    assert {tip for tip, _, _ in await deadlines(house, by=both)} == {str(mine)}
    for who in (COORDINATOR, LAW_ENFORCEMENT):
        for path in ("/mine/seats", "/mine/deadlines"):
            assert (await house.service.get(path, by=who)).status_code == 403
    wrong = await house.service.get("/mine/deadlines", by=ADVOCATE, params={"limit": 0})
    assert wrong.status_code == 422

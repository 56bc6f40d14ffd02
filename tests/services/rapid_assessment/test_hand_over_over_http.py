"""Handing a seat over: whom one is shown, whom one may name, and that it tells nothing of whoever cannot be named."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.tips import AccountNamed
from services.rapid_assessment.cases import team_of
from tests.services.policy import at_once
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    INVESTIGATOR,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

SEAT = "victim_advocate"
ELSEWHERE = Person(("victim_advocate",), agency="GCCFN")
REASON = "On another case tonight."


async def colleagues(house: House, tip: UUID, by: Person = ADVOCATE, seat: str = SEAT) -> httpx.Response:
    return await house.service.get(f"/teams/{team_of(tip)}/seats/{seat}/colleagues", by=by)


async def named(house: House, tip: UUID, to: object, by: Person = ADVOCATE) -> httpx.Response:
    return await house.act(tip, f"seats/{SEAT}/hand-over", {"colleague": str(to), "reason": REASON}, by=by)


async def test_whoever_is_asked_is_shown_who_can_take_the_seat_and_names_one_of_them(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator")
    await house.propose(tip, SEAT, ADVOCATE)

    async def shown() -> bool:
        return bool((await colleagues(house, tip)).json())

    await eventually(shown)
    assert (await colleagues(house, tip)).json() == [
        {"account": str(SPARE_ADVOCATE.account), "agency": "CVP", "on_call": True}
    ]
    stands = (await house.page(tip))["version"]
    path, body = f"/teams/{team_of(tip)}/seats/{SEAT}/hand-over", {"colleague": str(SPARE_ADVOCATE.account)}
    many = await at_once(
        *(lambda: house.service.post(path, body | {"reason": REASON}, by=ADVOCATE, version=stands) for _ in range(5))
    )
    # Whoever handed over does not sit there any more: to a second hand-over the team is not there, or it is stale.
    assert Counter(answer.status_code for answer in many)[200] == 1
    assert {answer.status_code for answer in many} <= {200, 404, 412}
    assert house.service.names().count("team.seat_handed_over") == 1
    seat = (await house.page(tip))["seats"][SEAT]
    assert (seat["proposed"], seat["filled"]) == (str(SPARE_ADVOCATE.account), False)
    assert (await house.service.get(f"/teams/{team_of(tip)}", by=ADVOCATE)).status_code == 404

    async def waited_for() -> bool:
        ladder = (await house.page(tip))["ladders"][SEAT]
        return bool(ladder["by_hand"] and ladder["called"][-1]["responder"] == str(SPARE_ADVOCATE.account))

    await eventually(waited_for)
    until = (await house.page(tip))["ladders"][SEAT]["until"]
    assert until.startswith((NOON + timedelta(minutes=30)).isoformat()[:16])


async def test_whom_one_may_not_name_is_answered_alike_and_nothing_changes(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    await house.propose(tip, SEAT, ADVOCATE)
    await house.fill(tip, "cps_investigator")
    await house.tips.tell(tip, AccountNamed(tip=tip, account=SPARE_ADVOCATE.account), case=tip)

    async def kept_out() -> bool:
        return "team.account_excluded" in house.service.names()

    await eventually(kept_out)
    assert (await colleagues(house, tip)).json() == []
    before = house.service.names()
    others = (SPARE_ADVOCATE.account, uuid4(), ADVOCATE.account, INVESTIGATOR.account, DETECTIVE.account)
    answers = [await named(house, tip, each) for each in others]
    assert {(each.status_code, each.content) for each in answers} == {(409, answers[0].content)}
    assert answers[0].json()["code"] == "cannot_take_over"
    # Nobody but whoever is asked for the seat, or holds it, is shown anybody.
    assert (await colleagues(house, tip, INVESTIGATOR)).json()["code"] == "not_proposed"
    assert (await named(house, tip, SPARE_ADVOCATE.account, INVESTIGATOR)).json()["code"] == "not_proposed"
    assert (await colleagues(house, tip, COORDINATOR)).status_code == 403
    absent, hidden = await colleagues(house, uuid4()), await colleagues(house, tip, DETECTIVE)
    assert (absent.status_code, absent.content) == (hidden.status_code, hidden.content)
    assert absent.status_code == 404
    assert (await colleagues(house, tip, seat="sheriff")).status_code == 422
    assert [each for each in house.service.names()[len(before) :] if each != "operation.record_shown"] == []


async def test_a_seat_that_is_held_is_empty_until_the_colleague_accepts(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    await house.fill(tip)
    assert (await house.page(tip))["phase"] == "formed"

    async def listed() -> bool:
        return bool((await colleagues(house, tip)).json())

    await eventually(listed)
    assert (await named(house, tip, SPARE_ADVOCATE.account)).status_code == 200
    page: dict[str, Any] = await house.page(tip)
    assert (page["phase"], page["empty_seats"]) == ("open", [SEAT])
    # Whoever left is not named again: only a coordinator asks them.
    assert (await colleagues(house, tip, SPARE_ADVOCATE)).json() == []
    assert (await named(house, tip, ADVOCATE.account, SPARE_ADVOCATE)).json()["code"] == "cannot_take_over"
    assert (await house.act(tip, f"seats/{SEAT}/acceptance", by=SPARE_ADVOCATE)).status_code == 200
    assert (await house.page(tip))["phase"] == "formed"
    told = (await house.service.get(f"/teams/{team_of(tip)}/history", by=COORDINATOR)).json()
    (handed,) = [each["facts"] for each in told if each["name"] == "team.seat_handed_over"]
    assert (handed["responder"], handed["colleague"]) == (str(ADVOCATE.account), str(SPARE_ADVOCATE.account))


async def test_of_those_who_are_next_on_a_rota_only_colleagues_one_knows_are_shown(house: House) -> None:
    """Whoever is on call stands at the head of every page; who comes after them is for who asks people."""
    for who in (SPARE_ADVOCATE, ELSEWHERE):
        await house.register(who, hours=1)
    first, second = Person(("victim_advocate",), agency="CVP"), ELSEWHERE
    await house.register(first, hours=1)
    await a_rota(house, first, second, SPARE_ADVOCATE)
    # The hours of their own are over: it is by the rota alone that anybody can be called.
    house.service.time.turn(timedelta(hours=2))
    tip = await house.open_team()
    await house.propose(tip, SEAT, ADVOCATE)

    async def shown() -> bool:
        return len((await colleagues(house, tip)).json()) == 2

    await eventually(shown)
    assert {(each["account"], each["on_call"]) for each in (await colleagues(house, tip)).json()} == {
        (str(first.account), True), (str(SPARE_ADVOCATE.account), False)
    }  # fmt: skip
    assert (await named(house, tip, ELSEWHERE.account)).json()["code"] == "cannot_take_over"
    assert (await named(house, tip, SPARE_ADVOCATE.account)).status_code == 200
    # On the same rota, they know one another.
    assert str(ELSEWHERE.account) in (await colleagues(house, tip, SPARE_ADVOCATE)).text


async def a_rota(house: House, *people: Person) -> None:
    body = {"seat": SEAT, "area": {"statewide": True}}
    rota = (await house.service.post("/rotas", body, by=COORDINATOR)).json()["reference"]
    turns = {"participants": [str(each.account) for each in people], "shift_hours": 24, "starts_at": NOON.isoformat()}
    path = f"/rotas/{rota}/rotation"
    answer = await house.service.post(path, turns | {"all_the_same": True}, by=COORDINATOR, version=1)
    assert answer.status_code == 200, answer.text

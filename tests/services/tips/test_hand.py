"""Who has a tip in hand: taken, handed over with a note, put back, and never lost with somebody who is gone."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, Personal, Refused
from services.tips.hand.decisions import Case, HandRefusal, finish, hand_over, holder_of, put_back, take, take_over
from services.tips.hand.events import HandedOver, HandFinished, HandPutBack, HandTaken, HandTakenOver
from services.tips.hand.http import case_of
from services.tips.hand.state import Hand, evolve
from tests.services.tips.given import FIRST, PERSON, a_tip, named, received, screened
from tests.services.tips.house import COORDINATOR, INTAKE, act
from tests.services.tips.test_to_do import HOUR, MORE, SCREENING, ago, to_do
from tests.services.tips.test_to_do import named as tips_of
from tests.support.running_service import Person, RunningService

ME, OTHER, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)
NOTE = "Invented: ring the school again at eight."
SEALED = Personal(person=PERSON, text=NOTE)
TIP, SCREENED = case_of(a_tip(received())), case_of(a_tip(received(), screened("child")))
COLLEAGUE = Person(("cps_intake",))


def hand(*events: Event) -> Hand:
    state = Hand()
    for event in events:
        state = evolve(state, event)
    return state


MINE = hand(HandTaken(tip=FIRST, account=ME))
THEIRS = hand(HandTaken(tip=FIRST, account=OTHER))
OFFERED = hand(HandTaken(tip=FIRST, account=OTHER), HandedOver(tip=FIRST, account=OTHER, to=ME, note=SEALED))


def test_what_nobody_has_is_taken() -> None:
    assert take(Hand(), TIP, ME) == [HandTaken(tip=FIRST, account=ME)]
    assert MINE.holder == ME


def test_what_is_handed_over_is_in_nobodys_hand_until_it_is_taken_by_them_or_by_another() -> None:
    assert hand_over(MINE, TIP, ME, OTHER, NOTE) == [HandedOver(tip=FIRST, account=ME, to=OTHER, note=SEALED)]
    assert OFFERED == Hand(holder=None, offered_to=ME)
    for who in (ME, THIRD):
        assert take(OFFERED, TIP, who) == [HandTaken(tip=FIRST, account=who)]


def test_it_is_put_back_with_a_note_for_whoever_takes_it_next() -> None:
    assert put_back(MINE, TIP, ME, NOTE) == [HandPutBack(tip=FIRST, account=ME, note=SEALED)]
    assert hand(HandTaken(tip=FIRST, account=ME), HandPutBack(tip=FIRST, account=ME, note=SEALED)) == Hand()


def test_it_is_taken_out_of_the_hand_of_one_who_cannot_see_to_it_with_the_reason() -> None:
    (taken,) = take_over(THEIRS, TIP, ME, NOTE)
    assert taken == HandTakenOver(tip=FIRST, account=ME, holder=OTHER, note=SEALED)
    assert evolve(THEIRS, taken) == Hand(holder=ME)


def test_it_is_finished_when_nothing_of_it_waits() -> None:
    assert finish(MINE, SCREENED, ME) == [HandFinished(tip=FIRST, account=ME)]


def test_whoever_comes_to_be_kept_out_has_it_no_more() -> None:
    kept_out = case_of(a_tip(received(), named(ME)))
    assert holder_of(MINE, kept_out.kept_out) is None
    assert take(MINE, kept_out, OTHER) == [HandTaken(tip=FIRST, account=OTHER)]


MET: Mapping[HandRefusal, Callable[[], Any]] = {
    HandRefusal.YOURS_ALREADY: lambda: take(MINE, TIP, ME),
    HandRefusal.IN_HAND: lambda: take(THEIRS, TIP, ME),
    HandRefusal.IN_NOBODYS: lambda: take_over(OFFERED, TIP, ME, NOTE),
    HandRefusal.NOT_YOURS: lambda: put_back(THEIRS, TIP, ME, NOTE),
    HandRefusal.TO_YOURSELF: lambda: hand_over(MINE, TIP, ME, ME, NOTE),
    HandRefusal.KEPT_OUT: lambda: hand_over(MINE, case_of(a_tip(received(), named(OTHER))), ME, OTHER, NOTE),
    HandRefusal.WORK_WAITS: lambda: finish(MINE, TIP, ME),
}


@pytest.mark.parametrize("code", HandRefusal)
def test_each_refusal_is_met_and_says_a_sentence(code: HandRefusal) -> None:
    with pytest.raises(Refused) as refused:
        MET[code]()
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda: take_over(MINE, TIP, ME, NOTE), HandRefusal.YOURS_ALREADY),
        (lambda: hand_over(THEIRS, TIP, ME, THIRD, NOTE), HandRefusal.NOT_YOURS),
        (lambda: hand_over(OFFERED, TIP, OTHER, THIRD, NOTE), HandRefusal.NOT_YOURS),
        (lambda: finish(THEIRS, SCREENED, ME), HandRefusal.NOT_YOURS),
        (lambda: finish(MINE, case_of(a_tip(received(), screened("child"), MORE)), ME), HandRefusal.WORK_WAITS),
        (lambda: put_back(MINE, case_of(a_tip(received(), named(ME))), ME, NOTE), HandRefusal.NOT_YOURS),
    ],
)
def test_nobody_lets_go_of_what_is_not_in_their_hand(attempt: Callable[[], Any], code: HandRefusal) -> None:
    with pytest.raises(Refused) as refused:
        attempt()
    assert refused.value.code == code


TRIES = st.lists(
    st.tuples(st.sampled_from(["take", "over", "hand", "back", "finish"]), st.integers(1, 3), st.integers(1, 3))
)


@given(TRIES)
def test_at_most_one_has_it_and_nobody_loses_it_but_by_their_own_act_or_one_with_a_reason(tries: list[Any]) -> None:
    state = Hand()
    for what, who, to in tries:
        before = state
        try:
            state = _after(state, SCREENED, what, UUID(int=who), UUID(int=to))
        except Refused:
            continue
        assert state.holder is None or state.offered_to is None
        if before.holder not in {None, state.holder}:
            assert before.holder == UUID(int=who) or what == "over"


def _after(state: Hand, case: Case, what: str, who: UUID, to: UUID) -> Hand:
    does: Mapping[str, Callable[[], list[Event]]] = {
        "take": lambda: take(state, case, who),
        "over": lambda: take_over(state, case, who, NOTE),
        "hand": lambda: hand_over(state, case, who, to, NOTE),
        "back": lambda: put_back(state, case, who, NOTE),
        "finish": lambda: finish(state, case, who),
    }
    for event in does[what]():
        state = evolve(state, event)
    return state


async def does(
    tips: RunningService, tip: str, what: str, body: Any = None, *, by: Person = INTAKE, status: int = 200
) -> httpx.Response:
    answer = await tips.post(f"/tips/{tip}/hand/{what}", body, by=by)
    assert answer.status_code == status, answer.text
    return answer


async def page(tips: RunningService, tip: str, *, by: Person = INTAKE) -> dict[str, Any]:
    answer = await tips.get(f"/tips/{tip}/hand", by=by)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def test_a_tip_goes_from_hand_to_hand_and_waits_in_the_list_wherever_nobody_has_it(tips: RunningService) -> None:
    earlier, later = await ago(tips, 3, county="Hinds"), await ago(tips, 2, county="Issaquena")
    assert tips_of(await to_do(tips, "nobodys")) == [earlier, later]
    assert await page(tips, earlier) == {"holder": None, "offered_to": None, "since": None, "takers": [], "steps": []}

    await does(tips, earlier, "taking")
    assert (await does(tips, earlier, "taking", by=COLLEAGUE, status=409)).json()["code"] == "in_hand_already"
    assert tips_of(await to_do(tips, "nobodys")) == [later]
    (mine,) = await to_do(tips, "mine")
    assert (mine["tip"], mine["holder"], mine["held_since"]) == (earlier, str(INTAKE.account), "2026-11-03T18:00:00Z")
    assert await to_do(tips, "mine", by=COLLEAGUE) == []
    # It is no lock: another screens it all the same.
    assert (await act(tips, earlier, "screening", SCREENING, by=COORDINATOR)).status_code == 200

    tips.time.turn(HOUR)
    await does(tips, later, "taking", by=COLLEAGUE)
    assert (await page(tips, earlier))["takers"] == [str(COLLEAGUE.account), str(INTAKE.account)]
    await does(tips, earlier, "handing-over", {"to": str(COLLEAGUE.account), "note": NOTE})
    for by, only in ((COLLEAGUE, "mine"), (INTAKE, "nobodys"), (INTAKE, "let_go")):
        row = next(each for each in await to_do(tips, only, by=by) if each["tip"] == earlier)
        assert (row["holder"], row["offered_to"]) == (None, str(COLLEAGUE.account))
        assert (row["waits_since"], row["work"]) == ("2026-11-03T19:00:00Z", ["let_go"])
    assert await to_do(tips, "mine") == []

    await does(tips, earlier, "taking", by=COLLEAGUE)
    assert await to_do(tips, "let_go") == []
    await does(tips, earlier, "taking-over", {"note": NOTE}, by=COORDINATOR)
    await does(tips, earlier, "finishing", by=COORDINATOR)
    assert earlier not in tips_of(await to_do(tips))

    read = await page(tips, earlier)
    assert (read["holder"], read["offered_to"]) == (None, None)
    assert [(each["what"], each["account"], each["note"]) for each in read["steps"]] == [
        ("finished", str(COORDINATOR.account), None),
        ("taken_over", str(COORDINATOR.account), NOTE),
        ("taken", str(COLLEAGUE.account), None),
        ("handed_over", str(INTAKE.account), NOTE),
        ("taken", str(INTAKE.account), None),
    ]
    told = (await tips.get(f"/tips/{earlier}/history", by=INTAKE)).text
    assert "hand.handed_over" in told
    assert NOTE not in told


async def test_whoever_is_kept_out_later_has_it_no_more_and_it_waits_again(tips: RunningService) -> None:
    tip = await ago(tips, 3)
    assert (await act(tips, tip, "screening", SCREENING)).status_code == 200
    await does(tips, tip, "taking", by=COLLEAGUE)
    assert tips_of(await to_do(tips)) == []
    tips.time.turn(timedelta(minutes=5))

    assert (await act(tips, tip, "named-accounts", {"account": str(COLLEAGUE.account)})).status_code == 200

    (row,) = await to_do(tips, "nobodys")
    assert (row["holder"], row["work"], row["waits_since"]) == (None, ["let_go"], "2026-11-03T18:00:00Z")
    assert await to_do(tips, "mine", by=COLLEAGUE) == []
    assert (await tips.get(f"/tips/{tip}/hand", by=COLLEAGUE)).status_code == 404
    await does(tips, tip, "putting-back", {"note": NOTE}, by=COLLEAGUE, status=404)
    read = await page(tips, tip)
    assert (read["holder"], read["takers"]) == (None, [])
    await does(tips, tip, "taking")
    handed = {"to": str(COLLEAGUE.account), "note": NOTE}
    assert (await does(tips, tip, "handing-over", handed, status=409)).json()["code"] == "handed_to_kept_out"


async def test_only_those_who_take_tips_in_have_one_in_hand(tips: RunningService) -> None:
    tip = await ago(tips, 1)
    for by in (Person(("prosecutor",), agency="DA-07"), Person(("agency_reporter",), agency="MDHS-APS")):
        assert (await tips.get(f"/tips/{tip}/hand", by=by)).status_code == 403
        await does(tips, tip, "taking", by=by, status=403)

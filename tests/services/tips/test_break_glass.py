"""One case is opened in an emergency, for minutes, and somebody else reviews that."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events.tips import GlassBroken
from contracts.language import Personal, Refused
from services.tips.break_glass.decisions import BreakGlassRefusal, Outcome, Who, break_glass, review
from services.tips.break_glass.events import GlassExplained, GlassReviewed
from services.tips.break_glass.state import Opening, Openings, evolve
from tests.services.tips.given import ACCOUNT, FIRST, MISSISSIPPI, PERSON, SECOND, THIRD
from tests.support.running_service import NOON

LASTS = MISSISSIPPI.break_glass.lasts
UNTIL = NOON + LASTS
WHY = "The child is at the door now."
NURSE = Who(account=ACCOUNT, agency="BRIDGE", roles=("forensic_nurse",), reads_it=False)


def broken(**changes: Any) -> GlassBroken:
    given: dict[str, Any] = {
        "tip": FIRST,
        "opening": SECOND,
        "account": ACCOUNT,
        "agency": "BRIDGE",
        "roles": ("forensic_nurse",),
        "until": UNTIL,
    }
    return GlassBroken(**(given | changes))


def opened(*events: GlassBroken | GlassReviewed) -> Openings:
    state = Openings()
    for event in events:
        state = evolve(state, event)
    return state


def the(state: Openings) -> Opening:
    found = state.of(SECOND)
    assert found is not None
    return found


def test_it_is_opened_until_a_moment_that_stands_in_the_event() -> None:
    assert break_glass(Openings(), FIRST, PERSON, NURSE, WHY, SECOND, LASTS, NOON) == [
        broken(),
        GlassExplained(tip=FIRST, opening=SECOND, reason=Personal(person=PERSON, text=WHY)),
    ]


def test_it_holds_for_minutes_for_one_account_and_is_over_at_its_moment() -> None:
    state = opened(broken())

    assert state.held_by(ACCOUNT, UNTIL - timedelta(microseconds=1)) == UNTIL
    assert state.held_by(ACCOUNT, UNTIL) is None
    assert state.held_by(THIRD, NOON) is None
    assert state.held_by(None, NOON) is None
    assert timedelta(0) < LASTS <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "reads_it", "code"),
    [
        (opened(broken()), False, BreakGlassRefusal.OPEN_ALREADY),
        (Openings(), True, BreakGlassRefusal.NOT_NEEDED),
    ],
)
def test_a_rule_refuses(state: Openings, reads_it: bool, code: BreakGlassRefusal) -> None:
    who = Who(account=ACCOUNT, agency="BRIDGE", roles=("forensic_nurse",), reads_it=reads_it)
    with pytest.raises(Refused) as refused:
        break_glass(state, FIRST, PERSON, who, WHY, THIRD, LASTS, NOON)

    assert refused.value.code == code


def test_when_it_is_over_it_can_be_opened_again() -> None:
    again, _ = break_glass(opened(broken()), FIRST, PERSON, NURSE, WHY, THIRD, LASTS, UNTIL)

    assert again == broken(opening=THIRD, until=UNTIL + LASTS)


@pytest.mark.parametrize("outcome", ["justified", "not_justified"])
def test_another_person_reviews_it(outcome: Outcome) -> None:
    note = Personal(person=PERSON, text="I rang the clinic.")
    (done,) = review(the(opened(broken())), FIRST, PERSON, THIRD, outcome, "I rang the clinic.")

    assert done == GlassReviewed(tip=FIRST, opening=SECOND, account=THIRD, outcome=outcome, note=note)
    assert isinstance(done, GlassReviewed)
    assert the(opened(broken(), done)).reviewed_by == THIRD


@pytest.mark.parametrize(
    ("reviewed_by", "reviewer", "code"),
    [
        (None, ACCOUNT, BreakGlassRefusal.OWN_OPENING),
        (UUID(int=9), THIRD, BreakGlassRefusal.REVIEWED_ALREADY),
    ],
)
def test_nobody_reviews_their_own_and_nobody_twice(
    reviewed_by: UUID | None, reviewer: UUID, code: BreakGlassRefusal
) -> None:
    opening = Opening(opening=SECOND, account=ACCOUNT, agency="BRIDGE", until=UNTIL, reviewed_by=reviewed_by)
    with pytest.raises(Refused) as refused:
        review(opening, FIRST, PERSON, reviewer, "justified", "Fine.")

    assert refused.value.code == code

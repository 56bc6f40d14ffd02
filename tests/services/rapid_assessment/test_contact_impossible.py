"""Contact cannot be made in time; what was tried and is planned; and how the duty arises and falls away."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.rapid_assessment.contact.contact import (
    Attempt,
    ContactRefusal,
    Step,
    attempt,
    fall_away,
    impossible,
    owe,
    plan,
)
from services.rapid_assessment.contact.events import (
    ContactAttempted,
    ContactImpossible,
    ContactNoLongerOwed,
    StepPlanned,
)
from tests.services.rapid_assessment.given import PERSON, TIP, contact, owed, seen
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
ROLES = ("cps_investigator", "law_enforcement")
TRIED = Attempt(attempted_at=NOON - HOUR, how="visit", result="nobody_there", what="Called at the address.")
PLANNED = Step(planned_for=NOON + HOUR, who="law_enforcement", what="Ask the school on Monday.")


def test_what_was_tried_is_on_record_with_when_how_and_what_came_of_it() -> None:
    (event,) = attempt(contact(owed()), TRIED, NOON)

    assert isinstance(event, ContactAttempted)
    assert (event.attempted_at, event.how, event.result) == (NOON - HOUR, "visit", "nobody_there")
    assert (event.what.person, event.what.text) == (PERSON, "Called at the address.")


def test_a_planned_step_names_the_role_and_by_when() -> None:
    (event,) = plan(contact(owed()), PLANNED, ROLES, NOON)

    assert isinstance(event, StepPlanned)
    assert (event.planned_for, event.who, event.what.person) == (NOON + HOUR, "law_enforcement", PERSON)


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step(planned_for=NOON, who="law_enforcement", what="Go there."), "planned_for"),
        (Step(planned_for=NOON + HOUR, who="sheriff", what="Go there."), "who"),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused(step: Step, field: str) -> None:
    with pytest.raises(InvalidValue) as invalid:
        plan(contact(owed()), step, ROLES, NOON)

    assert invalid.value.field == field


def test_an_attempt_that_has_not_been_made_yet_is_refused() -> None:
    to_come = Attempt(attempted_at=NOON + HOUR, how="visit", result="other", what="Will go there.")
    with pytest.raises(InvalidValue):
        attempt(contact(owed()), to_come, NOON)


def test_attempts_and_planned_steps_go_on_record_with_it_and_the_duty_stays_open() -> None:
    events = impossible(contact(owed()), [TRIED, TRIED], [PLANNED], ROLES, NOON)

    assert [type(each) for each in events] == [ContactAttempted, ContactAttempted, StepPlanned, ContactImpossible]
    state = contact(owed(), *events)
    assert (state.duty_open, state.attempts_recorded, state.steps_planned) == (True, 2, 1)
    assert (state.documented, state.impossible_at) == (True, NOON)


def test_what_is_on_record_already_need_not_be_entered_again() -> None:
    before = impossible(contact(owed()), [TRIED], [PLANNED], ROLES, NOON)

    (second,) = impossible(contact(owed(), *before), [], [], ROLES, NOON + HOUR)

    assert isinstance(second, ContactImpossible)
    assert contact(owed(), *before, second).impossible_at == NOON


@pytest.mark.parametrize(("attempts", "steps"), [([], []), ([TRIED], []), ([], [PLANNED])])
def test_without_an_attempt_and_a_planned_step_it_is_refused_by_law(attempts: list[Attempt], steps: list[Step]) -> None:
    with pytest.raises(Refused) as refused:
        impossible(contact(owed()), attempts, steps, ROLES, NOON)

    assert (refused.value.code, refused.value.rule) == (ContactRefusal.NOT_DOCUMENTED, "C04")


@pytest.mark.parametrize(
    ("given", "code"), [([], ContactRefusal.NOT_OWED), ([owed(), seen()], ContactRefusal.MADE_ALREADY)]
)
def test_a_rule_refuses(given: list[Event], code: ContactRefusal) -> None:
    state = contact(*given)
    decisions: list[Callable[[], list[Event]]] = [
        lambda: impossible(state, [TRIED], [PLANNED], ROLES, NOON),
        lambda: attempt(state, TRIED, NOON),
        lambda: plan(state, PLANNED, ROLES, NOON),
    ]
    for decide in decisions:
        with pytest.raises(Refused) as refused:
            decide()
        assert refused.value.code == code


def test_texts_entered_before_they_were_events_of_their_own_count_too() -> None:
    (tried,) = attempt(contact(owed()), TRIED, NOON)
    assert isinstance(tried, ContactAttempted)
    older = ContactImpossible(tip=TIP, known_at=NOON, attempts=(tried.what, tried.what), planned_steps=(tried.what,))

    state = contact(owed(), older)

    assert (state.attempts_recorded, state.steps_planned, state.documented) == (2, 1, True)


def test_the_duty_arises_once_and_again_after_it_fell_away() -> None:
    gone = ContactNoLongerOwed(tip=TIP)

    assert owe(contact(), TIP, PERSON, NOON) == [owed()]
    assert owe(contact(owed()), TIP, PERSON, NOON) == []
    assert owe(contact(owed(), gone), TIP, PERSON, NOON) == [owed()]


@pytest.mark.parametrize(
    ("given", "left"),
    [([], []), ([owed()], [ContactNoLongerOwed(tip=TIP)]), ([owed(), seen()], [])],
    ids=["never owed", "owed", "done"],
)
def test_only_an_open_duty_falls_away(given: list[Event], left: list[Event]) -> None:
    assert fall_away(contact(*given)) == left

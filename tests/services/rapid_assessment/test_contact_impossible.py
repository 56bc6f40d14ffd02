"""Contact cannot be made in time; and how the duty arises and falls away."""

import pytest

from contracts.language import Event, Refused
from services.rapid_assessment.contact.contact import ContactRefusal, fall_away, impossible, owe
from services.rapid_assessment.contact.events import ContactImpossible, ContactNoLongerOwed
from tests.services.rapid_assessment.given import PERSON, TIP, contact, owed, seen
from tests.support.running_service import NOON

ATTEMPTS = ["Called at the address.", "Asked the school."]
STEPS = ["Ask the school on Monday."]


def test_attempts_and_planned_steps_are_on_record_and_the_duty_stays_open() -> None:
    (event,) = impossible(contact(owed()), ATTEMPTS, STEPS, NOON)

    assert isinstance(event, ContactImpossible)
    assert [text.text for text in event.attempts] == ATTEMPTS
    assert [text.text for text in event.planned_steps] == STEPS
    assert {text.person for text in (*event.attempts, *event.planned_steps)} == {PERSON}
    state = contact(owed(), event)
    assert (state.duty_open, state.attempts_recorded, state.steps_planned) == (True, 2, 1)


def test_it_is_recorded_again_as_the_search_goes_on() -> None:
    (first,) = impossible(contact(owed()), ATTEMPTS, STEPS, NOON)

    (second,) = impossible(contact(owed(), first), ATTEMPTS, STEPS, NOON)

    assert contact(owed(), first, second).attempts_recorded == 4


@pytest.mark.parametrize(
    ("given", "code"), [([], ContactRefusal.NOT_OWED), ([owed(), seen()], ContactRefusal.MADE_ALREADY)]
)
def test_a_rule_refuses(given: list[Event], code: ContactRefusal) -> None:
    with pytest.raises(Refused) as refused:
        impossible(contact(*given), ATTEMPTS, STEPS, NOON)

    assert refused.value.code == code


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

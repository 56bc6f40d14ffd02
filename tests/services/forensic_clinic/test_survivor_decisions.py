"""What a survivor may do on their page: given what happened, when they act, then this follows."""

from uuid import UUID

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.survivor import decisions
from services.forensic_clinic.survivor.decisions import SurvivorRefusal
from services.forensic_clinic.survivor.events import QuestionAsked, QuestionContinued
from services.forensic_clinic.survivor.state import Followed, Survivor, evolve

KIT = Followed(kit=UUID(int=7), person=UUID(int=8), there=True)
NURSE = UUID(int=9)


def survivor(*events: Event) -> Survivor:
    state = Survivor()
    for event in (*decisions.give(KIT, "hash", ("where",), "only_here"), *events):
        state = evolve(state, event)
    return state


@pytest.mark.parametrize(
    "pin", ["12345", "123456", "987654", "000000", "121212", "890123", "12345678901", "12a456", "  "]
)
def test_a_pin_that_others_would_try_first_is_refused_and_never_repeated(pin: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        decisions.good_pin("pin", pin)
    assert pin.strip() not in refused.value.sentence or not pin.strip()


@pytest.mark.parametrize("pin", ["604918", " 731209 ", "9042718350"])
def test_other_digits_are_taken(pin: str) -> None:
    assert decisions.good_pin("pin", pin) == pin.strip()


def test_more_is_added_to_a_question_that_waits_and_a_new_one_begins_after_its_answer() -> None:
    asked = decisions.ask(survivor(), KIT, "Where?")
    assert [type(each) for each in asked] == [QuestionAsked]
    more = decisions.ask(survivor(*asked), KIT, "And when?")
    assert [type(each) for each in more] == [QuestionContinued]
    answered = decisions.answer(survivor(*asked, *more), KIT, 1, NURSE, "Soon.")
    again = decisions.ask(survivor(*asked, *more, *answered), KIT, "Why?")
    assert isinstance(again[0], QuestionAsked)
    assert again[0].number == 2


def test_a_question_is_answered_once_and_an_empty_one_is_none() -> None:
    asked = decisions.ask(survivor(), KIT, "Where?")
    answered = decisions.answer(survivor(*asked), KIT, 1, NURSE, "Here.")
    with pytest.raises(Refused) as refused:
        decisions.answer(survivor(*asked, *answered), KIT, 1, NURSE, "There.")
    assert refused.value.code == SurvivorRefusal.ANSWERED_ALREADY
    with pytest.raises(InvalidValue):
        decisions.ask(survivor(), KIT, "   ")


def test_what_is_chosen_again_as_it_was_is_no_event_and_a_closed_page_is_closed_once() -> None:
    assert decisions.choose(survivor(), ("where",), "only_here") == []
    assert len(decisions.choose(survivor(), ("answers", "where"), "nothing")) == 1
    closed = decisions.close(survivor(), "survivor")
    assert not survivor(*closed).open
    with pytest.raises(Refused):
        decisions.close(survivor(*closed), "clinic")


def test_no_receipt_is_given_for_a_kit_with_nothing_in_it() -> None:
    with pytest.raises(Refused) as refused:
        decisions.give(Followed(kit=KIT.kit, person=KIT.person, there=False), "hash", (), "nothing")
    assert refused.value.code == SurvivorRefusal.NOTHING_IN_IT

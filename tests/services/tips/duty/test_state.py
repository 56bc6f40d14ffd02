"""What no tip shows by itself: a federal report of a foreign child is owed once somebody states it (22 U.S.C. 7105)."""

from functools import reduce

import pytest

from contracts.language import InvalidValue, Refused
from services.tips.duty.decisions import DutyRefusal, fall_away, record, state, take_back
from services.tips.duty.events import DutyArose, DutyFellAway, DutyPartDone
from services.tips.duty.owing import owed
from services.tips.duty.state import Duty, evolve
from tests.services.tips.duty.given import HOUR, a_duty, arisen, case, follows, part_of, telling
from tests.services.tips.given import MISSISSIPPI
from tests.support.running_service import NOON

DAY = 24 * HOUR
LEARNT = NOON + 5 * HOUR
NOW = LEARNT + HOUR


def stated(duty: Duty | None = None) -> Duty:
    before = duty or Duty()
    return a_duty(*state(before, "C33", case(), LEARNT, MISSISSIPPI, NOW))


def test_it_counts_from_when_it_was_known_and_not_from_receipt() -> None:
    (arose,) = state(Duty(), "C33", case(), LEARNT, MISSISSIPPI, NOW)

    assert isinstance(arose, DutyArose)
    assert (arose.since, arose.due_at, arose.opening) == (LEARNT, LEARNT + DAY, 1)


def test_no_word_about_the_tip_makes_it_arise() -> None:
    assert owed(Duty(), "C33", case(channel="officer_request"), MISSISSIPPI) is None


def test_it_stands_as_stated_whatever_is_said_of_the_tip_later() -> None:
    assert follows(stated(), "C33", case(setting="home")) == []


def test_it_arises_again_with_the_child_when_the_person_proves_none_and_then_one() -> None:
    adult = a_duty(*state(Duty(), "C33", case(), LEARNT, MISSISSIPPI, NOW), *fall_away(stated(), "shown_to_be_adult"))

    (again,) = follows(adult, "C33", case())

    assert isinstance(again, DutyArose)
    assert (again.since, again.opening) == (LEARNT, 2)


def test_taken_back_it_falls_away_until_it_is_stated_again() -> None:
    ended = take_back(stated())
    assert [(type(each), each.reason) for each in ended if isinstance(each, DutyFellAway)] == [(DutyFellAway, "not_so")]
    wrong = a_duty(*state(Duty(), "C33", case(), LEARNT, MISSISSIPPI, NOW), *ended)

    assert owed(wrong, "C33", case(), MISSISSIPPI) is None
    (again,) = state(wrong, "C33", case(), NOW, MISSISSIPPI, NOW)
    assert isinstance(again, DutyArose)
    assert (again.since, again.opening) == (NOW, 2)


def test_it_is_done_by_a_request_with_its_number_alone() -> None:
    duty = stated()
    part = part_of(duty, "federal_assistance")
    with pytest.raises(InvalidValue) as refused:
        record(duty, part, telling("", NOW, told="Example Office"), NOW)
    assert refused.value.field == "number"

    (done,) = record(duty, part, telling("", NOW, number="EX-1"), NOW)

    assert isinstance(done, DutyPartDone)
    assert (done.number and done.number.text, done.told) == ("EX-1", None)
    with pytest.raises(Refused) as stays:
        take_back(a_duty(*state(Duty(), "C33", case(), LEARNT, MISSISSIPPI, NOW), done))
    assert stays.value.code == DutyRefusal.NOTHING_CHANGES


def test_it_is_not_stated_twice_nor_of_an_adult_nor_for_a_time_to_come() -> None:
    with pytest.raises(Refused) as twice:
        state(stated(), "C33", case(), LEARNT, MISSISSIPPI, NOW)
    with pytest.raises(Refused) as adult:
        state(Duty(), "C33", case(age="adult"), LEARNT, MISSISSIPPI, NOW)
    with pytest.raises(InvalidValue):
        state(Duty(), "C33", case(), NOW + HOUR, MISSISSIPPI, NOW)

    assert (twice.value.code, adult.value.code) == (DutyRefusal.STATED_ALREADY, DutyRefusal.NOT_OWED)


def test_an_officers_request_is_done_when_the_caseworker_is_on_the_way() -> None:
    duty = arisen("C01", channel="officer_request")

    done = record(duty, part_of(duty, "caseworker"), telling("MDCPS", NOON + HOUR), NOW)

    assert reduce(evolve, done, duty).standing == "done"

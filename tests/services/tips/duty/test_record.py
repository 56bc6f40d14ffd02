"""What is recorded of a duty: who was told, who acknowledged it, and when it was in truth."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest

from contracts.language import InvalidValue, Refused
from services.tips.duty.decisions import DutyRefusal, acknowledge, fall_away, find, record, state
from services.tips.duty.events import DutyPartAcknowledged, DutyPartDone
from services.tips.duty.owing import part_named
from services.tips.duty.state import Duty, evolve
from tests.services.tips.duty.given import HOUR, REASON, a_duty, arisen, case, follows, part_of, telling
from tests.services.tips.given import ACCOUNT, FIRST, MISSISSIPPI, PERSON
from tests.support.running_service import NOON

LATER = NOON + 3 * HOUR
C11 = follows(Duty(), "C11", case())


def told(duty: Duty, part: str, **changes: Any) -> Duty:
    return reduce(evolve, record(duty, part_of(duty, part), telling(**changes), LATER), duty)


def seen(duty: Duty, part: str, **changes: Any) -> Duty:
    at = changes.pop("at", NOON + 2 * HOUR)
    return reduce(evolve, acknowledge(duty, part, at, LATER, **changes), duty)


def test_who_was_told_is_kept_with_the_words_sealed() -> None:
    duty = arisen("C09")
    given = telling("", told="Example Clerk One", number="YC-26-0001")

    (done,) = record(duty, part_of(duty, "youth_court_intake"), given, LATER)

    assert isinstance(done, DutyPartDone)
    assert (done.tip, done.part, done.agency, done.done_at, done.how) == (
        FIRST,
        "youth_court_intake",
        "",
        NOON + HOUR,
        "telephone",
    )
    assert done.told is not None
    assert done.number is not None
    assert {done.told.person, done.number.person} == {PERSON}
    assert "Example" not in repr(done)
    assert "YC-26" not in repr(done)


def test_told_is_not_done_where_it_must_be_acknowledged() -> None:
    duty = told(told(arisen("C11"), "prosecutor"), "statewide_coordinator", agency="SHTC")

    assert (duty.standing, duty.missing) == ("open", ("prosecutor", "statewide_coordinator"))
    half = seen(duty, "prosecutor")
    assert half.missing == ("statewide_coordinator",)
    whole = seen(half, "statewide_coordinator", at=LATER)
    assert (whole.standing, whole.done_at) == ("done", LATER)


def test_it_was_done_when_its_last_part_was_in_whichever_was_typed_first() -> None:
    late_first = told(
        told(arisen("C12"), "report_of_law_enforcement", at=NOON + 2 * HOUR), "report_of_cps", at=NOON + HOUR
    )
    early_first = told(
        told(arisen("C12"), "report_of_cps", at=NOON + HOUR), "report_of_law_enforcement", at=NOON + 2 * HOUR
    )

    assert late_first.done_at == early_first.done_at == NOON + 2 * HOUR


def test_who_acknowledged_it_here_is_named_by_reference_and_who_did_it_by_telephone_is_sealed() -> None:
    duty = told(arisen("C11"), "prosecutor")
    (here,) = acknowledge(duty, "prosecutor", LATER, LATER, account=ACCOUNT)
    (by_telephone,) = acknowledge(duty, "prosecutor", LATER, LATER, acknowledged_by="Example Prosecutor One")

    assert isinstance(here, DutyPartAcknowledged)
    assert isinstance(by_telephone, DutyPartAcknowledged)
    assert (here.account, here.acknowledged_by, here.agency) == (ACCOUNT, None, "DA-07")
    assert by_telephone.account is None
    assert "Example" not in repr(by_telephone)


def test_another_agency_told_takes_the_first_ones_place_and_has_acknowledged_nothing() -> None:
    duty = seen(told(arisen("C11"), "prosecutor"), "prosecutor")

    again = told(duty, "prosecutor", agency="DA-20")

    assert again.on_record["prosecutor"].agency == "DA-20"
    assert again.missing == ("prosecutor", "statewide_coordinator")


def test_law_enforcement_may_have_filed_before_the_tip_came_in_and_child_protection_not() -> None:
    duty = arisen("C12")
    before = telling(at=NOON - HOUR)

    assert record(duty, part_of(duty, "report_of_law_enforcement"), before, LATER)
    with pytest.raises(InvalidValue) as refused:
        record(duty, part_of(duty, "report_of_cps"), before, LATER)
    assert refused.value.field == "done_at"


def test_the_moment_of_receipt_is_not_before_it_and_this_moment_is_not_in_the_future() -> None:
    duty = arisen("C12")
    part = part_of(duty, "report_of_cps")

    assert record(duty, part, telling(at=NOON), NOON)
    with pytest.raises(InvalidValue):
        record(duty, part, telling(at=NOON - timedelta(microseconds=1)), NOON)
    with pytest.raises(InvalidValue):
        record(duty, part, telling(at=NOON + timedelta(microseconds=1)), NOON)


def test_where_no_agency_is_on_file_it_must_be_said_who_was_told() -> None:
    duty = arisen("C13")

    with pytest.raises(InvalidValue) as refused:
        record(duty, part_of(duty, "youth_court_clerk"), telling(""), LATER)
    assert refused.value.field == "told"


def test_an_acknowledgement_cannot_come_before_the_telling() -> None:
    duty = told(arisen("C11"), "prosecutor")

    for at in (NOON + HOUR - timedelta(microseconds=1), LATER + timedelta(microseconds=1)):
        with pytest.raises(InvalidValue) as refused:
            acknowledge(duty, "prosecutor", at, LATER)
        assert refused.value.field == "acknowledged_at"


def test_a_part_that_the_duty_does_not_have_is_answered_with_those_it_has() -> None:
    for duty, part in ((arisen("C11"), "judge"), (arisen("C14", setting="out_of_home_unlicensed"), "licensing_agency")):
        with pytest.raises(InvalidValue) as refused:
            part_named(duty, part, MISSISSIPPI)
        assert refused.value.field == "part"
        assert duty.parts[0] in refused.value.sentence


def test_a_later_entry_moves_the_time_and_leaves_the_first_one_in_the_history() -> None:
    duty = told(told(arisen("C12"), "report_of_cps"), "report_of_law_enforcement", at=LATER)
    part = part_of(duty, "report_of_law_enforcement")

    (found,) = find(duty, part, NOON + HOUR / 2, None, REASON, LATER)

    assert evolve(duty, found).done_at == NOON + HOUR
    assert REASON not in repr(found)


def test_a_time_put_right_must_be_possible_too() -> None:
    duty = seen(told(arisen("C11"), "prosecutor"), "prosecutor")
    part = part_of(duty, "prosecutor")

    for done_at, acknowledged_at, field in (
        (NOON - HOUR, None, "done_at"),
        (LATER + HOUR, None, "done_at"),
        (LATER, None, "acknowledged_at"),
        (None, NOON, "acknowledged_at"),
        (None, LATER + HOUR, "acknowledged_at"),
    ):
        with pytest.raises(InvalidValue) as refused:
            find(duty, part, done_at, acknowledged_at, REASON, LATER)
        assert refused.value.field == field


FALLEN = a_duty(*C11, *fall_away(a_duty(*C11), "shown_to_be_adult"))
TOLD = told(arisen("C11"), "prosecutor")
PROSECUTOR = part_of(TOLD, "prosecutor")

MET: Mapping[DutyRefusal, Callable[[], Any]] = {
    DutyRefusal.NOT_OWED: lambda: record(FALLEN, PROSECUTOR, telling(), LATER),
    DutyRefusal.DONE_ALREADY: lambda: record(TOLD, PROSECUTOR, telling(), LATER),
    DutyRefusal.NOT_DONE: lambda: acknowledge(arisen("C11"), "prosecutor", LATER, LATER),
    DutyRefusal.ACKNOWLEDGED_ALREADY: lambda: acknowledge(seen(TOLD, "prosecutor"), "prosecutor", LATER, LATER),
    DutyRefusal.NOT_ACKNOWLEDGED: lambda: find(TOLD, PROSECUTOR, None, LATER, REASON, LATER),
    DutyRefusal.STATED_ALREADY: lambda: state(TOLD, "C11", case(), NOON, MISSISSIPPI, LATER),
    DutyRefusal.NOTHING_CHANGES: lambda: find(TOLD, PROSECUTOR, NOON + HOUR, None, REASON, LATER),
}


def test_no_refusal_is_without_a_test() -> None:
    assert set(MET) == set(DutyRefusal)


@pytest.mark.parametrize("code", DutyRefusal)
def test_it_is_met_and_says_a_sentence(code: DutyRefusal) -> None:
    with pytest.raises(Refused) as refused:
        MET[code]()

    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")

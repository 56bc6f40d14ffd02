"""Custody without an order: what is recorded of it, what stays to be done, and what cannot be right."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.language import Event, InvalidValue, Personal
from services.rapid_assessment.custody.custody import (
    Custody,
    authorise,
    hear,
    notify,
    release,
    take,
    write_up,
)
from tests.services.rapid_assessment.given import (
    PERSON,
    TAKING,
    authorised,
    custody,
    heard,
    let_go,
    taken,
    told,
    written_up,
)
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
JUDGE = "Judge of the youth court, by telephone"


def test_it_is_on_record_who_took_the_child_when_and_in_which_county_it_is_kept() -> None:
    place = "the shelter of the county"
    (event,) = take(custody(), replace(TAKING, taken_at=NOON - HOUR, place=place), NOON)

    assert event == replace(taken(NOON - HOUR), place=Personal(person=PERSON, text=place))


def test_who_was_spoken_to_is_sealed_under_the_child() -> None:
    given = custody(taken())

    said = [
        *notify(given, NOON, "telephone", JUDGE, NOON),
        *authorise(given, NOON, "oral", JUDGE, NOON),
        *release(given, NOON, "parent", JUDGE, NOON),
    ]

    sealed = Personal(person=PERSON, text=JUDGE)
    assert [getattr(event, "whom", None) or getattr(event, "by", None) for event in said] == [sealed] * 3


@pytest.mark.parametrize(
    ("given", "waiting", "lasts"),
    [
        ([], (), False),
        ([taken()], ("C19",), True),
        ([taken(), authorised("written")], ("C22",), True),
        ([taken(), authorised()], ("C22", "C21"), True),
        ([taken(), authorised("oral")], ("C22", "C21B"), True),
        ([taken(), authorised(), written_up()], ("C22",), True),
        ([taken(), authorised(), heard()], ("C21",), True),
        ([taken(), authorised(), heard("released")], ("C21",), False),
        ([taken(), authorised("written"), heard()], (), True),
        ([taken(), let_go()], (), False),
        ([taken(), authorised(), let_go()], ("C21",), False),
        ([taken(), authorised(), let_go(), taken(number=2)], ("C19", "C21"), True),
    ],
)
def test_what_stays_to_be_done(given: Sequence[Event], waiting: tuple[str, ...], lasts: bool) -> None:
    state = custody(*given)

    assert (state.open_rules, state.lasts) == (waiting, lasts)


def test_whoever_authorised_it_knew_of_it() -> None:
    assert custody(taken()).judge_knew_at is None
    assert custody(taken(), authorised(at=NOON + HOUR)).judge_knew_at == NOON + HOUR
    assert custody(taken(), authorised(at=NOON + HOUR), told(NOON)).judge_knew_at == NOON


def test_a_child_may_be_taken_again_after_a_release_and_the_earlier_oral_order_is_still_to_be_written() -> None:
    given = [taken(), authorised(), let_go()]
    (again,) = take(custody(*given), TAKING, NOON)

    assert again == taken(number=2)
    (event,) = write_up(custody(*given, again), NOON, NOON)
    assert event == written_up(number=1)
    assert custody(*given, again, event).open_rules == ("C19",)


Asked = Callable[[Custody], Any]


@pytest.mark.parametrize(
    ("given", "asked", "field"),
    [
        ([], lambda it: take(it, replace(TAKING, taken_at=NOON + HOUR), NOON), "taken_at"),
        ([taken(), let_go()], lambda it: take(it, replace(TAKING, taken_at=NOON - HOUR), NOON), "taken_at"),
        ([taken()], lambda it: notify(it, NOON - HOUR, "telephone", None, NOON), "notified_at"),
        ([taken()], lambda it: notify(it, NOON + HOUR, "telephone", None, NOON), "notified_at"),
        ([taken()], lambda it: authorise(it, NOON - HOUR, "oral", None, NOON), "authorised_at"),
        ([taken(), let_go()], lambda it: authorise(it, NOON + HOUR, "oral", None, NOON + HOUR), "authorised_at"),
        ([taken(), authorised()], lambda it: write_up(it, NOON - HOUR, NOON), "written_at"),
        ([taken(), authorised()], lambda it: write_up(it, NOON + HOUR, NOON), "written_at"),
        ([taken(), authorised()], lambda it: hear(it, NOON - HOUR, "continued", NOON), "held_at"),
        ([taken(), authorised(), let_go()], lambda it: hear(it, NOON + HOUR, "continued", NOON + HOUR), "held_at"),
        ([taken()], lambda it: release(it, NOON - HOUR, "parent", None, NOON), "released_at"),
        ([taken(), authorised(at=NOON + HOUR)], lambda it: release(it, NOON, "parent", None, NOON), "released_at"),
    ],
)
def test_nothing_happened_before_its_time_or_after_the_end(given: Sequence[Event], asked: Asked, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        asked(custody(*given))

    assert refused.value.field == field

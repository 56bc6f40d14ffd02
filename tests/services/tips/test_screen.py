"""A screener judges a tip, by a version of a list of signs."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.tips import TipScreened
from contracts.language import Event, InvalidValue
from services.tips.tip.events import IndicatorsSeen, TipScreenedWith
from services.tips.tip.screening import Age, Screen, screen
from services.tips.tip.state import Tip
from tests.services.tips.given import FIRST, MISSISSIPPI, PERSON, a_tip, corrected, received, screened
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
NOW = NOON + 6 * HOUR
SIGNS = MISSISSIPPI.instrument_at(NOW)
# Of which each result speaks.
LAW, OTHER = "debt", "hotel_motel"


def screening(tip: Tip, *, age: Age = "child", **given: Any) -> list[Event]:
    command = Screen(age=age, exploitation="sex", **given)
    return screen(tip, command, MISSISSIPPI, NOW)


def the_list(events: list[Event]) -> TipScreenedWith:
    (found,) = (event for event in events if isinstance(event, TipScreenedWith))
    return found


@pytest.mark.parametrize("age", ["child", "adult", "not_known"])
def test_a_screening_tells_the_age_and_that_the_clock_runs_from_receipt(age: Age) -> None:
    tip = a_tip(received(age="not_known"))

    told, done = screening(tip, age=age, indicators=(OTHER, LAW, OTHER), not_present=("drugs",))

    assert told == TipScreened(tip=FIRST, person=PERSON, received_at=NOON, county="Hinds", age=age, exploitation="sex")
    assert done == TipScreenedWith(
        tip=FIRST,
        screened_at=NOW,
        age=age,
        exploitation="sex",
        instrument=SIGNS.instrument,
        instrument_version=SIGNS.version,
        present=(OTHER, LAW),
        not_present=("drugs",),
        not_asked=tuple(code for code in SIGNS.codes if code not in {OTHER, LAW, "drugs"}),
        result="suspected",
    )


@pytest.mark.parametrize(
    ("present", "not_present", "result"),
    [
        ((LAW,), (), "suspected"),
        ((OTHER, LAW), (), "suspected"),
        (("cybertip_sex_trafficking",), (), "suspected"),
        ((OTHER,), (), "ask_further"),
        ((OTHER,), tuple(code for code in SIGNS.codes if code != OTHER), "ask_further"),
        ((), (), "not_all_asked"),
        ((), SIGNS.codes[1:], "not_all_asked"),
        ((), SIGNS.codes, "none_found"),
    ],
)
def test_what_comes_of_it_is_the_lists_own_rule(
    present: tuple[str, ...], not_present: tuple[str, ...], result: str
) -> None:
    assert the_list(screening(a_tip(received()), indicators=present, not_present=not_present)).result == result


@given(
    present=st.sets(st.sampled_from(SIGNS.codes)),
    asked=st.sets(st.sampled_from(SIGNS.codes)),
    more=st.sampled_from(SIGNS.codes),
)
def test_a_further_sign_never_makes_less_of_it(present: set[str], asked: set[str], more: str) -> None:
    order = [each.result for each in SIGNS.results]
    before = SIGNS.result_of(present, asked - present)
    after = SIGNS.result_of(present | {more}, asked - present - {more})

    assert order.index(after.result) <= order.index(before.result)


def test_nothing_found_leaves_a_child_a_child() -> None:
    tip = a_tip(received(), *screening(a_tip(received()), indicators=(LAW,)))

    after = a_tip(received(), *screening(tip, not_present=SIGNS.codes))

    assert (after.age, after.screening_result) == ("child", "none_found")


def test_the_screening_done_last_holds_and_its_signs_replace_the_earlier() -> None:
    once = screening(a_tip(received()), indicators=(OTHER,), screened_at=NOON + HOUR)

    twice = screening(a_tip(received(), *once), age="not_known", screened_at=NOON + HOUR)

    state = a_tip(received(), *once, *twice)
    assert (state.age, state.screened_age, state.indicators, state.screening_result) == (
        "not_known",
        "not_known",
        (),
        "not_all_asked",
    )


def test_one_typed_in_late_stays_on_record_and_changes_nothing() -> None:
    last = a_tip(received(), *screening(a_tip(received()), indicators=(LAW,)))

    late = screening(last, age="adult", screened_at=NOON + HOUR)

    assert [type(event) for event in late] == [TipScreenedWith]
    assert a_tip(received(), *screening(a_tip(received()), indicators=(LAW,)), *late) == last


def test_one_done_before_lists_had_versions_is_followed_by_one_that_holds() -> None:
    old = (received(), screened("child"), IndicatorsSeen(tip=FIRST, indicators=(OTHER,)))
    assert (a_tip(*old).indicators, a_tip(*old).screening_result) == ((OTHER,), "")

    state = a_tip(*old, *screening(a_tip(*old), indicators=(LAW,)))

    assert (state.indicators, state.screening_result) == ((LAW,), "suspected")


def test_a_screening_carries_the_county_as_it_was_corrected() -> None:
    told, _ = screening(a_tip(received(county="Rankin"), corrected("child")))

    assert isinstance(told, TipScreened)
    assert told.county == "Hinds"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"indicators": ("debt", "unheard_of")}, "indicators"),
        ({"indicators": ("",)}, "indicators"),
        ({"not_present": ("HOTEL_MOTEL",)}, "not_present"),
        ({"indicators": ("debt",), "not_present": ("debt",)}, "not_present"),
        ({"instrument": "CSE-IT", "instrument_version": 2}, "instrument"),
        ({"instrument": SIGNS.instrument}, "instrument"),
        ({"instrument_version": 1}, "instrument"),
        ({"screened_at": NOW + HOUR}, "screened_at"),
        ({"screened_at": NOON - HOUR}, "screened_at"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        screening(a_tip(received()), **given)

    assert refused.value.field == field


def test_the_version_that_was_on_the_page_is_the_one_on_record() -> None:
    named = screening(a_tip(received()), instrument=SIGNS.instrument, instrument_version=SIGNS.version)

    assert the_list(named).instrument_version == SIGNS.version


def test_a_tip_that_was_never_received_cannot_be_screened() -> None:
    with pytest.raises(LookupError):
        screening(a_tip())

"""A screener judges a tip."""

import pytest

from contracts.events.tips import TipScreened
from contracts.language import InvalidValue
from services.tips.tip.decisions import Age, screen
from services.tips.tip.events import IndicatorsSeen
from tests.services.tips.given import FIRST, MISSISSIPPI, PERSON, a_tip, corrected, received
from tests.support.running_service import NOON


@pytest.mark.parametrize("age", ["child", "adult", "not_known"])
def test_a_screening_tells_the_age_and_that_the_clock_runs_from_receipt(age: Age) -> None:
    tip = a_tip(received(age="not_known"))

    told, seen = screen(tip, age, "labour", ["hotel_motel", "debt", "hotel_motel"], MISSISSIPPI)

    assert told == TipScreened(
        tip=FIRST, person=PERSON, received_at=NOON, county="Hinds", age=age, exploitation="labour"
    )
    assert seen == IndicatorsSeen(tip=FIRST, indicators=("hotel_motel", "debt"))


def test_the_latest_screening_holds_and_its_signs_replace_the_earlier() -> None:
    tip = a_tip(received())
    once = screen(tip, "child", "sex", ["hotel_motel"], MISSISSIPPI)

    twice = screen(a_tip(received(), *once), "not_known", "both", [], MISSISSIPPI)

    state = a_tip(received(), *once, *twice)
    assert (state.age, state.screened_age, state.exploitation, state.indicators) == (
        "not_known",
        "not_known",
        "both",
        (),
    )


def test_a_screening_carries_the_county_as_it_was_corrected() -> None:
    moved = corrected("child")

    (told, _) = screen(a_tip(received(county="Rankin"), moved), "child", "sex", [], MISSISSIPPI)

    assert isinstance(told, TipScreened)
    assert told.county == "Hinds"


@pytest.mark.parametrize("code", ["", "unheard_of", "HOTEL_MOTEL"])
def test_a_sign_that_is_not_on_the_list_is_refused(code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        screen(a_tip(received()), "child", "sex", ["debt", code], MISSISSIPPI)

    assert refused.value.field == "indicators"


def test_a_tip_that_was_never_received_cannot_be_screened() -> None:
    with pytest.raises(LookupError):
        screen(a_tip(), "child", "sex", [], MISSISSIPPI)

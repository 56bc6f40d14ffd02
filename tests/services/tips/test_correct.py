"""What was entered turns out otherwise."""

from typing import Any

import pytest

from contracts.events.tips import TipCorrected
from contracts.language import Event, InvalidValue, Refused
from services.tips.tip.decisions import TipRefusal, correct
from services.tips.tip.events import CorrectionExplained
from services.tips.tip.state import Tip
from tests.services.tips.given import FIRST, MISSISSIPPI, PERSON, a_tip, received, screened
from tests.support.running_service import NOON

WHY = "The school gave the birth date of Example Child One."


def corrected_by(tip: Tip, **changes: Any) -> list[Event]:
    given: dict[str, Any] = {"age": None, "county": None, "tribal_land": None, "reason": WHY}
    return correct(tip, jurisdiction=MISSISSIPPI, **(given | changes))


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        ({"age": "adult"}, ("adult", "Hinds", False)),
        ({"county": "rankin"}, ("child", "Rankin", False)),
        ({"tribal_land": True}, ("child", "Hinds", True)),
        ({"age": "not_known", "county": "Neshoba", "tribal_land": True}, ("not_known", "Neshoba", True)),
    ],
)
def test_the_tip_is_told_whole_as_it_is_now(changes: dict[str, Any], now: tuple[str, str, bool]) -> None:
    told, explained = corrected_by(a_tip(received()), **changes)

    age, county, tribal_land = now
    assert told == TipCorrected(
        tip=FIRST, person=PERSON, received_at=NOON, county=county, tribal_land=tribal_land, age=age
    )
    state = a_tip(received(), told)
    assert (state.age, state.county, state.tribal_land, state.received_at) == (*now, NOON)
    assert isinstance(explained, CorrectionExplained)
    assert explained.reason.person == PERSON
    assert "Example" not in repr(told)


def test_a_correction_leaves_what_the_screener_said_on_record() -> None:
    told, _ = corrected_by(a_tip(received(), screened("adult")), age="child")

    state = a_tip(received(), screened("adult"), told)

    assert (state.age, state.screened_age) == ("child", "adult")


@pytest.mark.parametrize(
    "changes", [{}, {"age": "child"}, {"county": "HINDS"}, {"tribal_land": False}, {"age": "child", "county": "Hinds"}]
)
def test_a_correction_that_changes_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        corrected_by(a_tip(received()), **changes)

    assert refused.value.code == TipRefusal.NOTHING_CHANGES


def test_a_county_that_does_not_exist_is_refused_with_one_that_is_near() -> None:
    with pytest.raises(InvalidValue) as refused:
        corrected_by(a_tip(received()), county="Jeferson")

    assert (refused.value.field, "Jefferson" in refused.value.sentence) == ("county", True)

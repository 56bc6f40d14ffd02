"""What a hearing is for, on which day it is set, what came of it, and what follows."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import hearings
from services.prosecution.case.events import HearingHeld, HearingMoved, HearingVacated
from services.prosecution.case.hearings import Conclude, SetPurposefully
from services.prosecution.case.state import Case
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    DAY,
    HEARING,
    MISSISSIPPI,
    case,
    charged,
    hearing_of,
    hearing_set,
    names,
)
from tests.support.running_service import NOON

CENTRAL = ZoneInfo("America/Chicago")
FOLLOWING = UUID("dddddddd-0002-4000-8000-000000000000")
CHARGED = case(*charged())


def set_for(day: str, hour: int = 9, **changes: Any) -> list[Event]:
    moment = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=CENTRAL)
    fields: dict[str, Any] = {"kind": "arraignment", "court": "circuit", "accused": (ACCUSED,), "set_for": moment}
    wanted = SetPurposefully(**(fields | changes))
    return hearings.set_hearing(CHARGED, HEARING, wanted, CHARGING, MISSISSIPPI, NOON)


@pytest.mark.parametrize(
    ("day", "named", "why"),
    [
        ("2026-11-07", "a Saturday", "saturday"),
        ("2026-11-08", "a Sunday", "sunday"),
        ("2026-11-11", "Veterans' Day", "holiday"),
        ("2026-12-25", "Christmas Day", "holiday"),
        ("2027-07-05", "Independence Day", "holiday"),
    ],
)
def test_a_closed_day_is_asked_about_by_its_name_and_stands_once_the_court_set_it_so(
    day: str, named: str, why: str
) -> None:
    with pytest.raises(Refused, match="court_closed_that_day") as refused:
        set_for(day)
    assert named in refused.value.sentence
    assert refused.value.citation == "Miss. Code 3-3-7(1)"
    events = set_for(day, although_closed=True)
    assert names(events) == ["hearing.set", "hearing.on_closed_day"]
    assert hearing_of(case(*charged(), *events)).closed == why


def test_the_day_is_the_states_own_and_not_that_of_greenwich() -> None:
    # 23:00 on a Friday in Central time is Saturday in UTC; 23:00 on a Sunday is Monday there.
    assert names(set_for("2026-11-06", 23)) == ["hearing.set"]
    with pytest.raises(Refused, match="court_closed_that_day"):
        set_for("2026-11-08", 23)


def test_an_initial_appearance_is_held_on_any_day() -> None:
    assert names(set_for("2026-11-07", kind="initial_appearance", court="justice")) == ["hearing.set"]


def test_to_say_that_it_is_closed_on_an_open_day_changes_nothing() -> None:
    assert names(set_for("2026-11-06", although_closed=True)) == ["hearing.set"]


def test_a_purpose_is_of_the_list() -> None:
    events = set_for("2026-11-06", purpose="motion_to_suppress")
    assert hearing_of(case(*charged(), *events)).purpose == "motion_to_suppress"
    with pytest.raises(InvalidValue, match="purpose"):
        set_for("2026-11-06", purpose="a chat")


def test_a_hearing_moved_to_an_open_day_is_on_no_closed_one_any_more() -> None:
    closed = set_for("2026-11-07", although_closed=True)
    moved = HearingMoved(case=CASE, hearing=HEARING, set_for=NOON + 6 * DAY, reason="court")
    assert hearing_of(case(*charged(), *closed, moved)).closed == ""


def held(*further: Event) -> Case:
    began = HearingHeld(case=CASE, hearing=HEARING, held_at=NOON)
    return case(*charged(), hearing_set("status"), began, *further)


def conclude(of: Case, **fields: Any) -> list[Event]:
    wanted = Conclude(**fields)
    return hearings.conclude(of, hearing_of(of), FOLLOWING, wanted, CHARGING, MISSISSIPPI, NOON)


ANOTHER = SetPurposefully(kind="trial", court="circuit", accused=(ACCUSED,), set_for=NOON + 20 * DAY)


def test_what_came_of_it_and_the_next_hearing_are_one_step() -> None:
    events = conclude(held(), outcome="heard_in_part", next="hearing", next_hearing=ANOTHER)
    assert names(events) == ["hearing.set", "hearing.concluded"]
    after = held(*events)
    assert (hearing_of(after).next_hearing, after.hearings[FOLLOWING].phase) == (FOLLOWING, "set")
    # Told again, the later holds; another hearing is set after it once.
    with pytest.raises(Refused, match="next_hearing_set_already"):
        conclude(after, outcome="decided", next="hearing", next_hearing=ANOTHER)
    (again,) = conclude(after, outcome="decided", next="nothing")
    told = held(*events, again)
    assert (hearing_of(told).outcome, hearing_of(told).next_hearing) == ("decided", FOLLOWING)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"outcome": "fine", "next": "nothing"}, "outcome"),
        ({"outcome": "decided", "next": "who knows"}, "next"),
        ({"outcome": "decided", "next": "hearing"}, "next"),
        ({"outcome": "decided", "next": "nothing", "next_hearing": ANOTHER}, "next"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        conclude(held(), **fields)
    assert wrong.value.field == field


def test_only_of_a_hearing_that_was_held_something_came() -> None:
    for of in (
        case(*charged(), hearing_set("status")),
        case(*charged(), hearing_set("status"), HearingVacated(case=CASE, hearing=HEARING, reason="court")),
    ):
        with pytest.raises(Refused, match="hearing_not_held"):
            conclude(of, outcome="decided", next="nothing")


def test_a_next_hearing_on_a_closed_day_holds_up_the_whole_step() -> None:
    saturday = SetPurposefully(kind="trial", court="circuit", accused=(ACCUSED,), set_for=NOON + 4 * DAY)
    with pytest.raises(Refused, match="court_closed_that_day"):
        conclude(held(), outcome="decided", next="hearing", next_hearing=saturday)

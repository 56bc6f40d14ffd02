"""A tip is what its events say, in whatever order and number they come."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, Personal
from services.kernel.clock import CLOCK_EVENTS
from services.tips.tip.events import TIP_EVENTS, TipScreenedWith
from services.tips.tip.state import Tip, evolve
from tests.services.made_up import made_up

ANY_EVENT = st.one_of(*(made_up(event) for event in (*TIP_EVENTS, *CLOCK_EVENTS)))


@given(st.lists(ANY_EVENT, max_size=12))
def test_no_sequence_of_events_makes_it_fail(events: list[Event]) -> None:
    state = Tip()
    for event in events:
        state = evolve(state, event)

    assert msgspec.json.decode(msgspec.json.encode(state), type=Tip) == state


@given(st.lists(ANY_EVENT, max_size=12))
def test_the_age_is_the_last_that_was_said(events: list[Event]) -> None:
    state = Tip()
    for event in events:
        state = evolve(state, event)

    # How a screening was done is told beside what it says of the age: one typed in late says nothing.
    saying = [event for event in events if not isinstance(event, TipScreenedWith)]
    said = [age for event in saying if isinstance(age := getattr(event, "age", None), str)]
    assert state.age == (said[-1] if said else "")


def test_an_event_of_another_kind_changes_nothing() -> None:
    class Elsewhere(Event, frozen=True, kw_only=True):
        NAME = "elsewhere.happened"

        text: Personal
        at: datetime

    some = Elsewhere(text=Personal(person=UUID(int=1), text="x"), at=datetime(2026, 1, 1, tzinfo=UTC))
    assert evolve(Tip(), some) == Tip()

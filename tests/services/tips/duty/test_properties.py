"""Whatever is typed in, in whatever order: a duty's clock ends once, and a part is in or it is missing."""

from datetime import datetime, timedelta
from functools import reduce

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockExcused, ClockFoundMet, ClockMet, ClockMissed
from services.tips.duty.decisions import acknowledge, find, record
from services.tips.duty.events import DUTY_EVENTS
from services.tips.duty.state import Duty, evolve
from tests.services.made_up import all_of
from tests.services.tips.duty.given import HOUR, REASON, arisen, part_of, telling
from tests.services.tips.given import FIRST
from tests.support.running_service import NOON
from tests.support.terms import elapsed

HOURS = st.integers(0, 96)
PARTS = st.sampled_from(["prosecutor", "statewide_coordinator"])
ACTS = st.lists(
    st.tuples(st.sampled_from(["record", "acknowledge", "find", "timer"]), PARTS, HOURS, HOURS), max_size=20
)
TERMS = elapsed(NOON, timedelta(hours=48), rule="C11")


def acted(duty: Duty, what: str, part: str, at: datetime, now: datetime) -> Duty:
    """As it is afterwards; a refusal changes nothing."""
    try:
        match what:
            case "record":
                events = record(duty, part_of(duty, part), telling(at=at), now)
            case "acknowledge":
                events = acknowledge(duty, part, at, now)
            case _:
                seen = at if part in duty.on_record and duty.on_record[part].acknowledged_at else None
                events = find(duty, part_of(duty, part), at, seen, REASON, now)
    except (Refused, InvalidValue):
        return duty
    return reduce(evolve, events, duty)


@given(ACTS)
def test_its_clock_ends_once_and_never_is_met_after_its_time_or_with_a_part_missing(
    acts: list[tuple[str, str, int, int]],
) -> None:
    duty, now = arisen("C11"), NOON
    started = clocks.start(Clock(), TERMS, FIRST, FIRST, NOON)
    told: list[Event] = list(started)
    clock = reduce(clocks.evolve, started, Clock())
    for what, part, ago, passed in acts:
        now += passed * HOUR / 8
        before, duty = duty, duty if what == "timer" else acted(duty, what, part, now - ago * HOUR / 8, now)
        events = clocks.expire(clock, now)
        if what != "timer" and duty.done_at is not None and duty.done_at != before.done_at:
            events = clocks.meet(clock, duty.done_at, now) or clocks.correct(clock, duty.done_at)
        if any(isinstance(event, ClockMet | ClockFoundMet) for event in events):
            assert duty.missing == ()
            assert duty.done_at is not None
            assert duty.done_at < NOON + 48 * HOUR
        clock = reduce(clocks.evolve, events, clock)
        told += events

    assert sum(isinstance(event, ClockMet | ClockMissed | ClockExcused) for event in told) <= 1
    assert (clock.phase == "running") <= (duty.done_at is None or now < NOON + 48 * HOUR)


@given(st.permutations(["prosecutor", "statewide_coordinator", "!prosecutor", "!statewide_coordinator"]))
def test_the_parts_come_in_any_order_and_end_it_at_the_same_moment(order: list[str]) -> None:
    duty, now = arisen("C11"), NOON + 10 * HOUR
    waiting = list(order)
    while waiting:
        step = waiting.pop(0)
        part = step.removeprefix("!")
        if step.startswith("!") and part not in duty.on_record:
            waiting.append(step)
            continue
        what, hours = ("acknowledge", 2) if step.startswith("!") else ("record", 1)
        assert duty.standing == "open"
        duty = acted(duty, what, part, NOON + (hours + len(part) / 100) * HOUR, now)

    assert (duty.standing, duty.missing) == ("done", ())
    assert duty.done_at == NOON + (2 + len("statewide_coordinator") / 100) * HOUR


@given(st.lists(all_of(DUTY_EVENTS), max_size=12))
def test_no_sequence_of_events_makes_it_fail(events: list[Event]) -> None:
    state = reduce(evolve, events, Duty())

    assert msgspec.json.decode(msgspec.json.encode(state), type=Duty) == state
    assert set(state.missing) <= set(state.parts)
    assert (state.done_at is None) == (bool(state.missing) or not state.parts)

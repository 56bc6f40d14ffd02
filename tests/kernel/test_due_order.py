"""In which order the moments of many clocks are handled after a downtime. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel import due as worker
from services.kernel.clock import Clock, ClockMissed, ClockWarned
from services.kernel.due import Claimed, DueMoment, as_it_ends, decide, in_order
from services.kernel.due_moments import DUE, WARN, name_of
from tests.kernel.toy import moment
from tests.support.terms import elapsed

START = moment("08:00")
MINUTES = st.integers(1, 60)
CLOCKS = st.lists(st.tuples(MINUTES, st.lists(MINUTES, max_size=3, unique=True)), min_size=1, max_size=6)


def begun(due: int, warnings: Sequence[int]) -> Clock:
    minutes = sorted(each for each in warnings if each < due)
    terms = elapsed(START, timedelta(minutes=due), *(timedelta(minutes=each) for each in minutes))
    return reduce(clocks.evolve, clocks.start(Clock(), terms, UUID(int=9), UUID(int=9), START), Clock())


def rows_of(number: int, clock: Clock) -> list[Claimed]:
    of = [(WARN, each) for each in clock.warn_at] + [(DUE, clock.due_at)]
    return [Claimed(name_of(kind, at), DueMoment(UUID(int=number), kind, at)) for kind, at in of]


@pytest.mark.parametrize("at_once", [3, 128])
@given(CLOCKS, MINUTES)
def test_each_moment_once_and_as_far_as_it_is_seen_at_once_in_order(
    at_once: int, given_clocks: Sequence[tuple[int, Sequence[int]]], later: int
) -> None:
    now = START + timedelta(minutes=later)
    running = {UUID(int=number): begun(*each) for number, each in enumerate(given_clocks)}
    rows = [each for number, clock in enumerate(running.values()) for each in rows_of(number, clock)]
    left = sorted((each for each in rows if each.due.due_at <= now), key=lambda each: (each.due.due_at, each.due.clock))
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "AT_ONCE", at_once)
        while left:
            handled = in_order(left[:at_once], running, now)
            assert handled, "it stands still"
            for each in handled:
                due = as_it_ends(running[each.due.clock], each.due, now)
                events = decide(running[each.due.clock], due, now)
                told += [(each.due.clock, due.due_at, type(event)) for event in events]
                running[each.due.clock] = reduce(clocks.evolve, events, running[each.due.clock])
                left.remove(each)
    expected: list[tuple[UUID, datetime, type[Event]]] = []
    for number, (due_at, warnings) in enumerate(given_clocks):
        clock = begun(due_at, warnings)
        missed = clock.due_at <= now
        expected += [(UUID(int=number), at, ClockWarned) for at in clock.warn_at if at <= now and not missed]
        expected += [(UUID(int=number), clock.due_at, ClockMissed)] if missed else []
    assert sorted(told, key=str) == sorted(expected, key=str)
    if at_once == 128:
        assert [at for _, at, _ in told] == sorted(at for _, at, _ in told)

"""Every decision of a clock, as: given these events, when this is decided at this time, then these events."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from contracts.deadline import Terms
from contracts.language import Event, Refused
from services.kernel import clock as clocks
from services.kernel.clock import (
    Clock,
    ClockExcused,
    ClockExtended,
    ClockFoundMet,
    ClockFoundMissed,
    ClockMet,
    ClockMissed,
    ClockRecomputed,
    ClockRefusal,
    ClockStarted,
    ClockWarned,
    asserted_moment,
    evolve,
)
from tests.kernel.toy import moment
from tests.support.terms import ARITHMETIC, elapsed

SUBJECT, CAUSE = UUID(int=1), UUID(int=2)
# A short duty, so that the table below is read at a glance: due at 12:00, warned at 10:00 and 11:00.
START, DUE = moment("08:00"), moment("12:00")
TERMS = elapsed(START, timedelta(hours=4), timedelta(hours=2), timedelta(hours=3), version=3)
TEN, ELEVEN = moment("10:00"), moment("11:00")

Decision = Callable[[Clock, datetime], Sequence[Event]]


def started(*warn_at: datetime) -> ClockStarted:
    return ClockStarted(
        rule="C01",
        rule_version=3,
        citation="Example Code 1-2-3",
        subject=SUBJECT,
        triggered_by=CAUSE,
        started_at=START,
        due_at=DUE,
        warn_at=warn_at,
        arithmetic=ARITHMETIC,
    )


STARTED = started(TEN, ELEVEN)


def warned(at: datetime, due: datetime = DUE) -> ClockWarned:
    return ClockWarned(rule="C01", subject=SUBJECT, warn_at=at, due_at=due)


def missed(late: int, due: datetime = DUE) -> ClockMissed:
    return ClockMissed(rule="C01", subject=SUBJECT, due_at=due, late_seconds=late)


def met(at: str) -> ClockMet:
    return ClockMet(rule="C01", subject=SUBJECT, met_at=moment(at))


def found_met(at: str) -> ClockFoundMet:
    return ClockFoundMet(rule="C01", subject=SUBJECT, met_at=moment(at))


def found_missed(at: str) -> ClockFoundMissed:
    return ClockFoundMissed(rule="C01", subject=SUBJECT, done_at=moment(at))


def extended(due: str, *warn_at: str) -> ClockExtended:
    moments = tuple(moment(text) for text in warn_at)
    return ClockExtended(rule="C01", subject=SUBJECT, due_at=moment(due), warn_at=moments, reason="ordered")


def under(version: int, due: str, *warn_at: str) -> Terms:
    """The terms of another version of the rule."""
    moments = tuple(moment(text) for text in warn_at)
    return msgspec.structs.replace(TERMS, version=version, due_at=moment(due), warn_at=moments)


def recompute(terms: Terms) -> Decision:
    return lambda clock, now: clocks.recompute(clock, terms, "law_changed", now)


def recomputed(terms: Terms, *warn_at: str) -> ClockRecomputed:
    return ClockRecomputed(
        rule="C01",
        rule_version=terms.version,
        citation=terms.citation,
        subject=SUBJECT,
        due_at=terms.due_at,
        warn_at=tuple(moment(text) for text in warn_at),
        arithmetic=terms.arithmetic,
        reason="law_changed",
    )


LATER, EARLIER = under(4, "15:00", "09:00", "14:00"), under(4, "11:30", "11:00")
EXCUSED = ClockExcused(rule="C01", subject=SUBJECT, reason="adult")


def start(clock: Clock, now: datetime) -> Sequence[Event]:
    return clocks.start(clock, TERMS, SUBJECT, CAUSE, now)


def warn(at: datetime) -> Decision:
    return lambda clock, now: clocks.warn(clock, at, now)


def expire(clock: Clock, now: datetime) -> Sequence[Event]:
    return clocks.expire(clock, now)


def meet(at: str) -> Decision:
    return lambda clock, now: clocks.meet(clock, moment(at), now)


def correct(at: str) -> Decision:
    return lambda clock, _: clocks.correct(clock, moment(at))


def excuse(clock: Clock, now: datetime) -> Sequence[Event]:
    return clocks.excuse(clock, "adult", now)


def extend(to: str) -> Decision:
    return lambda clock, now: clocks.extend(clock, moment(to), "ordered", now)


NOTHING: Sequence[Event] = ()

# given, when, at, then
DECISIONS: dict[str, tuple[Sequence[Event], Decision, str, Sequence[Event]]] = {
    "starts with its warnings ahead": (NOTHING, start, "08:00", [STARTED]),
    "typed in late, past warnings are not sent": (NOTHING, start, "10:30", [started(ELEVEN)]),
    "typed in at a warning's very moment, it is past": (NOTHING, start, "10:00", [started(ELEVEN)]),
    "typed in past due, it is missed at once": (NOTHING, start, "13:00", [started(), missed(3600)]),
    "typed in at the due moment, it is missed at once": (NOTHING, start, "12:00", [started(), missed(0)]),
    "a second start changes nothing": ([STARTED], start, "08:01", NOTHING),
    "warns at its point": ([STARTED], warn(TEN), "10:00", [warned(TEN)]),
    "a late warning still warns before the due time": ([STARTED], warn(TEN), "11:59", [warned(TEN)]),
    "does not warn early": ([STARTED], warn(TEN), "09:59", NOTHING),
    "does not warn twice": ([STARTED, warned(TEN)], warn(TEN), "10:01", NOTHING),
    "the second point warns by itself": ([STARTED, warned(TEN)], warn(ELEVEN), "11:00", [warned(ELEVEN)]),
    "does not warn at a point it has not": ([STARTED], warn(moment("10:30")), "10:30", NOTHING),
    "does not warn when due": ([STARTED], warn(TEN), "12:00", NOTHING),
    "does not warn once met": ([STARTED, met("09:00")], warn(TEN), "10:00", NOTHING),
    "does not warn before it started": (NOTHING, warn(TEN), "10:00", NOTHING),
    "a new version may give more time": ([STARTED], recompute(LATER), "10:00", [recomputed(LATER, "14:00")]),
    "a new version may give less": ([STARTED], recompute(EARLIER), "10:00", [recomputed(EARLIER, "11:00")]),
    "but never a time that has passed": ([STARTED], recompute(EARLIER), "11:30", NOTHING),
    "the same version changes nothing": ([STARTED], recompute(under(3, "15:00")), "10:00", NOTHING),
    "a second time it changes nothing": ([STARTED, recomputed(LATER)], recompute(LATER), "10:00", NOTHING),
    "one extended by an order stays": ([STARTED, extended("13:00")], recompute(LATER), "10:00", NOTHING),
    "one that was met stays": ([STARTED, met("09:00")], recompute(LATER), "10:00", NOTHING),
    "one that was missed stays": ([STARTED, missed(0)], recompute(LATER), "12:01", NOTHING),
    "one that was excused stays": ([STARTED, EXCUSED], recompute(LATER), "10:00", NOTHING),
    "one past due that was not handled yet stays": ([STARTED], recompute(LATER), "12:00", NOTHING),
    "nothing is recomputed before it started": (NOTHING, recompute(LATER), "10:00", NOTHING),
    "a warning of the old version is no more": ([STARTED, recomputed(LATER, "14:00")], warn(ELEVEN), "11:00", NOTHING),
    "the old due time is no more": ([STARTED, recomputed(LATER)], expire, "12:00", NOTHING),
    "is missed at its due time": ([STARTED], expire, "12:00", [missed(0)]),
    "is missed after a downtime, with its lateness": ([STARTED], expire, "14:00", [missed(7200)]),
    "is not missed early": ([STARTED], expire, "11:59", NOTHING),
    "is not missed twice": ([STARTED, missed(0)], expire, "12:01", NOTHING),
    "is not missed once met": ([STARTED, met("09:00")], expire, "12:00", NOTHING),
    "is not missed once excused": ([STARTED, EXCUSED], expire, "12:00", NOTHING),
    "is not missed at the old time once extended": ([STARTED, extended("15:00")], expire, "12:00", NOTHING),
    "is missed at the new time": ([STARTED, extended("15:00")], expire, "15:00", [missed(0, moment("15:00"))]),
    "is not missed before it started": (NOTHING, expire, "12:00", NOTHING),
    "is met": ([STARTED], meet("09:00"), "09:05", [met("09:00")]),
    "done at the very due moment, it is missed": ([STARTED], meet("12:00"), "12:00", [missed(0)]),
    "missed, done at the due moment it stays missed": ([STARTED, missed(0)], meet("12:00"), "13:00", NOTHING),
    "met, corrected to the due moment": ([STARTED, met("09:00")], correct("12:00"), "13:00", [found_missed("12:00")]),
    "done in time and typed in before the miss fired, it is met": ([STARTED], meet("11:59"), "12:30", [met("11:59")]),
    "done too late, a running clock is missed": ([STARTED], meet("12:01"), "12:05", [missed(300)]),
    "is not met twice": ([STARTED, met("09:00")], meet("09:30"), "09:35", NOTHING),
    "missed, a late entry finds it met": ([STARTED, missed(0)], meet("11:00"), "13:00", [found_met("11:00")]),
    "missed, done late it stays missed": ([STARTED, missed(0)], meet("12:30"), "13:00", NOTHING),
    "found met once": ([STARTED, missed(0), found_met("11:00")], meet("11:30"), "13:00", NOTHING),
    "excused, it is not met": ([STARTED, EXCUSED], meet("09:00"), "09:05", NOTHING),
    "not started, it is not met": (NOTHING, meet("09:00"), "09:05", NOTHING),
    "met, a correction finds it missed": ([STARTED, met("09:00")], correct("12:01"), "13:00", [found_missed("12:01")]),
    "met, a correction within the time changes nothing": ([STARTED, met("09:00")], correct("11:00"), "13:00", NOTHING),
    "found missed once": ([STARTED, met("09:00"), found_missed("12:01")], correct("12:30"), "13:00", NOTHING),
    "a correction does not touch a miss": ([STARTED, missed(0)], correct("12:01"), "13:00", NOTHING),
    "is excused": ([STARTED], excuse, "09:00", [EXCUSED]),
    "past due, an excuse does not hide the miss": ([STARTED], excuse, "12:10", [missed(600), EXCUSED]),
    "missed, it may be excused": ([STARTED, missed(0)], excuse, "13:00", [EXCUSED]),
    "is not excused twice": ([STARTED, EXCUSED], excuse, "13:00", NOTHING),
    "is not excused twice after a miss": ([STARTED, missed(0), EXCUSED], excuse, "13:00", NOTHING),
    "met, it is not excused": ([STARTED, met("09:00")], excuse, "13:00", NOTHING),
    "not started, it is not excused": (NOTHING, excuse, "13:00", NOTHING),
    "is extended with its warnings": ([STARTED], extend("15:00"), "09:00", [extended("15:00", "13:00", "14:00")]),
    "extended, it does not warn again at a point it has warned at": (
        [STARTED, warned(TEN)],
        extend("15:00"),
        "10:30",
        [extended("15:00", "14:00")],
    ),
}


def given(events: Sequence[Event]) -> Clock:
    clock = Clock()
    for event in events:
        clock = evolve(clock, event)
    return clock


@pytest.mark.parametrize("name", DECISIONS)
def test_a_clock(name: str) -> None:
    history, when, at, then = DECISIONS[name]
    assert list(when(given(history), moment(at))) == list(then)


# given, when, at, the code it is refused with
REFUSALS: dict[str, tuple[Sequence[Event], Decision, str, str]] = {
    "to the same time": ([STARTED], extend("12:00"), "09:00", ClockRefusal.SHORTER),
    "to an earlier time": ([STARTED], extend("11:00"), "09:00", ClockRefusal.SHORTER),
    "that is due": ([STARTED], extend("15:00"), "12:00", ClockRefusal.NOT_RUNNING),
    "that was missed": ([STARTED, missed(0)], extend("15:00"), "12:01", ClockRefusal.NOT_RUNNING),
    "that was met": ([STARTED, met("09:00")], extend("15:00"), "09:01", ClockRefusal.NOT_RUNNING),
    "that was excused": ([STARTED, EXCUSED], extend("15:00"), "09:01", ClockRefusal.NOT_RUNNING),
    "that never started": (NOTHING, extend("15:00"), "09:01", ClockRefusal.NOT_RUNNING),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_no_clock_is_extended(name: str) -> None:
    history, when, at, code = REFUSALS[name]
    with pytest.raises(Refused) as refused:
        when(given(history), moment(at))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("event", "happened"),
    [
        (STARTED, START),
        (warned(TEN), TEN),
        (missed(60), DUE),
        (met("09:00"), moment("09:00")),
        (found_met("11:00"), moment("11:00")),
        (found_missed("12:01"), moment("12:01")),
        (EXCUSED, None),
        (extended("15:00"), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_clocks_event_happened_when_its_fact_did_not_when_it_was_decided(
    event: Event, happened: datetime | None
) -> None:
    assert asserted_moment(event) == happened


minutes = st.integers(0, 600)
deeds = st.sampled_from(["warn", "expire", "meet", "correct", "excuse", "extend", "recompute", "time passes"])


def decided(deed: str, events: Sequence[Event], at: datetime, now: datetime) -> Sequence[Event]:  # noqa: PLR0911
    """What one deed leads to; `at` is the moment it speaks of."""
    clock = given(events)
    match deed:
        case "warn":
            return [event for point in clock.warn_at for event in clocks.warn(clock, point, now)]
        case "expire":
            return clocks.expire(clock, now)
        case "meet":
            return clocks.meet(clock, min(at, now), now)
        case "correct":
            return clocks.correct(clock, min(at, now))
        case "excuse":
            return clocks.excuse(clock, "adult", now)
        case "extend":
            try:
                return clocks.extend(clock, at, "ordered", now)
            except Refused:
                return []
        case "recompute":
            return recomputed_once(events, at, now)
        case _:
            return []


def recomputed_once(events: Sequence[Event], at: datetime, now: datetime) -> Sequence[Event]:
    """Under one of three versions; a second time it changes nothing."""
    terms = msgspec.structs.replace(TERMS, version=at.minute % 3 + 2, due_at=at, warn_at=())
    new = clocks.recompute(given(events), terms, "law_changed", now)
    assert clocks.recompute(given([*events, *new]), terms, "law_changed", now) == []
    return new


@for_any(st.integers(0, 400), st.lists(st.tuples(deeds, minutes, minutes), max_size=25))
def test_it_ends_exactly_once_whatever_is_done_in_whatever_order(
    typed_in_after: int, steps: list[tuple[str, int, int]]
) -> None:
    now = START + timedelta(minutes=typed_in_after)
    events = list(clocks.start(Clock(), TERMS, SUBJECT, CAUSE, now))
    for deed, passes, asserted in steps:
        now += timedelta(minutes=passes % 90)
        at = START + timedelta(minutes=asserted)
        new = decided(deed, events, at, now)
        for event in new:
            check(given(events), event, now)
            events.append(event)
    # Time passes for ever: a worker that looks often enough ends every clock.
    events += clocks.expire(given(events), now + timedelta(days=2))
    assert clocks.expire(given(events), now + timedelta(days=3)) == []
    ends = [event for event in events if isinstance(event, ClockMet | ClockMissed)]
    excuses = [event for event in events if isinstance(event, ClockExcused)]
    missed_first = any(isinstance(event, ClockMissed) for event in events)
    assert len(ends) + (0 if missed_first else len(excuses)) == 1
    assert len(excuses) <= 1
    assert sum(isinstance(event, ClockStarted) for event in events) == 1
    points = [event.warn_at for event in events if isinstance(event, ClockWarned)]
    assert len(points) == len(set(points))
    final = given(events)
    assert final.phase in {"met", "missed", "excused"}


def check(clock: Clock, event: Event, now: datetime) -> None:
    """What holds of each event at the moment it is decided."""
    match event:
        case ClockWarned():
            assert event.warn_at <= now < clock.due_at
        case ClockMissed():
            assert now >= clock.due_at == event.due_at
            assert event.late_seconds == int((now - clock.due_at).total_seconds())
        case ClockMet():
            assert event.met_at < clock.due_at
        case ClockExtended():
            assert event.due_at > clock.due_at
            assert all(moment <= event.due_at for moment in event.warn_at)
        case ClockRecomputed():
            assert clock.phase == "running"
            assert event.due_at > now < clock.due_at
        case _:
            return


def test_an_event_of_another_kind_changes_no_clock() -> None:
    class Other(Event, frozen=True, kw_only=True):
        NAME = "toy.other"

    running = given([STARTED])
    assert evolve(running, Other()) == running


def test_its_moments_are_exact_to_the_smallest_step_of_time() -> None:
    clock, step = given([STARTED]), timedelta(microseconds=1)
    assert clocks.warn(clock, TEN, TEN - step) == []
    assert clocks.warn(clock, TEN, TEN) == [warned(TEN)]
    assert clocks.warn(clock, TEN, DUE - step) == [warned(TEN)]
    assert clocks.warn(clock, TEN, DUE) == []
    assert clocks.expire(clock, DUE - step) == []
    assert clocks.expire(clock, DUE) == [missed(0)]
    just_in_time = clocks.meet(clock, DUE - step, DUE + step)
    assert [type(event) for event in just_in_time] == [ClockMet]
    assert [type(event) for event in clocks.meet(clock, DUE, DUE + step)] == [ClockMissed]

"""Over random walks of what may be recorded, each clock opens and closes with the duty it is for."""

from collections.abc import Coroutine, Iterator
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.language import Event, Refused
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.store import Kind, Loaded
from services.prosecution.case import post_trial, proceedings
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import ClockBegun, CrossAppealNoticed, NewTrialMoved, StageEntered
from services.prosecution.case.proceedings import Rule, clock_steps
from services.prosecution.case.state import evolve
from services.prosecution.cases import Cases, clock_of
from tests.services.prosecution.given import ACCUSED, CHARGING, DAY, MISSISSIPPI, ONE, case, charged, filed

BEGINS = datetime(2026, 12, 1, 9, tzinfo=MISSISSIPPI.state.clocks)
TWO_COUNTS = (filed(at=BEGINS), filed(UUID("cccccccc-0002-4000-8000-000000000000"), at=BEGINS))


T = TypeVar("T")


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Nothing in it waits: its streams lie in memory."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    raise AssertionError("It waited for something.")


class Streams:
    """What `Cases` loads clocks from: the events of each, in memory."""

    def __init__(self) -> None:
        self.events: dict[UUID, list[Event]] = {}

    async def load(self, kind: Kind[Clock], stream: UUID) -> Loaded[Clock]:
        told = self.events.get(stream, [])
        return Loaded(stream, reduce(kind.evolve, told, kind.initial), len(told), None)


class Walk:
    """A case and its clocks, moved as the service moves them; due times come by `until`."""

    def __init__(self) -> None:
        self.streams, self.now = Streams(), BEGINS
        self.case = case(*charged(*TWO_COUNTS))
        self.cases = Cases(cast("Any", self.streams), cast("Any", None), cast("Any", None), MISSISSIPPI, CHARGING)

    def clock(self, rule: str, number: int | None = None) -> Clock:
        last = self.case.accused[ACCUSED].clocks.get(rule, 0)
        told = self.streams.events.get(clock_of(ACCUSED, rule, number or last), [])
        return reduce(clocks.evolve, told, Clock())

    def numbered(self) -> Iterator[tuple[str, int, int]]:
        for rule, last in self.case.accused[ACCUSED].clocks.items():
            yield from ((rule, number, last) for number in range(1, last + 1))

    def until(self, moment: datetime) -> None:
        self.now = moment
        for rule, number, _ in self.numbered():
            told = self.streams.events[clock_of(ACCUSED, rule, number)]
            told.extend(clocks.expire(self.clock(rule, number), moment))

    def record(self, events: list[Event], at: datetime | None = None) -> None:
        before, after = self.case, reduce(evolve, events, self.case)
        steps = clock_steps(before, events, CHARGING, at or self.now)
        begun, changes = _at_once(self.cases.move_clocks(after, steps, uuid4(), self.now))
        self.case = reduce(evolve, begun, after)
        for change in changes:
            self.streams.events.setdefault(change.stream, []).extend(change.events)
        self.holds([*events, *begun])

    def holds(self, events: list[Event]) -> None:
        """What must be so after each step."""
        for rule, number, last in self.numbered():
            clock = self.clock(rule, number)
            told = self.streams.events[clock_of(ACCUSED, rule, number)]
            ends = [each for each in told if isinstance(each, clocks.ClockMet | clocks.ClockMissed)]
            assert clock.phase != "not started", "no clock is begun on the case alone"
            assert len(ends) <= 1, "it ends once"
            assert clock.phase != "running" or number == last, "one clock of a rule runs"
            assert clock.phase != "running" or self.case.counts_of(ACCUSED), "nobody without a count is owed anything"
        for event in events:
            match event:
                case StageEntered(stage=stage):
                    entry = CHARGING.stages[stage]
                    for rule in {*entry.meets, *entry.excuses} - {*entry.starts}:
                        assert self.clock(rule).phase != "running", f"{stage} closes {rule}"
                    for rule in entry.starts:
                        assert self.clock(rule).rule == rule, f"{stage} opens {rule}"
                case NewTrialMoved():
                    assert self.clock(Rule.NEW_TRIAL).phase != "running"
                case CrossAppealNoticed():
                    assert self.clock(Rule.CROSS_NOTICE).phase != "running"
                case ClockBegun(rule=rule, number=number):
                    assert self.case.accused[ACCUSED].clocks[rule] == number
                case _:
                    pass


def steps_ahead(walk: Walk) -> Iterator[tuple[str, str]]:
    """What may be recorded of the first open count, or of the accused."""
    counts = walk.case.counts_of(ACCUSED)
    if not counts:
        return
    for stage in CHARGING.next_stages(counts[0].stage, counts[0].outcomes):
        yield "stage", stage
    for outcome in CHARGING.next_outcomes(counts[0].stage, counts[0].outcomes):
        yield "outcome", outcome
    yield from (("demand", ""), ("motion", ""), ("cross", ""), ("release", ""))


def taken(walk: Walk, what: str, code: str) -> list[Event]:
    state, now = walk.case, walk.now
    count = state.counts_of(ACCUSED)[0]
    match what:
        case "stage":
            return proceedings.proceed(state, ACCUSED, code, [count], now, CHARGING, now)
        case "outcome":
            return proceedings.record_outcome(state, count, code, now, CHARGING, now)
        case "demand":
            return proceedings.demand_hearing(state, ACCUSED, now, CHARGING, now)
        case "motion":
            return post_trial.move_for_new_trial(state, ACCUSED, now, CHARGING, now)
        case "cross":
            return post_trial.notice_cross_appeal(state, ACCUSED, now, CHARGING, now)
        case _:
            return proceedings.release(state, ACCUSED, now, now)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 40)), min_size=5, max_size=30))
def test_clocks_open_and_close_with_their_duty(choices: list[tuple[int, int]]) -> None:
    walk = Walk()
    for choice, days in choices:
        ahead = [*steps_ahead(walk)]
        if not ahead:
            break
        walk.until(walk.now + days * DAY)
        try:
            events = taken(walk, *ahead[choice % len(ahead)])
        except Refused:
            continue
        walk.record(events)


def judged() -> Walk:
    """Both counts found guilty, and judged."""
    walk = Walk()
    for stage, outcome in (
        ("grand_jury", "true_bill"),
        ("indictment_served", ""),
        ("arraignment", "plea_guilty"),
        ("judgment", ""),
    ):
        walk.record(proceedings.proceed(walk.case, ACCUSED, stage, None, walk.now, CHARGING, walk.now))
        for count in walk.case.counts_of(ACCUSED) if outcome else ():
            walk.record(proceedings.record_outcome(walk.case, count, outcome, walk.now, CHARGING, walk.now))
    return walk


def moved(walk: Walk, after: timedelta) -> None:
    walk.until(walk.now + after)
    walk.record(post_trial.move_for_new_trial(walk.case, ACCUSED, walk.now, CHARGING, walk.now))


def denied(walk: Walk, after: timedelta) -> None:
    walk.until(walk.now + after)
    if walk.case.counts[ONE].stage == "judgment":
        walk.record(proceedings.proceed(walk.case, ACCUSED, "post_trial_motions", None, walk.now, CHARGING, walk.now))
    for count in walk.case.counts_of(ACCUSED):
        walk.record(proceedings.record_outcome(walk.case, count, "new_trial_denied", walk.now, CHARGING, walk.now))


def appealed(walk: Walk, after: timedelta) -> None:
    walk.until(walk.now + after)
    walk.record(proceedings.proceed(walk.case, ACCUSED, "appeal", None, walk.now, CHARGING, walk.now))


def test_the_arraignment_opens_the_order_that_sets_the_trial_and_the_trial_s_time() -> None:
    walk = judged()
    for rule in ("C40", "C41"):
        assert walk.clock(rule).phase == "excused", "a plea takes the trial away"
    for rule in (Rule.NEW_TRIAL, Rule.APPEAL):
        assert walk.clock(rule).phase == "running"


def test_a_motion_in_time_ends_the_time_to_appeal_and_its_denial_lets_it_run_anew() -> None:
    walk = judged()
    moved(walk, 9 * DAY)
    assert (walk.clock(Rule.NEW_TRIAL).phase, walk.clock(Rule.APPEAL).phase) == ("met", "excused")
    denied(walk, 60 * DAY)
    again = walk.clock(Rule.APPEAL)
    assert (again.phase, again.started_at) == ("running", walk.now)
    appealed(walk, 29 * DAY)
    assert (walk.clock(Rule.APPEAL).phase, walk.clock(Rule.CROSS_NOTICE).phase) == ("met", "running")
    walk.until(walk.now + 5 * DAY)
    walk.record(post_trial.notice_cross_appeal(walk.case, ACCUSED, walk.now, CHARGING, walk.now))
    assert walk.clock(Rule.CROSS_NOTICE).phase == "met"


def test_a_motion_too_late_moves_nothing_and_neither_does_its_denial() -> None:
    walk = judged()
    due_at = walk.clock(Rule.APPEAL).due_at
    moved(walk, 15 * DAY)
    assert walk.clock(Rule.NEW_TRIAL).phase == "missed"
    denied(walk, 3 * DAY)
    assert (walk.clock(Rule.APPEAL).phase, walk.clock(Rule.APPEAL).due_at) == ("running", due_at)
    walk.until(due_at)
    assert walk.clock(Rule.APPEAL).phase == "missed"


def test_the_appeal_of_one_count_leaves_the_other_its_time_to_appeal() -> None:
    walk = judged()
    moved(walk, 2 * DAY)
    walk.until(walk.now + DAY)
    one = walk.case.counts[ONE]
    walk.record(proceedings.proceed(walk.case, ACCUSED, "appeal", [one], walk.now, CHARGING, walk.now))
    before = walk.case.accused[ACCUSED].clocks[Rule.APPEAL]
    assert walk.clock(Rule.APPEAL).phase == "excused"
    denied_counts = [each for each in walk.case.counts_of(ACCUSED) if each.count != ONE]
    walk.record(
        proceedings.proceed(walk.case, ACCUSED, "post_trial_motions", denied_counts, walk.now, CHARGING, walk.now)
    )
    (count,) = [each for each in walk.case.counts_of(ACCUSED) if each.count != ONE]
    walk.record(proceedings.record_outcome(walk.case, count, "new_trial_denied", walk.now, CHARGING, walk.now))
    assert walk.case.accused[ACCUSED].clocks[Rule.APPEAL] == before + 1, "the other count may be appealed still"


def test_what_cannot_be_after_a_judgment_is_refused() -> None:
    early = Walk()
    with pytest.raises(Refused) as no_judgment:
        post_trial.move_for_new_trial(early.case, ACCUSED, early.now, CHARGING, early.now)
    with pytest.raises(Refused) as no_appeal:
        post_trial.notice_cross_appeal(early.case, ACCUSED, early.now, CHARGING, early.now)
    walk = judged()
    moved(walk, DAY)
    with pytest.raises(Refused) as again:
        moved(walk, DAY)
    assert [each.value.code for each in (no_judgment, no_appeal, again)] == [
        CaseRefusal.NO_JUDGMENT,
        CaseRefusal.NO_APPEAL,
        CaseRefusal.MOVED_ALREADY,
    ]

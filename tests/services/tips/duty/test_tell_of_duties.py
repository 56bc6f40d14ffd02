"""Whom the rule of a report names is told of its warnings and of its miss: once, and only of what still holds."""

from functools import reduce

import msgspec
import pytest

from contracts.events.tips import TimedDutyPressing
from contracts.jurisdictions import ClockRule
from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockMissed, ClockWarned
from services.tips.processes.tell_of_duties import told_now
from tests.services.tips.duty.given import HOUR
from tests.services.tips.duty.house import clock_events, on_part, tell
from tests.services.tips.given import FIRST, MISSISSIPPI, PERSON
from tests.services.tips.house import act, received
from tests.support.running_service import NOON, RunningService
from tests.support.waiting import eventually

RULE = MISSISSIPPI.clock_rule("C31")
WARNED, MISSED = ("cps_investigator", "cps_coordinator"), ("cps_coordinator", "law_enforcement")


def started(hours: int) -> list[Event]:
    """The clock of a report received at noon and typed in so many hours later."""
    return clocks.start(Clock(), MISSISSIPPI.terms_by(RULE, NOON), FIRST, PERSON, NOON + hours * HOUR)


def a_clock(*events: Event) -> Clock:
    return reduce(clocks.evolve, events, Clock())


def warning(hours: int) -> ClockWarned:
    return ClockWarned(rule="C31", subject=FIRST, warn_at=NOON + hours * HOUR, due_at=NOON + 24 * HOUR)


MISS = ClockMissed(rule="C31", subject=FIRST, due_at=NOON + 24 * HOUR, late_seconds=0)


@pytest.mark.parametrize(("hours", "now", "told"), [(12, 12, WARNED), (12, 20, ()), (20, 20, WARNED), (23, 24, ())])
def test_a_warning_is_told_while_the_clock_runs_and_no_later_one_has_come(
    hours: int, now: int, told: tuple[str, ...]
) -> None:
    event = warning(hours)
    assert told_now(event, a_clock(*started(0), event), RULE, NOON + now * HOUR) == told


def test_a_warning_of_what_was_done_or_missed_meanwhile_is_not_told() -> None:
    event, warned = warning(12), a_clock(*started(0), warning(12))
    done = clocks.meet(warned, NOON + 13 * HOUR, NOON + 13 * HOUR)
    for after in (done, clocks.excuse(warned, "shown_to_be_adult", NOON + 13 * HOUR), [MISS]):
        assert told_now(event, reduce(clocks.evolve, after, warned), RULE, NOON + 13 * HOUR) == ()


def test_a_miss_is_told_unless_it_was_done_in_time_or_not_owed() -> None:
    missed = a_clock(*started(0), MISS)
    assert told_now(MISS, missed, RULE, NOON + 30 * HOUR) == MISSED
    for after in (
        clocks.meet(missed, NOON + 3 * HOUR, NOON + 30 * HOUR),
        clocks.excuse(missed, "shown_to_be_adult", NOON + 30 * HOUR),
    ):
        assert after
        assert told_now(MISS, reduce(clocks.evolve, after, missed), RULE, NOON + 30 * HOUR) == ()


def test_what_was_recorded_as_met_and_is_found_missed_is_told_as_a_miss() -> None:
    met = reduce(clocks.evolve, clocks.meet(a_clock(*started(0)), NOON, NOON + HOUR), a_clock(*started(0)))
    (found,) = clocks.correct(met, NOON + 25 * HOUR)
    assert told_now(found, clocks.evolve(met, found), RULE, NOON + 30 * HOUR) == MISSED


def test_whom_a_rule_does_not_name_nobody_tells() -> None:
    nobody: ClockRule = msgspec.structs.replace(RULE, told_at_warning=(), told_at_miss=())
    clock = a_clock(*started(0), warning(12))
    assert told_now(warning(12), clock, nobody, NOON + 12 * HOUR) == ()
    assert told_now(MISS, reduce(clocks.evolve, [MISS], clock), nobody, NOON + 24 * HOUR) == ()


def told(tips: RunningService, rule: str = "C31") -> list[tuple[bool, tuple[str, ...]]]:
    """What the service told of a rule: whether of a miss, and whom."""
    rows = [state["data"] for _, _, name, state in tips.rows() if name == TimedDutyPressing.NAME]
    return [(row["missed"], tuple(row["told"])) for row in rows if row["rule"] == rule]


async def until_told(tips: RunningService, *wanted: tuple[bool, tuple[str, ...]], rule: str = "C31") -> None:
    async def all_told() -> bool:
        return told(tips, rule) == list(wanted)

    await eventually(all_told)


async def test_warnings_and_a_miss_are_told_once_each_and_of_what_is_done_nothing_more(tips: RunningService) -> None:
    open_one = await received(tips, received_at=NOON.isoformat())
    done_one = await received(tips, received_at=NOON.isoformat())
    await tell(tips, done_one, "C31", "law_enforcement", NOON)

    tips.time.turn(12 * HOUR)
    await until_told(tips, (False, WARNED))
    tips.time.turn(12 * HOUR)
    await until_told(tips, (False, WARNED), (True, MISSED))

    assert clock_events(tips, "C31").count("clock.met") == 1
    rows = [state["data"] for _, _, name, state in tips.rows() if name == TimedDutyPressing.NAME]
    assert {row["tip"] for row in rows if row["rule"] == "C31"} == {open_one}


async def test_typed_in_late_it_is_told_of_once_and_of_an_adult_nothing(tips: RunningService) -> None:
    await received(tips, received_at=(NOON - 30 * HOUR).isoformat())
    await until_told(tips, (True, MISSED))
    tip = await received(tips, received_at=(NOON - 13 * HOUR).isoformat())
    tips.time.turn(7 * HOUR)
    await until_told(tips, (True, MISSED), (False, WARNED))

    adult = await act(tips, tip, "corrections", {"reason": "Papers seen.", "age": "adult"})
    assert adult.status_code == 200, adult.text
    tips.time.turn(5 * HOUR)
    await received(tips, received_at=(NOON - 30 * HOUR).isoformat())
    await until_told(tips, (True, MISSED), (False, WARNED), (True, MISSED))


async def test_a_report_that_is_found_not_to_have_been_made_in_time_is_told_as_missed(tips: RunningService) -> None:
    tip = await received(tips, received_at=(NOON - 23 * HOUR).isoformat())
    await tell(tips, tip, "C31", "law_enforcement", NOON)
    tips.time.turn(3 * HOUR)
    body = {"reason": "Their log says so.", "done_at": (NOON + HOUR).isoformat()}
    answer = await on_part(tips, tip, "C31", "law_enforcement", body, step="/true-time")
    assert answer.status_code == 200, answer.text

    await until_told(tips, (True, MISSED))

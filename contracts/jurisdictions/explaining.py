"""Why a clock is due when it is: its rule with law and confidence, and the way from its start to its end, step by step.

The steps are those the due time itself was reckoned by (`reckoning.reckon`), on the state's clocks. A clock keeps what
it was started with: should the files give another due time by now, the steps are left out and the arithmetic as it was
recorded is all there is.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from contracts.deadline import Course, Noticed, State, Trigger, Turning
from contracts.jurisdictions.clocks import Calendar, ClockRule, Lawful
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.marks import Confidence, RuleKind
from contracts.jurisdictions.reckoning import Reckoned, Step, Why, reckon
from contracts.jurisdictions.state import Holidays
from contracts.jurisdictions.trial_days import DaysOfCount


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A moment on the state's clocks: with its offset, and the zone's name then, CST or CDT."""

    at: datetime
    zone: str


class ClocksTurned(msgspec.Struct, frozen=True, kw_only=True):
    """The state's clocks are turned while the time runs: from what they show to what, forward or back.

    Where it ends is later by the wall for clocks turned forward, earlier for those turned back; hours are hours.
    """

    before: datetime
    after: datetime
    way: Literal["forward", "back"]
    minutes: int


class StepTold(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the way without a gap to the next. `why` says whether it counts; a holiday with name and law."""

    since: datetime
    until: datetime
    why: Why
    counted_seconds: int
    day: date | None
    holiday: str
    citation: str


class Arithmetic(msgspec.Struct, frozen=True, kw_only=True):
    """From `began` to `ends`. The period is in hours, or in business days or days where the rule counts those.

    `unknown_years`: those whose state holidays are not on file, so that none was left out.
    """

    calendar: Calendar
    hours: int | None
    business_days: int | None
    zone: str
    began: Wall
    ends: Wall
    steps: tuple[StepTold, ...]
    turned: tuple[ClocksTurned, ...]
    unknown_years: tuple[int, ...]
    days: int | None = None


class RuleCited(msgspec.Struct, frozen=True, kw_only=True):
    """The version a clock runs under. `confidence` is of the duty and `period_confidence` of its number.

    `lawfully` is what may be decided about it, and on what authority.
    """

    rule: str
    version: int
    name: str
    kind: RuleKind
    citation: str
    source: str
    confidence: Confidence
    period_confidence: Confidence
    within: str
    starts_when: str
    met_by: str
    when_missed: str
    who_acts: str | None
    note: str | None
    lawfully: tuple[Lawful, ...] = ()


class WarningPoint(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody is told beforehand, and whether they were."""

    at: datetime
    given: bool


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A clock, whole. `number` counts the clocks of its rule here. `arithmetic` is null where the files would give
    another due time today; `recorded` is the arithmetic as it was kept when the clock was put under this version.
    `noticed`: somebody said that the duty cannot be met in time. `trial_days`: of a time for trial, the days of each
    count it holds for.
    """

    clock: str
    version: int
    number: int
    rule: RuleCited
    trigger: Trigger
    since: datetime
    due_at: datetime
    reckoned_due_at: datetime
    arithmetic: Arithmetic | None
    recorded: tuple[str, ...]
    warnings: tuple[WarningPoint, ...]
    state: State
    phase: str
    found: str
    late_seconds: int
    course: tuple[Turning, ...]
    noticed: Noticed | None = None
    trial_days: tuple[DaysOfCount, ...] = ()


def explained(tables: Jurisdiction, course: Course, number: int, noticed: Noticed | None = None) -> Explained:
    """`number` counts the clocks of the rule where it runs; `noticed` is what was done as the duty could not be met.

    Raises `UnknownRule` for a version not on file.
    """
    rule = tables.clock_rule(course.rule, version=course.rule_version)
    reckoned = reckon(rule, course.since, tables.state.clocks, tables.holidays)
    agrees = reckoned.due_at == course.reckoned_due_at
    # What had passed when the clock came on record was no warning of it, and is told all the same. An extension moves
    # them.
    by_rule = reckoned.warn_at if agrees and course.due_at == course.reckoned_due_at else ()
    points = sorted({*by_rule, *course.warn_at, *course.warned})
    return Explained(
        clock=f"{course.rule}-{number}",
        version=course.version,
        number=number,
        rule=_cited(rule),
        trigger=course.trigger,
        since=course.since,
        due_at=course.due_at,
        reckoned_due_at=course.reckoned_due_at,
        arithmetic=arithmetic_of(rule, reckoned, tables) if agrees else None,
        recorded=course.arithmetic,
        warnings=tuple(WarningPoint(at=at, given=at in course.warned) for at in points),
        state="lawfully_noticed" if course.state == "missed" and noticed and noticed.complete else course.state,
        phase=course.phase,
        found=course.found,
        late_seconds=course.late_seconds,
        course=course.turnings,
        noticed=noticed,
    )


def arithmetic_of(rule: ClockRule, reckoned: Reckoned, tables: Jurisdiction) -> Arithmetic:
    """The reckoning itself, told: it ends where the last step does, and that is the due time."""
    return Arithmetic(
        calendar=rule.calendar,
        hours=rule.period_hours,
        business_days=rule.period_business_days,
        days=rule.period_days,
        zone=tables.state.zone,
        began=_wall(reckoned.steps[0].since),
        ends=_wall(reckoned.steps[-1].until),
        steps=tuple(_told(step, tables.holidays) for step in reckoned.steps),
        turned=tuple(_turned(reckoned)),
        unknown_years=reckoned.unknown_years,
    )


def _told(step: Step, holidays: Holidays) -> StepTold:
    left_out = step.since.date() if step.why != "counted" else None
    holiday = holidays.on(left_out) if left_out is not None and step.why == "holiday" else None
    return StepTold(
        since=step.since,
        until=step.until,
        why=step.why,
        counted_seconds=int(step.counted.total_seconds()),
        day=left_out,
        holiday=step.holiday,
        citation=holiday.citation if holiday is not None else "",
    )


def _turned(reckoned: Reckoned) -> Iterator[ClocksTurned]:
    for turn in reckoned.turns:
        yield ClocksTurned(
            before=turn.before,
            after=turn.after,
            way="forward" if turn.by > timedelta() else "back",
            minutes=int(abs(turn.by).total_seconds()) // 60,
        )


def _wall(moment: datetime) -> Wall:
    return Wall(at=moment, zone=moment.tzname() or "")


def _cited(rule: ClockRule) -> RuleCited:
    taken = {name: getattr(rule, name) for name in RuleCited.__struct_fields__ if name != "within"}
    return RuleCited(within=rule.within, **taken)

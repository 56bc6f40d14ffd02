"""From a moment and a rule to the moment it is due, in steps that explain themselves. Pure.

Time is counted in UTC, so an hour is an hour on days the clocks change; days begin and end by the state's clocks. What
is left out is left out from midnight to midnight: an event on a Saturday begins to count on Monday. A period that is
used up at midnight is due at that midnight, also where the day after does not count.

Where a law counts days as such, the day of the event does not count and the last day does, to its end: a day is a
day, also one of 23 or 25 hours. A warning of so many days is never carried over: it comes before the due time.

Where a year's holidays are not on file none is left out in it, and the arithmetic says so: a due time may then come
earlier than the law's, never later, and no child is without a clock.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from contracts.deadline import Terms
from contracts.jurisdictions.clocks import WHOLE_DAYS, ClockRule
from contracts.jurisdictions.state import Holidays

Why = Literal["counted", "saturday", "sunday", "holiday", "day_of_event"]

COUNTED: tuple[Why, str] = ("counted", "")
NOTHING = timedelta()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


class Step(NamedTuple):
    """Part of the way, on the state's clocks. `counted` is what it takes off the period; nothing where left out.

    `holiday` is its name. `clocks_moved` is by how much the state's clocks were turned when it began.
    """

    since: datetime
    until: datetime
    counted: timedelta
    why: Why = "counted"
    holiday: str = ""
    clocks_moved: timedelta = NOTHING


class Turn(NamedTuple):
    """The state's clocks are turned by so much: what they would show that moment, and what they show."""

    before: datetime
    after: datetime
    by: timedelta


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """A due time, in UTC, and the way to it without a gap. `unknown_years`: those whose holidays are not on file.

    `turns` are those of the state's clocks on the way, in time that counts or not.
    """

    since: datetime
    due_at: datetime
    warn_at: tuple[datetime, ...]
    steps: tuple[Step, ...]
    turns: tuple[Turn, ...]
    unknown_years: tuple[int, ...]


def terms(rule: ClockRule, since: datetime, zone: ZoneInfo, holidays: Holidays) -> Terms:
    """What a clock of the rule is started with, when what starts it happened at `since`."""
    reckoned = reckon(rule, since, zone, holidays)
    return Terms(
        rule=rule.rule,
        version=rule.version,
        citation=rule.citation,
        started_at=since,
        due_at=reckoned.due_at,
        warn_at=reckoned.warn_at,
        arithmetic="\n".join(_lines(rule, reckoned, zone)),
    )


def reckon(rule: ClockRule, since: datetime, zone: ZoneInfo, holidays: Holidays) -> Reckoned:
    """`since` carries a zone, whichever. The rule's period is longer than nothing."""
    way = tuple(_steps(rule, rule.period, since, zone, holidays))
    return Reckoned(
        since=since.astimezone(UTC),
        due_at=way[-1].until.astimezone(UTC),
        warn_at=tuple(
            [*_steps(rule, warning, since, zone, holidays, carried=False)][-1].until.astimezone(UTC)
            for warning in rule.warnings
        ),
        steps=way,
        turns=tuple(_turns(since, way[-1].until, zone)),
        unknown_years=_unknown_years(rule, way, holidays),
    )


def later_by_days(rule: ClockRule, due_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """A due time of the rule put off by so many days: for a rule of whole days to the end of the day so much later."""
    if rule.calendar not in WHOLE_DAYS:
        return due_at + days * DAY
    return _begin(due_at.astimezone(zone).date() + days * DAY, zone)


def _steps(
    rule: ClockRule, period: timedelta, since: datetime, zone: ZoneInfo, holidays: Holidays, *, carried: bool = True
) -> Iterator[Step]:
    if rule.calendar == "business_days":
        return _by_the_day(period, since, zone, holidays)
    if rule.calendar in WHOLE_DAYS:
        return _by_whole_days(period.days, since, zone, holidays if carried and rule.calendar == "court_days" else None)
    within_days = _by_the_hour(period, since, zone, None if rule.calendar == "elapsed" else holidays)
    return _joined(part for step in within_days for part in _split_where_clocks_change(step))


def _by_the_hour(period: timedelta, since: datetime, zone: ZoneInfo, holidays: Holidays | None) -> Iterator[Step]:
    """Without `holidays` every hour counts."""
    at, left = since.astimezone(UTC), period
    while left > NOTHING:
        day = at.astimezone(zone).date()
        midnight = _begin(day + DAY, zone)
        why, name = _why_not(day, holidays) if holidays is not None else COUNTED
        until = min(midnight, at + left) if why == "counted" else midnight
        counted = until - at if why == "counted" else NOTHING
        yield Step(at.astimezone(zone), until.astimezone(zone), counted, why, name)
        at, left = until, left - counted


def _by_the_day(period: timedelta, since: datetime, zone: ZoneInfo, holidays: Holidays) -> Iterator[Step]:
    """The day of the event does not count."""
    day, left = since.astimezone(zone).date() + DAY, period
    yield Step(since.astimezone(zone), _begin(day, zone).astimezone(zone), NOTHING, "day_of_event")
    while left > NOTHING:
        why, name = _why_not(day, holidays)
        counted = DAY if why == "counted" else NOTHING
        yield Step(_begin(day, zone).astimezone(zone), _begin(day + DAY, zone).astimezone(zone), counted, why, name)
        day, left = day + DAY, left - counted


def _by_whole_days(days: int, since: datetime, zone: ZoneInfo, holidays: Holidays | None) -> Iterator[Step]:
    """The day of the event does not count. With `holidays` the last day is one on which courts are open."""
    first = since.astimezone(zone).date() + DAY
    last = first + (days - 1) * DAY
    left_out = [*_not_open(last, holidays)] if holidays is not None else []
    until = _begin(last if left_out else last + DAY, zone).astimezone(zone)
    yield Step(since.astimezone(zone), _begin(first, zone).astimezone(zone), NOTHING, "day_of_event")
    if not left_out:
        yield Step(_begin(first, zone).astimezone(zone), until, days * DAY)
        return
    if days > 1:
        yield Step(_begin(first, zone).astimezone(zone), until, (days - 1) * DAY)
    for day, why, name in left_out:
        yield Step(_begin(day, zone).astimezone(zone), _begin(day + DAY, zone).astimezone(zone), NOTHING, why, name)
    opens = last + len(left_out) * DAY
    yield Step(_begin(opens, zone).astimezone(zone), _begin(opens + DAY, zone).astimezone(zone), DAY)


def _not_open(day: date, holidays: Holidays) -> Iterator[tuple[date, Why, str]]:
    """The days from this one on that are a Saturday, a Sunday or a holiday, until one is none of them."""
    why, name = _why_not(day, holidays)
    while why != "counted":
        yield day, why, name
        day += DAY
        why, name = _why_not(day, holidays)


def _why_not(day: date, holidays: Holidays) -> tuple[Why, str]:
    holiday = holidays.on(day)
    if holiday is not None:
        return "holiday", holiday.name
    if day.weekday() == SATURDAY:
        return "saturday", ""
    return ("sunday", "") if day.weekday() == SUNDAY else COUNTED


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _split_where_clocks_change(step: Step) -> Iterator[Step]:
    """A step lies within one day, and clocks are turned at most once a day."""
    zone, since, until = step.since.tzinfo, step.since.astimezone(UTC), step.until.astimezone(UTC)
    if step.why != "counted" or not isinstance(zone, ZoneInfo) or step.since.utcoffset() == step.until.utcoffset():
        yield step
        return
    turned = _turned_at(since, until, zone)
    yield step._replace(until=turned.astimezone(zone), counted=turned - since)
    if turned < until:
        yield step._replace(since=turned.astimezone(zone), counted=until - turned)


def _turned_at(since: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """When between two moments of a day, in UTC, the clocks were turned: at a full second."""
    before = since.astimezone(zone).utcoffset()
    earliest, latest = since, until
    while latest - earliest > timedelta(seconds=1):
        middle = earliest + (latest - earliest) / 2
        if middle.astimezone(zone).utcoffset() == before:
            earliest = middle
        else:
            latest = middle
    return latest.replace(microsecond=0)


def _turns(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Turn]:
    at, end = since.astimezone(UTC), until.astimezone(UTC)
    while at < end:
        following = min(_begin(at.astimezone(zone).date() + DAY, zone), end)
        before, after = (each.astimezone(zone).utcoffset() or NOTHING for each in (at, following))
        if before != after:
            turned = _turned_at(at, following, zone)
            old = timezone(before)
            yield Turn(turned.astimezone(old), turned.astimezone(zone), after - before)
        at = following


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """What counts in one stretch is one step, unless the clocks change in it."""
    held: Step | None = None
    for step in steps:
        if held is None:
            held = step
            continue
        moved = _offset(step) - _offset(held)
        if held.why == step.why == "counted" and not moved:
            held = held._replace(until=step.until, counted=held.counted + step.counted)
        else:
            yield held
            held = step._replace(clocks_moved=moved)
    if held is not None:
        yield held


def _offset(step: Step) -> timedelta:
    return step.since.utcoffset() or NOTHING


def _unknown_years(rule: ClockRule, way: Sequence[Step], holidays: Holidays) -> tuple[int, ...]:
    if rule.calendar in {"elapsed", "calendar_days"}:
        return ()
    if rule.calendar == "court_days":
        # Only the last day may not be a holiday; those before count, whatever they are.
        way = [way[-1]._replace(since=way[-1].until - DAY)]
    counted = {
        year
        for step in way
        if step.why == "counted"
        for year in range(step.since.year, (step.until - timedelta(microseconds=1)).year + 1)
    }
    return tuple(sorted(counted - holidays.years))


def _lines(rule: ClockRule, reckoned: Reckoned, zone: ZoneInfo) -> Iterator[str]:
    first, last = reckoned.since.astimezone(zone), reckoned.due_at.astimezone(zone)
    yield f"{first.isoformat()} + {_amount(rule, rule.period)} = {last.isoformat()}"
    if len(reckoned.steps) > 1:
        yield from (_line(rule, step) for step in reckoned.steps)
    for year in reckoned.unknown_years:
        yield f"The state holidays of {year} are not on file: none was left out in that year."


def _amount(rule: ClockRule, period: timedelta) -> str:
    match rule.calendar:
        case "business_days":
            return "1 business day" if period == DAY else f"{period.days} business days"
        case "excluding_weekends_and_holidays":
            return f"{period / HOUR:g} h without Saturdays, Sundays and state holidays"
        case "calendar_days" | "court_days":
            return _days(period)
        case _:
            return f"{period / HOUR:g} h"


def _line(rule: ClockRule, step: Step) -> str:
    stretch = f"{step.since.isoformat()} to {step.until.isoformat()}"
    match step.why:
        case "counted" if rule.calendar == "business_days":
            return f"{stretch}: 1 business day"
        case "counted" if rule.calendar in WHOLE_DAYS:
            return f"{stretch}: {_days(step.counted)}"
        case "counted":
            turned = f", after the clocks were turned by {step.clocks_moved / HOUR:+g} h" if step.clocks_moved else ""
            return f"{stretch}: {step.counted / HOUR:g} h{turned}"
        case "holiday":
            return f"{stretch}: {step.holiday}, does not count"
        case "day_of_event":
            return f"{stretch}: the day it happened, does not count"
        case "saturday" | "sunday" as weekend:
            return f"{stretch}: {weekend.capitalize()}, does not count"


def _days(counted: timedelta) -> str:
    return "1 day" if counted == DAY else f"{counted.days} days"

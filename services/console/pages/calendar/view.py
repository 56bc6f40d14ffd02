"""What the calendar's pages say: for each nurse and room of each day what it holds, in order of time. Pure."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from contracts.periods import Period, common, without
from services.console.pages.calendar.answers import Calendar, CalendarExam, Row
from services.console.pages.calendar.days import Day, clock


class Entry(NamedTuple):
    """`kind` is free, hours (which may hold what the reader is not shown), or the phase of an exam.

    `before` and `on` where it began the day before, and where it goes on into the next.
    """

    kind: str
    period: Period
    since: str
    until: str
    before: bool
    on: bool
    exam: CalendarExam | None


class RowOfDay(NamedTuple):
    """A nurse or a room, and its day."""

    row: Row
    entries: Sequence[Entry]


class ShownDay(NamedTuple):
    """`exams` are all of the day, each once."""

    day: Day
    rows: Sequence[RowOfDay]
    exams: Sequence[Entry]


def shown(calendar: Calendar, days: Sequence[Day], me: UUID | None) -> list[ShownDay]:
    """The days of an answer that is about all of them. Of her own hours `me`, who reads, always sees what is free."""
    return [
        ShownDay(
            day,
            [RowOfDay(row, _entries(calendar, row, day, me)) for row in calendar.rows],
            [_of_exam(each, day) for each in calendar.exams if common([each.period], [day.period])],
        )
        for day in days
    ]


def _entries(calendar: Calendar, row: Row, day: Day, me: UUID | None) -> list[Entry]:
    mine = [each for each in calendar.exams if row.resource in {each.nurse, each.room}]
    kind, hours = "hours", [each.period for each in row.available]
    if calendar.whole or row.resource == me:
        kind, hours = "free", list(without(hours, *(each.period for each in mine)))
    found = [_entry(kind, each, day, None) for each in common(hours, [day.period])]
    found += [_of_exam(each, day) for each in mine if common([each.period], [day.period])]
    return sorted(found, key=lambda entry: entry.period)


def _of_exam(exam: CalendarExam, day: Day) -> Entry:
    return _entry(exam.phase, exam.period, day, exam)


def _entry(kind: str, period: Period, day: Day, exam: CalendarExam | None) -> Entry:
    (within,) = common([period], [day.period])
    before, on = period.in_utc.since < within.since, within.until < period.in_utc.until
    return Entry(kind, within, clock(within.since, day), clock(within.until, day), before, on, exam)

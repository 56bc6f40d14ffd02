"""Court dates from a spreadsheet: CSV in UTF-8, commas or semicolons. Pure; no bytes make it fail."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from contracts.jurisdictions import LOCAL
from services.prosecution.court_dates.rows import (
    MOST_ROWS,
    FileFault,
    FileProblem,
    Row,
    RowFault,
    cause_number,
    fault,
)

COLUMNS = ("cause", "kind", "court", "day", "time", "purpose", "although_closed")
"""All there are. None takes free text, so a court's notes and names are not read."""

NEEDED = ("cause", "kind", "day", "time")
AROUND = " \u00a0"
YES = {"yes", "y", "true", "1"}
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p")


def read_table(text: str, court: str) -> tuple[Row, ...] | FileProblem:
    """The rows that say something, in order; `court` is where a row names none."""
    head_line = next((line for line in text.splitlines() if line.strip()), "")
    separator = ";" if head_line.count(";") > head_line.count(",") else ","
    head: Sequence[str] | None = None
    found: list[Row] = []
    for number, cells in _records(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)):
        if cells is None:
            return fault(FileFault.NOT_CSV, row=number)
        plain = [each.strip(AROUND) for each in cells]
        if not any(plain):
            continue
        if head is None:
            named = _columns(plain, number)
            if isinstance(named, FileProblem):
                return named
            head = named
            continue
        if len(found) == MOST_ROWS:
            return fault(FileFault.TOO_MANY_ROWS)
        said = dict(zip(head, plain, strict=False))
        found.append(_row(number, said, court, too_many=any(plain[len(head) :])))
    return tuple(found) if found else fault(FileFault.EMPTY)


def _row(number: int, said: Mapping[str, str], court: str, *, too_many: bool) -> Row:
    faults = [RowFault.TOO_MANY] if too_many else []
    cause = cause_number(said.get("cause", ""))
    day, hour = _day(said.get("day", "")), _time(said.get("time", ""))
    faults += [RowFault.NO_CAUSE] * (not cause) + [RowFault.DAY] * (day is None) + [RowFault.TIME] * (hour is None)
    return Row(
        row=number,
        causes=(cause,) if cause else (),
        kind=said.get("kind", ""),
        court=said.get("court", "") or court,
        purpose=said.get("purpose", ""),
        starts_at=_moment(day, hour, LOCAL) if day is not None and hour is not None else None,
        although_closed=said.get("although_closed", "").casefold() in YES,
        faults=tuple(faults),
    )


def _moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone)


def _day(text: str) -> date | None:
    parsed = _first(text, DAYS)
    return None if parsed is None else parsed.date()


def _time(text: str) -> time | None:
    parsed = _first(text.upper().replace(".", ""), TIMES)
    return None if parsed is None else parsed.time()


def _first(text: str, forms: Sequence[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  # a day or an hour alone, put into its zone above
        except ValueError:
            continue
    return None


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | None]]:
    """Each with its number; None, and nothing after it, from where the file is no CSV."""
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            return
        yield number, cells


def _columns(cells: Sequence[str], row: int) -> Sequence[str] | FileProblem:
    """Which column stands in which place. Blank ones at the end are none."""
    names = [each.casefold().replace(" ", "_") for each in cells]
    while names and not names[-1]:
        names.pop()
    for place, name in enumerate(names, 1):
        if name not in COLUMNS:
            return fault(FileFault.COLUMN_UNKNOWN, row=row, place=place)
        if name in names[: place - 1]:
            return fault(FileFault.COLUMN_TWICE, row=row, place=place, column=name)
    for name in NEEDED:
        if name not in names:
            return fault(FileFault.COLUMN_MISSING, row=row, column=name)
    return names

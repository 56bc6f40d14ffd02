"""A row of a file of court dates before anybody judged it, and why a file as a whole is not read. Pure.

What stands in a file is never said again in a fault: a court's calendar names people.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

MOST_BYTES = 200_000
MOST_ROWS = 500
"""Rows that say something. A longer file comes as several."""

_CAUSE = re.compile(r"[A-Z0-9](?=[A-Z0-9./-]*[0-9])[A-Z0-9./-]{2,29}|[0-9][A-Z0-9./-]{2,29}")


class FileFault(StrEnum):
    """Why nothing of a file is read."""

    EMPTY = "file_empty"
    TOO_LARGE = "file_too_large"
    TOO_MANY_ROWS = "file_too_many_rows"
    NOT_UTF8 = "file_not_utf8"
    NOT_CSV = "file_not_csv"
    NOT_CALENDAR = "file_not_calendar"
    COLUMN_UNKNOWN = "file_column_unknown"
    COLUMN_TWICE = "file_column_twice"
    COLUMN_MISSING = "file_column_missing"


SENTENCES: Mapping[FileFault, str] = {
    FileFault.EMPTY: "There is no court date in this file.",
    FileFault.TOO_LARGE: f"This file is larger than {MOST_BYTES:,} bytes. Make several of it.",
    FileFault.TOO_MANY_ROWS: f"This file has more than {MOST_ROWS} court dates. Make several of it.",
    FileFault.NOT_UTF8: "This file is not in UTF-8. In the spreadsheet, save it as “CSV UTF-8”.",
    FileFault.NOT_CSV: "From this row on the file cannot be read: a quotation mark is open or too many.",
    FileFault.NOT_CALENDAR: "This begins as a calendar (iCalendar) and cannot be read as one. Export it anew.",
    FileFault.COLUMN_UNKNOWN: "This column is none that is taken. Use the names of the template; notes are not taken.",
    FileFault.COLUMN_TWICE: "This column is there twice.",
    FileFault.COLUMN_MISSING: "This column is missing.",
}


class CourtDatesRefusal(StrEnum):
    """Why a file is not brought in."""

    CHANGED = "court_dates_changed"
    UNREADABLE = "court_dates_unreadable"
    NONE_RIGHT = "court_dates_none_right"


class RowFault(StrEnum):
    """Why a row does not come in."""

    NO_CAUSE = "cause_missing"
    CAUSE_UNKNOWN = "cause_unknown"
    CAUSE_TWICE = "cause_of_two_cases"
    KIND = "kind_unknown"
    COURT = "court_unknown"
    PURPOSE = "purpose_unknown"
    DAY = "day_wrong"
    TIME = "time_wrong"
    ZONE = "zone_unknown"
    RECURRING = "recurring"
    CANCELLED = "cancelled"
    CLOSED = "court_closed"
    NO_COUNT = "no_open_count"
    TOO_MANY = "too_many_cells"


class FileProblem(msgspec.Struct, frozen=True, kw_only=True):
    """`row` and `place` count from 1; 0 where it is about no single one. `column` is one of ours."""

    fault: FileFault
    sentence: str
    row: int = 0
    place: int = 0
    column: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A date as the file has it. One of `causes` is the court's number of the cause; the others are words like one.

    `starts_at` is None where `faults` say why.
    """

    row: int
    causes: tuple[str, ...]
    kind: str
    court: str
    purpose: str = ""
    starts_at: datetime | None = None
    although_closed: bool = False
    faults: tuple[RowFault, ...] = ()


def fault(what: FileFault, *, row: int = 0, place: int = 0, column: str = "") -> FileProblem:
    """With its sentence."""
    return FileProblem(fault=what, sentence=SENTENCES[what], row=row, place=place, column=column)


def cause_number(text: str) -> str:
    """As it is compared: capitals, no blanks. Empty for what is none, a formula say."""
    plain = "".join(text.split()).upper()
    return plain if _CAUSE.fullmatch(plain) else ""

"""A list of kits as it comes from a spreadsheet: bytes in, rows of plain cells out. Pure; no bytes make it fail.

CSV in UTF-8 with or without a mark, commas or semicolons, any ends of lines. What is wrong with the file as a whole is
said with the place; what stood there never is, since a file of something else may hold names.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

COLUMNS = (
    "serial",
    "held_by",
    "held_since",
    "county",
    "collected_by",
    "collected_on",
    "reported",
    "reported_on",
)
"""All there are. None takes free text: whoever types there would name somebody one day."""

NEEDED = ("serial", "held_by")
"""What a file must have a column for."""

MOST_BYTES = 200_000
MOST_ROWS = 500
"""Rows that say something. A longer list comes as several files."""

AROUND = " \u00a0"
"""What a cell may have around it; a control character is never taken for a blank."""


class FileFault(StrEnum):
    """Why nothing of a file can be read."""

    EMPTY = "file_empty"
    TOO_LARGE = "file_too_large"
    TOO_MANY_ROWS = "file_too_many_rows"
    NOT_UTF8 = "file_not_utf8"
    NOT_CSV = "file_not_csv"
    COLUMN_UNKNOWN = "file_column_unknown"
    COLUMN_TWICE = "file_column_twice"
    COLUMN_MISSING = "file_column_missing"


SENTENCES: Mapping[FileFault, str] = {
    FileFault.EMPTY: "There is no row of a kit in this file.",
    FileFault.TOO_LARGE: f"This file is larger than {MOST_BYTES:,} bytes. Make several of it.",
    FileFault.TOO_MANY_ROWS: f"This file has more than {MOST_ROWS} kits. Make several of it.",
    FileFault.NOT_UTF8: "This file is not in UTF-8. In the spreadsheet, save it as “CSV UTF-8”.",
    FileFault.NOT_CSV: "From this row on the file cannot be read: a quotation mark is open or too many.",
    FileFault.COLUMN_UNKNOWN: "This column is none that is taken. Use the names of the template; notes are not taken.",
    FileFault.COLUMN_TWICE: "This column is there twice.",
    FileFault.COLUMN_MISSING: "This column is missing.",
}


class FileProblem(msgspec.Struct, frozen=True, kw_only=True):
    """`row` and `place` count from 1, as a spreadsheet shows them; 0 where it is about no single one.

    `column` is one of ours.
    """

    fault: FileFault
    sentence: str
    row: int = 0
    place: int = 0
    column: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row by its number in the spreadsheet. `too_many` says that it has more cells than there are columns."""

    row: int
    cells: Mapping[str, str]
    too_many: bool = False


def read(file: bytes) -> tuple[Row, ...] | FileProblem:
    """The rows that say something, in order."""
    if len(file) > MOST_BYTES:
        return _fault(FileFault.TOO_LARGE)
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _fault(FileFault.NOT_UTF8)
    head_line = next((line for line in text.splitlines() if line.strip()), "")
    separator = ";" if head_line.count(";") > head_line.count(",") else ","
    records = _records(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    head: Sequence[str] | None = None
    found: list[Row] = []
    for number, cells in records:
        if cells is None:
            return _fault(FileFault.NOT_CSV, row=number)
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
            return _fault(FileFault.TOO_MANY_ROWS)
        said = dict(zip(head, plain, strict=False))
        found.append(Row(row=number, cells=said, too_many=any(plain[len(head) :])))
    return tuple(found) if found else _fault(FileFault.EMPTY)


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
            return _fault(FileFault.COLUMN_UNKNOWN, row=row, place=place)
        if name in names[: place - 1]:
            return _fault(FileFault.COLUMN_TWICE, row=row, place=place, column=name)
    for name in NEEDED:
        if name not in names:
            return _fault(FileFault.COLUMN_MISSING, row=row, column=name)
    return names


def _fault(fault: FileFault, *, row: int = 0, place: int = 0, column: str = "") -> FileProblem:
    return FileProblem(fault=fault, sentence=SENTENCES[fault], row=row, place=place, column=column)

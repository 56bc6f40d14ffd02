"""Court dates from a calendar (RFC 5545), read by the library icalendar. No bytes make it fail; nothing is expanded.

Definitions of zones are cut away before the file is parsed: they may hold rules that recur for ever, and the names of
zones are enough. An event that recurs is not taken: each date is set by its court.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from icalendar import Calendar

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

BEGINS = "BEGIN:VCALENDAR"
MOST_PARTS = 4 * MOST_ROWS
DEEPEST = 4
MOST_WORDS = 60
"""Of what an event says, so many words are looked at for the number of a cause."""

_ZONE = "VTIMEZONE"
_WORD = re.compile(r"[^\s,;:()\[\]<>]+")
_RECURS = ("RRULE", "RDATE", "EXRULE")


def is_calendar(text: str) -> bool:
    """By how it begins."""
    return text.lstrip().upper().startswith(BEGINS)


def read_calendar(
    text: str, court: str, kinds: Mapping[str, str], courts: Mapping[str, str]
) -> tuple[Row, ...] | FileProblem:
    """Its events, in order, numbered from 1. Kind and court are looked for in their words; `court` where none is."""
    lines = _without_zones(_unfolded(text))
    depth, parts, events_begun = _outline(lines)
    if depth > DEEPEST or parts > MOST_PARTS:
        return fault(FileFault.NOT_CALENDAR)
    if events_begun > MOST_ROWS:
        return fault(FileFault.TOO_MANY_ROWS)
    try:
        events = Calendar.from_ical("\r\n".join(lines)).walk("VEVENT")
    except Exception:  # noqa: BLE001  # whatever a parser of others' files stumbles over, nothing of them is taken
        return fault(FileFault.NOT_CALENDAR)
    rows = tuple(_row(number, each, court, kinds, courts) for number, each in enumerate(events, start=1))
    return rows or fault(FileFault.EMPTY)


def _row(number: int, event: Any, court: str, kinds: Mapping[str, str], courts: Mapping[str, str]) -> Row:
    said = " ".join(_text(event, name) for name in ("SUMMARY", "CATEGORIES", "DESCRIPTION"))
    causes = (cause_number(word) for word in _WORD.findall(said)[:MOST_WORDS])
    starts_at, faults = _starts(event)
    if any(event.get(name) is not None for name in _RECURS):
        faults.append(RowFault.RECURRING)
    if _text(event, "STATUS").upper() == "CANCELLED":
        faults.append(RowFault.CANCELLED)
    return Row(
        row=number,
        causes=tuple(dict.fromkeys(each for each in causes if each)),
        kind=_named_in(said, kinds),
        court=_named_in(f"{_text(event, 'LOCATION')} {said}", courts) or court,
        starts_at=starts_at,
        faults=tuple(faults),
    )


def _starts(event: Any) -> tuple[datetime | None, list[RowFault]]:
    """A time without a zone is the state's own, as its courts mean it; one of a zone nobody knows is not taken."""
    try:
        start = event.get("DTSTART")
        moment = start.dt
        zone = start.params.get("TZID")
    except (AttributeError, ValueError, TypeError):
        return None, [RowFault.DAY]
    if not isinstance(moment, datetime):
        return None, [RowFault.TIME]
    if moment.tzinfo is not None:
        return moment, []
    if zone is not None:
        return None, [RowFault.ZONE]
    return moment.replace(tzinfo=LOCAL), []


def _text(event: Any, name: str) -> str:
    """What stands there as one text; empty for what is not there, or no text."""
    value = event.get(name)
    if value is None:
        return ""
    values = value if isinstance(value, list) else [value]
    try:
        return " ".join(
            ",".join(str(one) for one in each.cats) if hasattr(each, "cats") else str(each) for each in values
        )
    except (AttributeError, ValueError, TypeError):
        return ""


def _named_in(said: str, words: Mapping[str, str]) -> str:
    """The code of the longest name that stands in it, since “trial” stands in “trial setting”, too."""
    text = said.casefold()
    named: Collection[tuple[str, str]] = [
        (name, code) for code, each in words.items() for name in (each.casefold(), code.replace("_", " "))
    ]
    found = [(len(name), code) for name, code in named if name in text]
    return max(found)[1] if found else ""


def _unfolded(text: str) -> list[str]:
    """Its lines, each whole: one that begins with a blank goes on with the one before (RFC 5545, 3.1)."""
    found: list[list[str]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and found:
            found[-1].append(line[1:])
        elif line:
            found.append([line])
    return ["".join(parts) for parts in found]


def _without_zones(lines: Iterable[str]) -> list[str]:
    """Line by line: a pattern over the whole text was seen to hold the process for minutes at zones that never end."""
    kept: list[str] = []
    inside = False
    for line in lines:
        said = line.strip().upper()
        inside = inside or said == f"BEGIN:{_ZONE}"
        if not inside:
            kept.append(line)
        inside = inside and said != f"END:{_ZONE}"
    return kept


def _outline(lines: Iterable[str]) -> tuple[int, int, int]:
    """How deep its parts lie within one another, how many there are, and how many of them are events.

    Asked before the file is parsed: the parser is not given more than a calendar of a court has.
    """
    depth = deepest = parts = events = 0
    for line in map(str.upper, lines):
        if line.startswith("BEGIN:"):
            depth, parts, events = depth + 1, parts + 1, events + line.startswith("BEGIN:VEVENT")
            deepest = max(deepest, depth)
        elif line.startswith("END:"):
            depth -= 1
    return deepest, parts, events

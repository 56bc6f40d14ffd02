"""Court dates from a calendar (RFC 5545), read by the library icalendar. No bytes make it fail; nothing is expanded.

Definitions of zones are cut away before the file is parsed: they may hold rules that recur for ever, and the names of
zones are enough. An event that recurs is not taken: each date is set by its court.
"""

import re
from collections.abc import Collection, Mapping
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

_ZONES = re.compile(r"^BEGIN:VTIMEZONE\b.*?^END:VTIMEZONE\b[^\n]*\n?", re.DOTALL | re.MULTILINE | re.IGNORECASE)
_WORD = re.compile(r"[^\s,;:()\[\]<>]+")
_RECURS = ("RRULE", "RDATE", "EXRULE")


def is_calendar(text: str) -> bool:
    """By how it begins."""
    return text.lstrip().upper().startswith(BEGINS)


def read_calendar(
    text: str, court: str, kinds: Mapping[str, str], courts: Mapping[str, str]
) -> tuple[Row, ...] | FileProblem:
    """Its events, in order, numbered from 1. Kind and court are looked for in their words; `court` where none is."""
    plain = _ZONES.sub("", text)
    depth, parts, events_begun = _outline(plain)
    if depth > DEEPEST or parts > MOST_PARTS:
        return fault(FileFault.NOT_CALENDAR)
    if events_begun > MOST_ROWS:
        return fault(FileFault.TOO_MANY_ROWS)
    try:
        events = Calendar.from_ical(plain).walk("VEVENT")
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


def _outline(text: str) -> tuple[int, int, int]:
    """How deep its parts lie within one another, how many there are, and how many of them are events.

    Asked before the file is parsed: the parser is not given more than a calendar of a court has.
    """
    depth = deepest = parts = events = 0
    for line in text.upper().splitlines():
        if line.startswith("BEGIN:"):
            depth, parts, events = depth + 1, parts + 1, events + line.startswith("BEGIN:VEVENT")
            deepest = max(deepest, depth)
        elif line.startswith("END:"):
            depth -= 1
    return deepest, parts, events

"""Times written as iCalendar (RFC 5545). Pure: nothing stands in it but when somebody is busy.

Written here and not by a library: it is a few fixed properties without any text of people, and each line of it is a
promise about what leaves the house. Tests read it with a library of others.

A start in local time means the first of two equal times (3.3.5). So the second of them, on the night the clocks go
back, is written in UTC, as it cannot be said otherwise; everything else is local, with the zone beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LINE = 75
"""Octets of a line; the rest goes on in the next (3.1)."""

STATUS = {"held": "TENTATIVE", "cancelled": "CANCELLED"}
CONFIRMED = "CONFIRMED"


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """A time that is taken. `phase` is held, booked, completed or cancelled; `sequence` grows with each change.

    `uid` says nothing of what it is about.
    """

    uid: str
    phase: str
    since: datetime
    until: datetime
    sequence: int
    changed_at: datetime


class Onset(NamedTuple):
    """From `at` on the clocks are another distance from UTC."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def written(entries: Sequence[Busy], zone: ZoneInfo, now: datetime) -> bytes:
    """A calendar of these entries, in order of time; also of none."""
    moments = [now, *(moment for each in entries for moment in (each.since, each.until))]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Muster//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Clinic",
        "X-WR-CALNAME:Clinic",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
        *_zone_lines(zone, min(moments), max(moments)),
        *(line for each in sorted(entries, key=lambda each: (each.since, each.uid)) for line in _event(each, zone)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(entry: Busy, zone: ZoneInfo) -> Iterator[str]:
    cancelled = entry.phase == "cancelled"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_utc(entry.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(entry.changed_at)}"
    yield f"SEQUENCE:{entry.sequence}"
    # Whole seconds are all it knows: nobody is to be taken for free while they are busy.
    yield f"DTSTART{_moment(_down(entry.since), zone)}"
    yield f"DTEND{_moment(_up(entry.until), zone)}"
    yield "SUMMARY:Busy"
    yield "CLASS:PRIVATE"
    yield f"STATUS:{STATUS.get(entry.phase, CONFIRMED)}"
    yield f"TRANSP:{'TRANSPARENT' if cancelled else 'OPAQUE'}"
    yield "END:VEVENT"


def _zone_lines(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[str]:
    """Each change of the clocks from the year before the first moment to that after the last, by the zone's data."""
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{zone.key}"
    years = first.astimezone(UTC).year - 1, last.astimezone(UTC).year + 2
    for each in onsets(zone, *(datetime(year, 1, 1, tzinfo=UTC) for year in years)):
        kind = "DAYLIGHT" if each.summer else "STANDARD"
        yield f"BEGIN:{kind}"
        # As the clocks showed it that were in force until then.
        yield f"DTSTART:{(each.at + each.before):%Y%m%dT%H%M%S}"
        yield f"TZOFFSETFROM:{_offset(each.before)}"
        yield f"TZOFFSETTO:{_offset(each.after)}"
        yield f"TZNAME:{each.name}"
        yield f"END:{kind}"
    yield "END:VTIMEZONE"


def onsets(zone: tzinfo, since: datetime, until: datetime) -> list[Onset]:
    """The changes between two moments, after what held at the first of them. `at` is in UTC, without its name."""
    found = [_onset(since, since, zone)]
    day = since
    while day < until:
        after = day + DAY
        if _distance(day, zone) != _distance(after, zone):
            found.append(_onset(_change(day, after, zone), day, zone))
        day = after
    return found


def _change(before: datetime, at: datetime, zone: tzinfo) -> datetime:
    """The first moment, to the second, that is another distance from UTC than `before`."""
    while at - before > SECOND:
        middle = before + ((at - before) // 2 // SECOND) * SECOND
        if _distance(middle, zone) == _distance(before, zone):
            before = middle
        else:
            at = middle
    return at


def _onset(at: datetime, before: datetime, zone: tzinfo) -> Onset:
    local = at.astimezone(zone)
    return Onset(
        at=at.astimezone(UTC).replace(tzinfo=None),
        before=_distance(before, zone),
        after=_distance(at, zone),
        name=local.tzname() or "",
        summer=bool(local.dst()),
    )


def _distance(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    if local.fold:
        return f":{_utc(moment)}"
    return f";TZID={zone.key}:{local:%Y%m%dT%H%M%S}"


def _down(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _up(moment: datetime) -> datetime:
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else (whole.astimezone(UTC) + SECOND)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _offset(distance: timedelta) -> str:
    minutes = round(abs(distance) / timedelta(minutes=1))
    return f"{'-' if distance < timedelta() else '+'}{minutes // 60:02}{minutes % 60:02}"


def _folded(line: str) -> Iterable[str]:
    """All of it is ASCII, so that octets are characters."""
    yield line[:LINE]
    for start in range(LINE, len(line), LINE - 1):
        yield f" {line[start : start + LINE - 1]}"

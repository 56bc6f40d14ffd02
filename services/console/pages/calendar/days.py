"""Days of the calendar as the clocks of the state show them: of 23 hours when they go forward, of 25 when they go back.

Pure. Moments are in UTC: between two clock faces of one zone Python would reckon as if no clock ever changed.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from contracts.jurisdictions import LOCAL
from contracts.periods import Period

HOUR = timedelta(hours=1)


class Change(NamedTuple):
    """The clocks are changed at a moment: from one time to the other, in zones as they are called before and after.

    Forward, what lies between the two times does not exist that day; back, it comes twice.
    """

    at: datetime
    forward: bool
    before: str
    after: str
    zone_before: str
    zone_after: str

    @property
    def gap(self) -> tuple[str, str]:
        """The times that are missing, or that come twice: from, to."""
        return (self.before, self.after) if self.forward else (self.after, self.before)


class Day(NamedTuple):
    """From midnight to midnight. `change` where the clocks are changed in it."""

    day: date
    since: datetime
    until: datetime
    change: Change | None

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    @property
    def hours(self) -> int:
        """As many as pass."""
        return round((self.until - self.since) / HOUR)


def day_of(day: date, zone: tzinfo = LOCAL) -> Day:
    """The day in the state's time."""
    since, until = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    return Day(day, since, until, _change(since, until, zone))


def days_from(first: date, number: int, zone: tzinfo = LOCAL) -> list[Day]:
    """So many, one after the other."""
    return [day_of(first + timedelta(days=each), zone) for each in range(number)]


def clock(moment: datetime, day: Day, zone: tzinfo = LOCAL) -> str:
    """By 24 hours; the end of the day is 24:00. On a day on which the clocks change, with the name of the zone."""
    if moment == day.until:
        return "24:00"
    local = moment.astimezone(zone)
    return f"{local:%H:%M %Z}" if day.change else f"{local:%H:%M}"


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _change(since: datetime, until: datetime, zone: tzinfo) -> Change | None:
    """The minute at which the distance from UTC is another; halved down to, since a day has one such change at most."""
    if since.astimezone(zone).utcoffset() == until.astimezone(zone).utcoffset():
        return None
    before, at = since, until
    while at - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=round((at - before) / timedelta(minutes=2)))
        if middle.astimezone(zone).utcoffset() == since.astimezone(zone).utcoffset():
            before = middle
        else:
            at = middle
    local = at.astimezone(zone)
    # What the clocks would have shown.
    kept = at.astimezone(UTC) + (since.astimezone(zone).utcoffset() or timedelta())
    return Change(
        at=at,
        forward=(local.utcoffset() or timedelta()) > (since.astimezone(zone).utcoffset() or timedelta()),
        before=f"{kept:%H:%M}",
        after=f"{local:%H:%M}",
        zone_before=since.astimezone(zone).strftime("%Z"),
        zone_after=local.strftime("%Z"),
    )

"""Days of the count, by the state's own clocks, whatever their offset is that day. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """On which day it is there."""
    return moment.astimezone(zone).date()


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Its first moment."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def counted_at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """When the day is counted: at that hour of the next morning.

    An hour that a change of clocks leaves out comes as long after midnight as it would without one; of one that comes
    twice it is the first.
    """
    return datetime.combine(day + DAY, hour, zone).astimezone(UTC)

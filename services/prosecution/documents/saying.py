"""How a document says a moment, a day, a reference and a name. Of no locale: the same words on every machine. Pure."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day(on: date) -> str:
    """As `December 1, 2026`."""
    return f"{MONTHS[on.month - 1]} {on.day}, {on.year}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """As `Tuesday, December 1, 2026, 9:00 AM CST`."""
    local = at.astimezone(zone)
    half = "AM" if local.hour < 12 else "PM"
    return f"{WEEKDAYS[local.weekday()]}, {day(local.date())}, {local.hour % 12 or 12}:{local:%M} {half} {local:%Z}"


def to_the_second(at: datetime, zone: ZoneInfo) -> str:
    """As `2026-12-01 09:00:12 CST`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def short(reference: UUID) -> str:
    """The part of a reference people say."""
    return str(reference)[:8]


def initials(name: str) -> str:
    """The first letter of each word."""
    return " ".join(f"{word[0].upper()}." for word in name.split())

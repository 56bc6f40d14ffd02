"""Arithmetic of periods: from a first moment on, and before a last. Moments carry a zone, so a day of 23 hours is one.

Answers are in order, apart from one another and never empty, and in UTC: Python reckons moments of one zone by their
clock faces, which on the days the clocks change is wrong.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, NamedTuple

import msgspec

from contracts.language import InvalidValue

# Moments outside these years are slips of the keyboard, and the ends of the calendar cannot be reckoned with.
YEARS = range(1950, 2200)


class Period(NamedTuple):
    """Holds `since`, and no longer `until`."""

    since: datetime
    until: datetime

    @property
    def in_utc(self) -> "Period":
        return Period(self.since.astimezone(UTC), self.until.astimezone(UTC))


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when until when, as somebody typed it."""

    since: Annotated[datetime, msgspec.Meta(tz=True)]
    until: Annotated[datetime, msgspec.Meta(tz=True)]

    def period(self, longest: timedelta) -> Period:
        """Raises `InvalidValue` for what cannot be meant."""
        for field, moment in (("since", self.since), ("until", self.until)):
            if moment.year not in YEARS:
                raise InvalidValue(field, f"Give a time between {YEARS[0]} and {YEARS[-1]}. Check the year.")
        if self.until <= self.since:
            raise InvalidValue("until", "The end must be later than the beginning.")
        if self.until - self.since > longest:
            raise InvalidValue("until", f"State at most {longest.days} days at a time.")
        return Period(self.since, self.until)


def validity(valid_from: date, valid_until: date, zone: tzinfo) -> Period:
    """From the start of the first day to the end of the last. Raises `InvalidValue` for what cannot be meant."""
    for field, day in (("valid_from", valid_from), ("valid_until", valid_until)):
        if day.year not in YEARS:
            raise InvalidValue(field, f"Give a day between {YEARS[0]} and {YEARS[-1]}. Check the year.")
    if valid_until < valid_from:
        raise InvalidValue("valid_until", "The last day is before the first day.")
    after = valid_until + timedelta(days=1)
    return Period(datetime.combine(valid_from, time(), zone), datetime.combine(after, time(), zone))


def joined(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Those that overlap or touch become one."""
    found: list[Period] = []
    for each in sorted(period.in_utc for period in periods):
        if each.since >= each.until:
            continue
        if found and each.since <= found[-1].until:
            found[-1] = Period(found[-1].since, max(found[-1].until, each.until))
        else:
            found.append(each)
    return tuple(found)


def without(periods: Iterable[Period], *taken: Period) -> tuple[Period, ...]:
    """What is left of them outside `taken`."""
    left = joined(periods)
    for gap in joined(taken):
        left = tuple(
            part
            for each in left
            for part in (Period(each.since, min(each.until, gap.since)), Period(max(each.since, gap.until), each.until))
            if part.since < part.until
        )
    return left


def common(these: Iterable[Period], those: Iterable[Period]) -> tuple[Period, ...]:
    """What lies in both."""
    left = joined(those)
    return joined(
        Period(max(one.since, other.since), min(one.until, other.until)) for one in joined(these) for other in left
    )


def covers(periods: Iterable[Period], wanted: Period) -> bool:
    """Whether every moment of `wanted` lies in one of them."""
    since, until = wanted.in_utc
    return any(each.since <= since and until <= each.until for each in joined(periods))

"""Arithmetic of periods: from a first moment on, and before a last. Moments carry a zone, so a day of 23 hours is one.

Answers are in order, apart from one another and never empty, and in UTC: Python reckons moments of one zone by their
clock faces, which on the days the clocks change is wrong.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple


class Period(NamedTuple):
    """Holds `since`, and no longer `until`."""

    since: datetime
    until: datetime

    @property
    def in_utc(self) -> "Period":
        return Period(self.since.astimezone(UTC), self.until.astimezone(UTC))


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

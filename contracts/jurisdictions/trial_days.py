"""The days of a count from arraignment to trial: which count toward the time for trial, which do not, and why. Pure.

The day of the arraignment does not count, every other does (Ransom v. State, 435 So. 2d 1169), but those of a
continuance granted for good cause (Miss. Code 99-17-1). A day that two continuances hold for is told once, of the one
granted first.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

DAY = timedelta(days=1)


class PutOff(msgspec.Struct, frozen=True):
    """Days that do not count, the first and the last included. `motion` is empty where it is not on file whose it was.

    Without `since` and `until` it is not on file which days they are: there are `days` of them.
    """

    days: int
    motion: str
    ground: str
    since: date | None = None
    until: date | None = None


class DaySpan(msgspec.Struct, frozen=True, kw_only=True):
    """Days one after another, the first and the last included, that count or do not for one reason.

    Those that do not count are told of whose `motion` it was, and on what `ground`; both are empty for days that count.
    """

    since: date
    until: date
    days: int
    counts: bool
    motion: str = ""
    ground: str = ""


class MotionSum(msgspec.Struct, frozen=True):
    """How many days do not count on somebody's motion; `motion` is empty where it is not on file whose it was."""

    motion: str
    days: int


class DaysOfCount(msgspec.Struct, frozen=True, kw_only=True):
    """A count's days from the one after its arraignment to `until`: today, or the day its trial or judgment came.

    `counted` and `put_off` add up to all of `spans`. `unplaced` are days put off of which it is not on file which they
    are: they stand among the counted, and are taken off again in `left`. `left` is below zero when the time is over.
    """

    count: UUID
    arraigned_on: date
    until: date
    ended: Literal["", "tried", "judgment"]
    spans: tuple[DaySpan, ...]
    allowed: int
    counted: int
    put_off: tuple[MotionSum, ...]
    unplaced: int
    left: int


def days_put_off(granted: Iterable[PutOff], last_day: date) -> int:
    """By how many days a time for trial is longer that would end with `last_day`, in the order they were granted.

    A day counts off once, and none that begins after the time has ended by then.
    """
    taken, total = set[date](), 0
    for each in granted:
        if each.since is None or each.until is None:
            total += each.days
        elif each.since <= last_day + total * DAY:
            new = {*_days(each.since, each.until)} - taken
            taken |= new
            total += len(new)
    return total


def days_of_count(
    count: UUID,
    arraigned_on: date,
    until: date,
    granted: Sequence[PutOff],
    *,
    allowed: int,
    ended: Literal["", "tried", "judgment"] = "",
) -> DaysOfCount:
    """Each span of days to whom it is counted, with the sums. `until` is told of, too."""
    spans = tuple(_spans(arraigned_on + DAY, until, granted))
    counted = sum(each.days for each in spans if each.counts)
    sums: dict[str, int] = {}
    for each in spans:
        if not each.counts:
            sums[each.motion] = sums.get(each.motion, 0) + each.days
    unplaced = sum(each.days for each in granted if each.since is None)
    return DaysOfCount(
        count=count,
        arraigned_on=arraigned_on,
        until=until,
        ended=ended,
        spans=spans,
        allowed=allowed,
        counted=counted,
        put_off=tuple(MotionSum(motion, days) for motion, days in sums.items()),
        unplaced=unplaced,
        left=allowed - counted + unplaced,
    )


def _spans(first: date, last: date, granted: Sequence[PutOff]) -> Iterator[DaySpan]:
    since, by = first, _holding(first, granted)
    for day in _days(first + DAY, last + DAY):
        following = _holding(day, granted) if day <= last else None
        if day > last or following is not by:
            if since <= last:
                yield _span(since, day - DAY, by)
            since, by = day, following


def _span(since: date, until: date, by: PutOff | None) -> DaySpan:
    return DaySpan(
        since=since,
        until=until,
        days=(until - since).days + 1,
        counts=by is None,
        motion=by.motion if by else "",
        ground=by.ground if by else "",
    )


def _holding(day: date, granted: Sequence[PutOff]) -> PutOff | None:
    """The continuance a day does not count for."""
    return next((each for each in granted if each.since and each.until and each.since <= day <= each.until), None)


def _days(since: date, until: date) -> Iterator[date]:
    return (since + n * DAY for n in range((until - since).days + 1))

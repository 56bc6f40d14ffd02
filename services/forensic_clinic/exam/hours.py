"""How much a nurse examines within a day, and how long she rests between exams. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.periods import Period

DAY = timedelta(hours=24)


def busiest_day(new: Period, others: Sequence[Period]) -> timedelta:
    """How long she would examine in the fullest 24 hours that hold some of the new exam."""
    new = new.in_utc
    # What lies further off is in none of these days; of a nurse booked for weeks that is nearly all.
    near = Period(new.since - DAY, new.until + DAY)
    exams = [new, *(each.in_utc for each in others if each.since < near.until and near.since < each.until)]
    # The fullest day begins with the beginning of an exam, or ends with the end of one.
    begun = [Period(each.since, each.since + DAY) for each in exams]
    days = begun + [Period(each.until - DAY, each.until) for each in exams]
    return max(
        sum((_common(day, exam) for exam in exams), timedelta())
        for day in days
        if day.since < new.until and new.since < day.until
    )


def rests(new: Period, others: Sequence[Period], rest: timedelta) -> bool:
    """Whether so much time lies between it and each of the others."""
    since, until = new.in_utc
    return all(each.in_utc.until + rest <= since or until + rest <= each.in_utc.since for each in others)


def _common(one: Period, other: Period) -> timedelta:
    return max(min(one.until, other.until) - max(one.since, other.since), timedelta())

"""Made-up worlds of cases, and what somebody is told of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from services.rapid_assessment.figures.telling import Case, Figures, Seen, figures
from services.rapid_assessment.views.case_times import next_month

JANUARY = date(2026, 1, 1)
YEAR = [JANUARY.replace(month=number) for number in range(1, 13)]
STAGES = ("opened", "asked", "contact")


def case(
    month: date = JANUARY,
    county: str = "Hinds",
    *,
    minutes: float | None = 60,
    late: bool = False,
    opened: float | None = 10,
    asked: float | None = 20,
    seen: Seen = "in_time",
    contact: float | None = 90,
) -> Case:
    """One that stood after so many minutes; None: not yet, and late."""
    late = late or minutes is None
    return Case(
        month=month,
        county=county,
        in_time=not late,
        seen=seen,
        formed=None if minutes is None else timedelta(minutes=minutes),
        took={"opened": _minutes(opened), "asked": _minutes(asked), "contact": _minutes(contact)},
    )


def _minutes(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(minutes=number)


def told(cases: Sequence[Case], closed: Sequence[date], counties: Sequence[str], least: int = 11) -> Figures:
    return figures(cases, closed, counties, STAGES, least)


def months_from(first: date, number: int) -> list[date]:
    found = [first]
    while len(found) < number:
        found.append(next_month(found[-1]))
    return found


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to be so many in so many places."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def joined(by_month: Sequence[int], by_county: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cases as pairs of places, that come to both of these sums."""
    rows, columns = list(Counter(dict(enumerate(by_month))).elements()), Counter(dict(enumerate(by_county))).elements()
    yield from zip(rows, columns, strict=True)

"""How long something took, told as bands that hold at least eleven cases each. Pure.

Quarters and halves are read off the bands that are told, so they tell nothing more.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import msgspec

from services.rapid_assessment.figures.cells import LEAST, merged

MINUTES = 60
# Where a band may begin, in minutes; the last is for whatever took longer, or has not come at all.
EDGES = (
    *(0, 15, 30, 60, 90, 120, 150, 180, 210, 240),
    *(hours * MINUTES for hours in (5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 24, 30, 36, 48, 72)),
)
DAY = 24 * MINUTES


class Band(msgspec.Struct, frozen=True):
    """So many took from `since` minutes to less than `until`; without `until` longer, or it never came."""

    since: int
    until: int | None
    cases: int


class Spread(msgspec.Struct, frozen=True):
    """The bands, and by when a quarter, half and three quarters were through, in minutes; None: later than is told."""

    bands: list[Band]
    quarter: int | None
    half: int | None
    three_quarters: int | None


def place(took: timedelta | None, *, from_: int = 0, up_to: int = len(EDGES)) -> int:
    """Of the edges from one to another, which a length of time comes after; None comes last."""
    if took is None:
        return up_to - 1
    minutes = took.total_seconds() / MINUTES
    found = sum(edge <= minutes for edge in EDGES) - 1
    return min(max(found, from_), up_to - 1)


def spread(places: Sequence[int], *, apart: int | None = None, least: int = LEAST) -> Spread:
    """Of cases by place. No band goes over the edge at `apart`: for where the numbers on both sides are told."""
    sizes = [0] * len(EDGES)
    for each in places:
        sizes[each] += 1
    borders = [0, *([apart] if apart else []), len(EDGES)]
    bands: list[Band] = []
    for first, last in pairwise(borders):
        for began, ended in merged(sizes[first:last], least):
            until = EDGES[first + ended] if first + ended < len(EDGES) else None
            bands.append(Band(EDGES[first + began], until, sum(sizes[first + began : first + ended])))
    return Spread(bands, *(_by(bands, len(places) * share / 4) for share in (1, 2, 3)))


def _by(bands: Sequence[Band], wanted: float) -> int | None:
    through = 0
    for band in bands:
        through += band.cases
        if through >= wanted:
            return band.until
    return None

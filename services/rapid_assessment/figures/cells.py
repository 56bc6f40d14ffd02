"""Which counts may be told, so that none of fewer than eleven is told or can be worked out. Pure.

Every rule here is for one partition of cases whose total is told: what is left out must not follow from what is told,
not even for somebody who knows these rules. Zero is hidden like ten.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from services.kernel.cells import LEAST, left_out, merged

__all__ = ["LEAST", "left_out", "merged"]

Told = Literal["both", "few_late", "few_in_time", "neither"]


class Split(msgspec.Struct, frozen=True):
    """How many stood in time and how many did not: both numbers, or which of the two is below eleven, or neither."""

    told: Told
    in_time: int | None = None
    late: int | None = None


class Parted(NamedTuple):
    """What is true of some cases. Never told as it is."""

    in_time: int
    late: int

    @property
    def all(self) -> int:
        return self.in_time + self.late


def split(parted: Parted, least: int = LEAST) -> Split:
    """Of fewer than twice eleven nothing is said: there, one side told or named would tell of the other."""
    if parted.all < 2 * least:
        return Split("neither")
    if parted.late < least:
        return Split("few_late")
    if parted.in_time < least:
        return Split("few_in_time")
    return Split("both", parted.in_time, parted.late)


class Range(NamedTuple):
    """Between what a number that is not told may lie, for somebody who knows the rules."""

    low: int
    high: int


def late_in(parted: Parted, least: int = LEAST) -> Range:
    """What `split` tells of the late ones."""
    match split(parted, least).told:
        case "both":
            return Range(parted.late, parted.late)
        case "few_late":
            return Range(0, least - 1)
        case "few_in_time":
            return Range(parted.all - least + 1, parted.all)
        case "neither":
            return Range(0, parted.all)


Side = Literal["few_late", "many_late", "not_told"]


def sides(counties: Mapping[str, Parted], rest: int, months: Sequence[Range], least: int = LEAST) -> dict[str, Side]:
    """Of each county whether fewer than `least` were late or not; `rest` is how many cases all others have together.

    The same late cases are told of by `months`, so the two together could tell more than either. Whether anything is
    told of counties is therefore decided by what everybody sees, their sizes and the months: only when every number
    still has its whole range, whichever counties it is that had many.
    """
    sized = [name for name, parted in counties.items() if parted.all >= 2 * least]
    unsaid = rest + sum(parted.all for parted in counties.values() if parted.all < 2 * least)
    fewest, most = sum(month.low for month in months), sum(month.high for month in months)
    if most < least * len(sized) + least - 1 or (least - 1) * len(sized) + unsaid < fewest + least - 1:
        return dict.fromkeys(counties, "not_told")
    return {
        name: "not_told" if name not in sized else "few_late" if parted.late < least else "many_late"
        for name, parted in counties.items()
    }

"""Somebody who collects all that is told, for as long as there are figures, and reckons what is not.

Everything told is written as sums of single cells that are equal to a number or lie between two. Then two ways to find
a cell: by elimination (is it a combination of the equations?) and by intervals (does what is left for it shrink to one
number?). What the rules themselves tell, test_small_cells.py tries.
"""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from services.rapid_assessment.figures.telling import Figures

Cell = Hashable
ENDLESS = 10**9


class Sum(NamedTuple):
    """These cells come to something from `low` to `high`."""

    cells: frozenset[Cell]
    low: int
    high: int


def months_of(since: date, until: date, closed: Sequence[date]) -> list[date]:
    return [month for month in closed if since <= month <= until]


def told_sums(figures: Figures, closed: Sequence[date], counties: Sequence[str], least: int) -> list[Sum]:
    """All that the figures say, as sums of cells: so many of a month, a county, and late or not."""
    sums: list[Sum] = []

    def say(cells: Sequence[Cell], low: int, high: int | None = None) -> None:
        sums.append(Sum(frozenset(cells), low, low if high is None else high))

    for group in figures.months:
        months = months_of(group.since, group.until, closed)
        late = [(month, county, True) for month in months for county in counties]
        in_time = [(month, county, False) for month in months for county in counties]
        say([*late, *in_time], group.teams)
        if group.stood.told == "both":
            say(late, group.stood.late or 0)
            say(in_time, group.stood.in_time or 0)
        if group.stood.told == "few_late":
            say(late, 0, least - 1)
        if group.stood.told == "few_in_time":
            say(in_time, 0, least - 1)
    for year in figures.years:
        months = months_of(year.since, year.until, closed)
        named = {county.county for county in year.counties}
        for county in year.counties:
            late = [(month, county.county, True) for month in months]
            say([*late, *((month, county.county, False) for month in months)], county.teams)
            if county.side != "not_told":
                few = county.side == "few_late"
                say(late, 0 if few else least, least - 1 if few else county.teams)
        others = [county for county in counties if county not in named]
        if others:
            say(
                [(month, county, side) for month in months for county in others for side in (True, False)],
                year.elsewhere,
            )
    return sums


def pinned_by_elimination(sums: Sequence[Sum], wanted: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Which of the wanted sums are a combination of those told."""
    rows = [_row(each.cells) for each in sums if each.low == each.high]
    basis: dict[Cell, dict[Cell, Fraction]] = {}
    for row in rows:
        left = _reduced(row, basis)
        if left:
            first = min(left, key=repr)
            basis[first] = {cell: value / left[first] for cell, value in left.items()}
    return [name for name, cells in wanted.items() if not _reduced(_row(cells), basis)]


def _row(cells: Sequence[Cell] | frozenset[Cell]) -> dict[Cell, Fraction]:
    return dict.fromkeys(cells, Fraction(1))


def _reduced(row: Mapping[Cell, Fraction], basis: Mapping[Cell, Mapping[Cell, Fraction]]) -> dict[Cell, Fraction]:
    left = dict(row)
    while True:
        pivot = next((cell for cell in left if cell in basis), None)
        if pivot is None:
            return left
        factor = left[pivot]
        for cell, value in basis[pivot].items():
            left[cell] = left.get(cell, Fraction(0)) - factor * value
            if left[cell] == 0:
                del left[cell]


def pinned_by_intervals(sums: Sequence[Sum], wanted: Mapping[str, Sequence[Cell]], rounds: int = 30) -> list[str]:
    """Which of the wanted sums have but one number left, when each sum narrows the cells and sums it is made of."""
    known = {each.cells: (each.low, each.high) for each in sums}
    for cells in wanted.values():
        known.setdefault(frozenset(cells), (0, ENDLESS))
    parts = _parts(list(known))
    for _ in range(rounds):
        before = dict(known)
        for whole, disjoint in parts:
            _narrow(known, whole, disjoint)
        if known == before:
            break
    return [name for name, cells in wanted.items() if known[frozenset(cells)][0] == known[frozenset(cells)][1]]


def _parts(sets: Sequence[frozenset[Cell]]) -> list[tuple[frozenset[Cell], list[frozenset[Cell]]]]:
    """Of each sum, others within it that share nothing, and what is then left of it as a sum of its own."""
    found = []
    for whole in sets:
        taken: frozenset[Cell] = frozenset()
        disjoint = []
        for part in sorted(sets, key=len):
            if part < whole and not part & taken:
                disjoint.append(part)
                taken |= part
        if disjoint:
            found.append((whole, [*disjoint, whole - taken] if whole - taken else disjoint))
    return found


def _narrow(
    known: dict[frozenset[Cell], tuple[int, int]], whole: frozenset[Cell], disjoint: Sequence[frozenset[Cell]]
) -> None:
    ranges = [known.get(part, (0, ENDLESS)) for part in disjoint]
    low, high = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    known[whole] = (max(known[whole][0], low), min(known[whole][1], high))
    for part, (part_low, part_high) in zip(disjoint, ranges, strict=True):
        least = max(part_low, known[whole][0] - (high - part_high))
        most = min(part_high, known[whole][1] - (low - part_low))
        known[part] = (least, most)


def not_told(
    truth: Mapping[Cell, int], figures: Figures, closed: Sequence[date], counties: Sequence[str], least: int
) -> dict[str, list[Cell]]:
    """Every number below `least` that a reader would like to have: by county, by month, and how many were late."""
    wanted: dict[str, list[Cell]] = {}
    for year in figures.years:
        months = months_of(year.since, year.until, closed)
        for county in counties:
            wanted[f"{year.since} {county}"] = [(month, county, side) for month in months for side in (True, False)]
            for side in (True, False):
                wanted[f"{year.since} {county} {side}"] = [(month, county, side) for month in months]
    for group in figures.months:
        months = months_of(group.since, group.until, closed)
        for month in months:
            wanted[f"{month}"] = [(month, county, side) for county in counties for side in (True, False)]
        for side in (True, False):
            wanted[f"{group.since} {side}"] = [(month, county, side) for month in months for county in counties]
    return {name: cells for name, cells in wanted.items() if sum(truth.get(cell, 0) for cell in cells) < least}

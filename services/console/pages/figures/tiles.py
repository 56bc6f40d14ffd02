"""A map of equal tiles, one for each county, as near to its place as all of them together allow. Pure."""

from collections.abc import Iterable, Sequence
from math import cos, inf, radians
from typing import NamedTuple

from contracts.jurisdictions import County

COLUMNS, ROWS = 8, 13


class Tile(NamedTuple):
    """Counted from the north-west."""

    column: int
    row: int


def tiles(counties: Iterable[County]) -> dict[str, Tile]:
    """By county. No other choice of places has a smaller sum of squared distances from where the counties lie."""
    every = sorted(counties, key=lambda county: county.county)
    grid = [Tile(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    places = _places(every)
    away = [[(x - tile.column) ** 2 + (y - tile.row) ** 2 for tile in grid] for x, y in places]
    return {county.county: grid[place] for county, place in zip(every, assigned(away), strict=True)}


def _places(counties: Sequence[County]) -> list[tuple[float, float]]:
    """Where they lie, in tiles. A degree of longitude is shorter the further north it is."""
    north, south = (pick(county.centroid_lat for county in counties) for pick in (max, min))
    shrink = cos(radians((north + south) / 2))
    west, east = (pick(county.centroid_lon * shrink for county in counties) for pick in (min, max))
    return [
        (
            (county.centroid_lon * shrink - west) / (east - west) * (COLUMNS - 1),
            (north - county.centroid_lat) / (north - south) * (ROWS - 1),
        )
        for county in counties
    ]


def assigned(cost: Sequence[Sequence[float]]) -> list[int]:
    """For each row a column of its own, so that the sum is the least there is (the Hungarian method)."""
    search = _Search(cost)
    for row in range(len(cost)):
        search.add(row)
    found = {row: column for column, row in enumerate(search.holder[:-1]) if row is not None}
    return [found[row] for row in range(len(cost))]


class _Search:
    """Rows are added one by one; each takes a column, and those before it may change theirs. The last is no column."""

    def __init__(self, cost: Sequence[Sequence[float]]) -> None:
        self.cost = cost
        self.columns = len(cost[0])
        self.holder: list[int | None] = [None] * (self.columns + 1)
        self.of_row, self.of_column = [0.0] * len(cost), [0.0] * (self.columns + 1)

    def add(self, row: int) -> None:
        column = self.columns
        self.holder[column] = row
        least, came_from = [inf] * self.columns, [self.columns] * self.columns
        passed: list[int] = []
        while (present := self.holder[column]) is not None:
            passed.append(column)
            ahead = [other for other in range(self.columns) if other not in passed]
            for other in ahead:
                more = self.cost[present][other] - self.of_row[present] - self.of_column[other]
                if more < least[other]:
                    least[other], came_from[other] = more, column
            following = min(ahead, key=lambda other: least[other])
            self._move(passed, ahead, least, least[following])
            column = following
        while column != self.columns:
            self.holder[column] = self.holder[came_from[column]]
            column = came_from[column]

    def _move(self, passed: Sequence[int], ahead: Sequence[int], least: list[float], step: float) -> None:
        for column in passed:
            self.of_column[column] -= step
            row = self.holder[column]
            if row is not None:
                self.of_row[row] += step
        for column in ahead:
            least[column] -= step

"""Where everything of the figures' pictures goes, for a width. Pure: figures come in, shapes with places come out.

The tables below the pictures tell the same.
"""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import NamedTuple

from services.console.pages.figures.answers import County, Months, Spread, Stage
from services.console.pages.figures.tiles import COLUMNS, ROWS, Tile
from services.console.timeline.drawing import text_width

WIDE, NARROW = 1120, 346
WIDE_FROM = 700
NAMES = 176.0
EDGE = 14.0
TOP = 26.0
ROW = 56.0
NAME = 20.0
AXIS = 26.0
BAND = 34.0
STAGE = 56.0
LEAST_BAND = 3.0
HOUR, DAY = 60, 24 * 60
# Of a picture of months, the share of its width that the time up to the limit has, and what then fits.
IN_TIME, UNTIL = 0.8, 3 * DAY
# Stages differ much in length: near nothing a minute has more room.
FINE = 15
STAGE_TICKS = (0, 15, HOUR, 4 * HOUR, 12 * HOUR, DAY, UNTIL)
FEW_TICKS = (0, HOUR, 4 * HOUR, DAY)
LEAST_GAP = 8.0
TILE_GAP = 3.0
TILE_TEXT = 11.0


class Text(NamedTuple):
    """Written from `x` to the right, or with `middle` around it."""

    x: float
    y: float
    text: str
    middle: bool = False


class DrawnBand(NamedTuple):
    """Its height is how many an hour came in it; `number` where it fits."""

    x: float
    y: float
    width: float
    height: float
    late: bool
    number: Text | None


class DrawnMonths(NamedTuple):
    """`half` is by when half of them stood, where that is told."""

    name: Text
    base: float
    bands: Sequence[DrawnBand]
    half: float | None


class Tick(NamedTuple):
    """A line of the axis; the limit's is another."""

    x: float
    label: Text
    limit: bool


class MonthsPicture(NamedTuple):
    """A row for each month."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    rows: Sequence[DrawnMonths]
    ticks: Sequence[Tick]


class DrawnStage(NamedTuple):
    """From nothing to `quarter`, on to `half`, on to `most`: by when so many were through; None: later than is told."""

    name: Text
    y: float
    left: float
    quarter: float | None
    half: float | None
    most: float | None


class StagesPicture(NamedTuple):
    """A row for each stage, below one another in the order in which they come."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    rows: Sequence[DrawnStage]
    ticks: Sequence[Tick]


class DrawnTile(NamedTuple):
    """A county's tile: its short name, and its number where it is told."""

    county: str
    x: float
    y: float
    side: str
    name: Text
    number: Text | None
    mark: tuple[float, float]


class MapPicture(NamedTuple):
    """All counties."""

    width: float
    height: float
    size: float
    tiles: Sequence[DrawnTile]


def months_picture(months: Sequence[Months], names: Sequence[str], limit: int, width: int) -> MonthsPicture:
    """`limit` in minutes: what comes after it is drawn closer together, up to three days and what never came."""
    wide = width >= WIDE_FROM
    left, right = (NAMES if wide else EDGE), width - EDGE
    row = ROW if wide else ROW + NAME

    def x(minutes: int | None) -> float:
        if minutes is None:
            return right
        whole = (right - left) * IN_TIME
        if minutes <= limit:
            return round(left + whole * minutes / limit, 1)
        beyond = (right - left) * (1 - IN_TIME) * (min(minutes, UNTIL) - limit) / (UNTIL + DAY - limit)
        return round(left + whole + beyond, 1)

    dense = max(
        (_density(band.cases, x(band.since), x(band.until)) for m in months for band in m.spread.bands), default=1
    )
    rows = []
    for place, (month, name) in enumerate(zip(months, names, strict=True)):
        base = TOP + (place + 1) * row
        bands = []
        for band in month.spread.bands:
            since, until = x(band.since), x(band.until)
            height = round(max(_density(band.cases, since, until) / dense * BAND, LEAST_BAND), 1)
            fits = text_width(str(band.cases)) + 4 <= until - since
            number = Text((since + until) / 2, base - height - 4, str(band.cases), middle=True) if fits else None
            late = band.since >= limit
            bands.append(DrawnBand(since, base - height, round(until - since - 1, 1), height, late, number))
        half = month.spread.half
        at = Text(0.0, base - 8, name) if wide else Text(left, base - BAND - NAME, name)
        rows.append(DrawnMonths(at, base, bands, None if half is None else x(half)))
    bottom = TOP + len(months) * row + 4
    ticks = [(hour * HOUR, f"{hour} h") for hour in range(0, limit // HOUR, 4 if wide else 8)]
    ticks += [(limit, f"{limit // HOUR} h"), *([(UNTIL, f"{UNTIL // HOUR} h")] if wide else [])]
    drawn = [Tick(x(at), Text(x(at), bottom + 17, text, middle=True), at == limit) for at, text in ticks]
    return MonthsPicture(width, bottom + AXIS, left, right, bottom, rows, drawn)


def _density(cases: int, since: float, until: float) -> float:
    return cases / max(until - since, 1.0)


def stages_picture(stages: Sequence[Stage], names: Sequence[str], limit: int, width: int) -> StagesPicture:
    """How long each stage took, on one axis that is wide where it is short."""
    left, right = EDGE, width - EDGE
    whole = log1p((UNTIL + DAY) / FINE)

    def x(minutes: int | None) -> float | None:
        return None if minutes is None else round(left + (right - left) * log1p(minutes / FINE) / whole, 1)

    rows = []
    for place, (stage, name) in enumerate(zip(stages, names, strict=True)):
        y = TOP + place * STAGE + NAME
        at = Text(left, y - 6, name)
        spread: Spread = stage.spread
        rows.append(DrawnStage(at, y, left, x(spread.quarter), x(spread.half), x(spread.three_quarters)))
    bottom = TOP + len(stages) * STAGE
    ticks: list[Tick] = []
    for minutes in STAGE_TICKS if width >= WIDE_FROM else FEW_TICKS:
        place_ = x(minutes) or left
        text = f"{minutes} min" if 0 < minutes < HOUR else f"{minutes // HOUR} h"
        near = ticks and place_ - ticks[-1].x < text_width(text) + LEAST_GAP
        if not near and place_ + text_width(text) / 2 <= width:
            ticks.append(Tick(place_, Text(place_, bottom + 17, text, middle=True), minutes == limit))
    return StagesPicture(width, bottom + AXIS, left, right, bottom, rows, ticks)


def map_picture(places: Mapping[str, Tile], told: Mapping[str, County], width: int) -> MapPicture:
    """A county that is not told of has its tile, and no number."""
    size = round(min(width / COLUMNS, 62.0) - TILE_GAP, 1)
    step = size + TILE_GAP
    drawn = []
    for county, tile in sorted(places.items()):
        x, y = round(tile.column * step + 1, 1), round(tile.row * step + 1, 1)
        found = told.get(county)
        middle = x + size / 2
        number = Text(middle, y + size / 2 + 16, str(found.teams), middle=True) if found else None
        name = Text(middle, y + size / 2 + 2, short(county), middle=True)
        side = found.side if found else "left_out"
        drawn.append(DrawnTile(county, x, y, side, name, number, (x + size - 7, y + 7)))
    return MapPicture(round(COLUMNS * step, 1), round(ROWS * step, 1), size, drawn)


def short(county: str) -> str:
    """Four letters; of two words the first letter and three of the second."""
    words = county.split()
    return county[:4] if len(words) == 1 else words[0][0] + words[1][:3]

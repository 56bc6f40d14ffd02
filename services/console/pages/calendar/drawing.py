"""A day of the calendar as a picture: a lane for each nurse and room, as wide as time passes. The list tells the same.

Pure. On the day the clocks go forward there is no place for the hour that does not exist, on the day they go back there
are two for the one that comes twice; each is marked where it is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import LOCAL
from services.console.pages.calendar.days import HOUR, Day
from services.console.pages.calendar.view import ShownDay

WIDTH = 1120
NAMES, EDGE = 190.0, 14.0
TOP, LANE, BAR, AXIS = 30.0, 36.0, 22.0, 10.0
LEAST = 2.0


class Tick(NamedTuple):
    """An hour as the clocks show it; `again` for the second time that it is shown."""

    x: float
    label: str
    again: bool


class Bar(NamedTuple):
    """What a lane holds."""

    kind: str
    x: float
    y: float
    width: float


class Lane(NamedTuple):
    """A nurse or a room by name."""

    name: str
    y: float
    bars: Sequence[Bar]


class Picture(NamedTuple):
    """`change` is where the clocks change; `doubled` ends what comes twice, and is None where something is missing.

    `now` is where the present is, on its own day.
    """

    width: float
    height: float
    left: float
    right: float
    bottom: float
    lanes: Sequence[Lane]
    ticks: Sequence[Tick]
    change: float | None
    doubled: float | None
    now: float | None


def picture(shown: ShownDay, names: Mapping[UUID, str], now: datetime) -> Picture:
    """`names` of nurses and rooms as the page says them."""
    day, right = shown.day, WIDTH - EDGE

    def x(moment: datetime) -> float:
        return round(NAMES + (right - NAMES) * ((moment - day.since) / (day.until - day.since)), 1)

    lanes = []
    for place, each in enumerate(shown.rows):
        y = TOP + place * LANE
        bars = [
            Bar(entry.kind, x(entry.period.since), y, max(x(entry.period.until) - x(entry.period.since), LEAST))
            for entry in each.entries
        ]
        lanes.append(Lane(names[each.row.resource], y, bars))
    bottom = TOP + len(shown.rows) * LANE
    change = day.change
    return Picture(
        width=WIDTH,
        height=bottom + AXIS,
        left=NAMES,
        right=right,
        bottom=bottom,
        lanes=lanes,
        ticks=_ticks(day, x),
        change=x(change.at) if change else None,
        doubled=x(change.at + HOUR) if change and not change.forward else None,
        now=x(now) if day.since <= now < day.until else None,
    )


def _ticks(day: Day, x: Callable[[datetime], float]) -> list[Tick]:
    """Every hour that passes."""
    found: list[Tick] = []
    for passed in range(day.hours):
        moment = day.since + passed * HOUR
        label = f"{moment.astimezone(LOCAL):%H}"
        found.append(Tick(x(moment), label, bool(found) and found[-1].label == label))
    return found

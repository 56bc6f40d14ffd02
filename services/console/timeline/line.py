"""The moments of a case in one line, to go to: each event is one step, however much time lies between, and below it the
same in true time. Pure: the moments come in, shapes with places come out.

In equal steps alone a night looks as long as a year; in true time alone the first day, with most of the events, is one
blot. So both are drawn, one below the other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.console.frame.times import Times
from services.console.timeline.drawing import EDGE, Axis, Tick, ticks_of
from services.kernel.past.log import By

STEPS_AT, TRUE_AT, HEIGHT = 24.0, 70.0, 98.0
"""Where the two lines lie."""
LARGEST, SMALLEST = 5.0, 1.5
SHORTEST = timedelta(hours=1)
MISSED = frozenset({"clock.missed", "clock.found_missed"})
SETS_DUE = frozenset({"clock.started", "clock.extended", "clock.recomputed"})
CLOCK = "clock."


class Told(msgspec.Struct, frozen=True):
    """An event of the case by its number in the auditor's story.

    Not its sentence: that says who did what, of the advocate's seat, too. `clock`, `rule` and `due_at` are those of a
    clock's event.
    """

    number: int
    recorded_at: datetime
    happened_at: datetime
    name: str = ""
    clock: UUID | None = None
    rule: str = ""
    due_at: datetime | None = None

    def at(self, by: By) -> datetime:
        """When it was known, or true."""
        return self.recorded_at if by == "recorded" else self.happened_at


class Stop(NamedTuple):
    """Events of one moment: numbers `first` to `last` in their order. `missed` are the rules of clocks missed then."""

    at: datetime
    first: int
    last: int
    missed: Sequence[str]
    of_clocks: bool


class DrawnStop(NamedTuple):
    """`x` in equal steps, from `left` with `width` to be touched; `true_x` in true time."""

    stop: Stop
    x: float
    true_x: float
    left: float
    width: float
    later: bool


class DrawnDue(NamedTuple):
    """When a clock is due: between the steps before and after it."""

    rule: str
    at: datetime
    x: float
    true_x: float


class Line(NamedTuple):
    """All of it, in units that are pixels at its own width."""

    width: float
    radius: float
    stops: Sequence[DrawnStop]
    dues: Sequence[DrawnDue]
    ticks: Sequence[Tick]
    here: float
    true_here: float


def stops_of(events: Iterable[Told], by: By) -> Sequence[Stop]:
    """In order of recording, or of what happened."""
    ordered = sorted(events, key=lambda event: (event.at(by), event.number))
    found: list[Stop] = []
    for at, same in groupby(ordered, key=lambda event: event.at(by)):
        told = list(same)
        first = found[-1].last + 1 if found else 1
        missed = list(dict.fromkeys(event.rule for event in told if event.name in MISSED))
        of_clocks = all(event.name.startswith(CLOCK) for event in told)
        found.append(Stop(at, first, first + len(told) - 1, missed, of_clocks))
    return found


def dues_of(events: Iterable[Told]) -> Sequence[tuple[str, datetime]]:
    """Rule and moment of each clock, as it was last set."""
    last: dict[UUID, tuple[str, datetime]] = {}
    for event in sorted(events, key=lambda event: event.number):
        if event.name in SETS_DUE and event.clock is not None and event.due_at is not None:
            last[event.clock] = event.rule or last.get(event.clock, ("",))[0], event.due_at
    return sorted(set(last.values()), key=lambda due: (due[1], due[0]))


def draw_line(events: Sequence[Told], by: By, times: Times, width: int) -> Line:
    """Of one event at least. `times` are of the moment that is looked at."""
    times = times.as_shown
    stops, dues = stops_of(events, by), dues_of(events)
    left, right = EDGE, width - EDGE
    step = (right - left) / len(stops)
    since = stops[0].at
    until = max(times.now, stops[-1].at, since + SHORTEST)
    axis = Axis(since, until, left, right)
    drawn = [
        DrawnStop(
            stop,
            x=round(left + (place + 0.5) * step, 1),
            true_x=axis.x(stop.at),
            left=round(left + place * step, 1),
            width=round(step, 1),
            later=stop.at > times.now,
        )
        for place, stop in enumerate(stops)
    ]
    return Line(
        width=width,
        radius=round(min(max(step * 0.35, SMALLEST), LARGEST), 1),
        stops=drawn,
        # What is due after all that happened would leave no room for it in true time.
        dues=[DrawnDue(rule, at, _between(at, drawn, right), axis.x(at)) for rule, at in dues if since <= at <= until],
        ticks=ticks_of(axis, TRUE_AT + 20.0, times),
        here=_here(times.now, drawn, left),
        true_here=axis.x(times.now),
    )


def _here(now: datetime, drawn: Sequence[DrawnStop], left: float) -> float:
    """On the last step that has come."""
    return next((each.x for each in reversed(drawn) if each.stop.at <= now), left)


def _between(at: datetime, drawn: Sequence[DrawnStop], right: float) -> float:
    for each in drawn:
        if each.stop.at == at:
            return each.x
        if each.stop.at > at:
            return each.left
    return right

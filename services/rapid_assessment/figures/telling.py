"""What the figures tell of cases whose months are closed. Pure: cases come in, numbers of eleven and more go out.

Nothing told is ever changed: with more months there are more figures, and those that were there stay.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec

from services.rapid_assessment.figures.cells import (
    LEAST,
    Parted,
    Side,
    Split,
    late_in,
    left_out,
    merged,
    sides,
    split,
)
from services.rapid_assessment.figures.spread import DAY, EDGES, Spread, place, spread

DECEMBER = 12
IN_TIME = EDGES.index(DAY)
"""The place from which a team's forming is late, and seeing the child."""
CONTACT = "contact"
"""The stage until the child was seen."""

Seen = Literal["in_time", "noticed", "missed", "otherwise"]
"""Whether the child was seen in time, or else it was lawfully noticed. Otherwise the duty fell away, or still runs."""
SEEN: tuple[Seen, ...] = ("in_time", "noticed", "missed", "otherwise")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case that a team was owed in, as it stood when its month was closed. `took` by stage; None: it never came."""

    month: date
    county: str
    in_time: bool
    seen: Seen
    formed: timedelta | None
    took: dict[str, timedelta | None]


class Months(msgspec.Struct, frozen=True, kw_only=True):
    """One month, or several that have eleven cases only together: of `teams` asked for, when they stood."""

    since: date
    until: date
    teams: int
    stood: Split
    spread: Spread


class CountyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A county with enough cases, and whether fewer than eleven of its teams were late."""

    county: str
    teams: int
    side: Side


class StageFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How long one stage took."""

    stage: str
    spread: Spread


class SeenFigures(msgspec.Struct, frozen=True, kw_only=True):
    """In so many cases the child was seen in time, or was not, in one of these ways: what is small is told together."""

    ways: tuple[Seen, ...]
    teams: int


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """What ended in one calendar year, by county and by stage. All counties not named have `elsewhere` together."""

    since: date
    until: date
    teams: int
    counties: list[CountyFigures]
    elsewhere: int
    contact: list[SeenFigures]
    stages: list[StageFigures]


class Figures(NamedTuple):
    """Of all months told as yet, and of all years."""

    months: list[Months]
    years: list[Year]


class _Group(NamedTuple):
    since: date
    until: date
    cases: list[Case]


def figures(
    cases: Iterable[Case], closed: Sequence[date], counties: Sequence[str], stages: Sequence[str], least: int = LEAST
) -> Figures:
    """Of the cases of the `closed` months, which are in order and without a gap."""
    groups = _groups(cases, closed, least)
    over = sorted({group.until.year for group in groups if group.until.replace(month=DECEMBER) in closed})
    years = [[group for group in groups if group.until.year == year] for year in over]
    return Figures(
        [_months(group, least) for group in groups], [_year(each, counties, stages, least) for each in years]
    )


def _groups(cases: Iterable[Case], closed: Sequence[date], least: int) -> list[_Group]:
    """Months put together, each with those before it, until they have enough cases."""
    by_month: dict[date, list[Case]] = {}
    for case in cases:
        by_month.setdefault(case.month, []).append(case)
    groups: list[_Group] = []
    since, gathered = None, list[Case]()
    for month in closed:
        since = since or month
        gathered = gathered + by_month.get(month, [])
        if len(gathered) >= least:
            groups.append(_Group(since, month, gathered))
            since, gathered = None, []
    return groups


def _parted(cases: Sequence[Case]) -> Parted:
    in_time = sum(case.in_time for case in cases)
    return Parted(in_time, len(cases) - in_time)


def _months(group: _Group, least: int) -> Months:
    stood = split(_parted(group.cases), least)
    places = [
        place(case.formed, up_to=IN_TIME) if case.in_time else place(case.formed, from_=IN_TIME) for case in group.cases
    ]
    apart = IN_TIME if stood.told == "both" else None
    return Months(
        since=group.since,
        until=group.until,
        teams=len(group.cases),
        stood=stood,
        spread=spread(places, apart=apart, least=least),
    )


def _year(groups: Sequence[_Group], counties: Sequence[str], stages: Sequence[str], least: int) -> Year:
    cases = [case for group in groups for case in group.cases]
    sizes = dict.fromkeys(counties, 0) | Counter(case.county for case in cases)
    out = left_out(sizes, least)
    by_county = {name: [case for case in cases if case.county == name] for name in sizes if name not in out}
    elsewhere = len(cases) - sum(map(len, by_county.values()))
    told = sides(
        {name: _parted(found) for name, found in by_county.items()},
        elsewhere,
        [late_in(_parted(group.cases), least) for group in groups],
        least,
    )
    contact = _contact(cases, least)
    return Year(
        since=groups[0].since,
        until=groups[-1].until,
        teams=len(cases),
        counties=[CountyFigures(county=name, teams=len(found), side=told[name]) for name, found in by_county.items()],
        elsewhere=elsewhere,
        contact=contact,
        stages=[StageFigures(stage=stage, spread=_took(cases, stage, contact, least)) for stage in stages],
    )


def _contact(cases: Sequence[Case], least: int) -> list[SeenFigures]:
    sizes = [sum(case.seen == each for case in cases) for each in SEEN]
    parts = merged(sizes, least)
    return [SeenFigures(ways=SEEN[began:ended], teams=sum(sizes[began:ended])) for began, ended in parts]


def _took(cases: Sequence[Case], stage: str, contact: Sequence[SeenFigures], least: int) -> Spread:
    """Of the contact, who was seen in time is on one side of the limit: else bands beside those numbers told more."""
    if stage != CONTACT:
        return spread([place(case.took[stage]) for case in cases], least=least)
    places = [
        place(case.took[stage], up_to=IN_TIME) if case.seen == "in_time" else place(case.took[stage], from_=IN_TIME)
        for case in cases
    ]
    alone = contact[0].ways == ("in_time",)
    return spread(places, apart=IN_TIME if alone else None, least=least)

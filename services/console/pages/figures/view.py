"""What the pages of figures show: sentences, tables and pictures, made of what the service tells."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.jurisdictions import Jurisdiction
from services.console.frame.times import Times
from services.console.pages.figures.answers import Band, Figures, Months, Seen, Spread, Year
from services.console.pages.figures.drawing import (
    NARROW,
    WIDE,
    MapPicture,
    MonthsPicture,
    StagesPicture,
    map_picture,
    months_picture,
    stages_picture,
)
from services.console.pages.figures.tiles import tiles

MONTHS_SHOWN = 12
DECEMBER = 12


class MonthsRow(NamedTuple):
    """One month, or several together: `stood` and the others are said in words."""

    name: str
    since: str
    until: str
    teams: int
    stood: str
    quarter: str
    half: str
    three_quarters: str
    bands: Sequence[str]


class MonthsShown(NamedTuple):
    """The latest first; `sentence` is of the latest."""

    sentence: str
    rows: Sequence[MonthsRow]
    wide: MonthsPicture
    narrow: MonthsPicture


class CountyRow(NamedTuple):
    """A county that is told of."""

    county: str
    teams: int
    side: str
    says: str


class CountiesShown(NamedTuple):
    """Those with most first, and how many are not told of."""

    name: str
    since: str
    until: str
    sentence: str
    rows: Sequence[CountyRow]
    left_out: int
    elsewhere: int
    wide: MapPicture
    narrow: MapPicture


class StageRow(NamedTuple):
    """A stage: by when a quarter, half and three quarters were through."""

    name: str
    quarter: str
    half: str
    three_quarters: str
    bands: Sequence[str]


class SeenRow(NamedTuple):
    """Of so many cases, whether the child was seen in time."""

    name: str
    teams: int


class StagesShown(NamedTuple):
    """In the order in which they come. `seen` is empty where nothing of it is told."""

    name: str
    since: str
    until: str
    sentence: str
    rows: Sequence[StageRow]
    seen: Sequence[SeenRow]
    wide: StagesPicture
    narrow: StagesPicture


def months_shown(figures: Figures, times: Times) -> MonthsShown | None:
    """None while no month is told."""
    if not figures.months:
        return None
    latest = figures.months[: -MONTHS_SHOWN - 1 : -1]
    names = [months_name(each.since, each.until, times) for each in latest]
    limit = int(figures.limit_hours * 60)
    pictures = [months_picture(latest, names, limit, width) for width in (WIDE, NARROW)]
    return MonthsShown(
        _sentence(latest[0], names[0], figures, times),
        [_months_row(each, name, figures, times) for each, name in zip(latest, names, strict=True)],
        *pictures,
    )


def counties_shown(figures: Figures, jurisdiction: Jurisdiction, times: Times) -> CountiesShown | None:
    """Of the latest year that is over; None while none is."""
    if not figures.years:
        return None
    year = figures.years[-1]
    name, told = months_name(year.since, year.until, times), {county.county: county for county in year.counties}
    places = tiles(jurisdiction.counties.values())
    say, count = times.words.say, times.words.count
    few = sum(county.side == "few_late" for county in year.counties)
    many = sum(county.side == "many_late" for county in year.counties)
    values = {"months": name, "teams": year.teams, "least": figures.least}
    if not told:
        sentence = say("figures.counties.none", **values)
    elif few or many:
        parts = [count("figures.counties.many", many, **values)] if many else []
        parts += [count("figures.counties.few", few, **values)] if few else []
        sentence = say("figures.counties.sentence", **values, parts=times.words.listed(parts))
    else:
        sentence = count("figures.counties.not_said", len(told), **values)
    rows = [
        CountyRow(county.county, county.teams, county.side, say(f"figures.side.{county.side}", least=figures.least))
        for county in sorted(year.counties, key=lambda county: (-county.teams, county.county))
    ]
    pictures = [map_picture(places, told, width) for width in (WIDE, NARROW)]
    return CountiesShown(name, *_range(year), sentence, rows, len(places) - len(told), year.elsewhere, *pictures)


def stages_shown(figures: Figures, times: Times) -> StagesShown | None:
    """Of the latest year that is over; None while none is."""
    if not figures.years:
        return None
    year = figures.years[-1]
    name = months_name(year.since, year.until, times)
    names = [times.words.say(f"figures.stage.{stage.stage}") for stage in year.stages]
    limit = int(figures.limit_hours * 60)
    pictures = [stages_picture(year.stages, names, limit, width) for width in (WIDE, NARROW)]
    halves = [(each.spread.half, title) for each, title in zip(year.stages, names, strict=True) if each.spread.half]
    values = {"months": name, "teams": year.teams}
    if halves:
        longest, title = max(halves)
        sentence = times.words.say("figures.stages.sentence", **values, stage=title, length=_length(longest, times))
    else:
        sentence = times.words.say("figures.stages.untold", **values)
    rows = [
        StageRow(title, *_quarters(each.spread, times), _bands(each.spread.bands, times))
        for each, title in zip(year.stages, names, strict=True)
    ]
    return StagesShown(name, *_range(year), sentence, rows, _seen(year, times), *pictures)


def _seen(year: Year, times: Times) -> list[SeenRow]:
    """What is small is told together; all of it together says nothing."""
    if len(year.contact) < 2:
        return []
    return [SeenRow(_ways(each, times), each.teams) for each in year.contact]


def _ways(seen: Seen, times: Times) -> str:
    said = [times.words.say(f"figures.seen.{way}") for way in seen.ways]
    return said[0] if len(said) == 1 else times.words.say("figures.seen.together", ways=" + ".join(said))


def months_name(since: date, until: date, times: Times) -> str:
    """`October`, `November to December`, `2025`; with the year where it is another than this."""
    if (since.month, until.month, since.year) == (1, DECEMBER, until.year):
        return str(since.year)
    said = [_month(each, times) for each in dict.fromkeys((since, until))]
    return said[0] if len(said) == 1 else times.words.say("figures.from_to", since=said[0], until=said[1])


def _month(month: date, times: Times) -> str:
    name = times.words.say(f"figures.month.{month.month}")
    return name if month.year == times.now.year else f"{name} {month.year}"


def _sentence(months: Months, name: str, figures: Figures, times: Times) -> str:
    key = f"figures.stood.{months.stood.told}"
    hours = f"{figures.limit_hours:g}"
    values = {"months": name, "in_time": months.stood.in_time, "least": figures.least, "hours": hours}
    said = times.words.count(key, months.teams, **values)
    half = months.spread.half
    if half is None:
        return f"{said}."
    return f"{said}; {times.words.say('figures.half', length=_length(half, times))}."


def _months_row(months: Months, name: str, figures: Figures, times: Times) -> MonthsRow:
    stood, least = months.stood, figures.least
    return MonthsRow(
        name,
        f"{months.since:%Y-%m}",
        f"{months.until:%Y-%m}",
        months.teams,
        times.words.say(f"figures.cell.{stood.told}", in_time=stood.in_time, late=stood.late, least=least),
        *_quarters(months.spread, times),
        _bands(months.spread.bands, times),
    )


def _quarters(spread: Spread, times: Times) -> tuple[str, str, str]:
    later = times.words.say("figures.later")
    parts = (spread.quarter, spread.half, spread.three_quarters)
    first, half, most = (later if part is None else _length(part, times) for part in parts)
    return first, half, most


def _bands(bands: Sequence[Band], times: Times) -> list[str]:
    say = times.words.say
    found = []
    for band in bands:
        since = _length(band.since, times)
        if band.until is None:
            found.append(say("figures.band.last" if band.since else "figures.band.all", since=since, cases=band.cases))
        elif band.since == 0:
            found.append(say("figures.band.first", until=_length(band.until, times), cases=band.cases))
        else:
            found.append(say("figures.band", since=since, until=_length(band.until, times), cases=band.cases))
    return found


def _length(minutes: int, times: Times) -> str:
    return times.length(timedelta(minutes=minutes))


def _range(year: Year) -> tuple[str, str]:
    return f"{year.since:%Y-%m}", f"{year.until:%Y-%m}"

"""How long until teams stood, how many stood in time by county, and where the time went? Of closed months only.

The same for everyone who may ask, and without any choice of months, counties or people: two answers that could be
taken from one another tell of single cases (docs/decisions/small-cells.md).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import MEDIA_TYPE, Exports, Listed
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import TEAM_RULE, Cases
from services.rapid_assessment.contact.noticed import RULE as NOTICE_RULE
from services.rapid_assessment.figures.cells import LEAST
from services.rapid_assessment.figures.telling import CONTACT, Case, Months, Seen, Year, figures
from services.rapid_assessment.views.case_times import CASE_TIMES, TRUE, closing, first_of, next_month

# In the order in which they come; each seat is asked for and accepted beside the others.
OPENED, ASKED = "opened", "asked"

# A case in which no team was owed after all counts for nothing.
CLOSED = f"""
    SELECT month, county, {TRUE} = 'met' AS in_time, received_at, recorded_at, formed_at, contact_at, seats,
        CASE contact_found WHEN '' THEN contact_known ELSE contact_found END AS contact, impossible_at,
        attempted AND planned AS documented, acknowledged
    FROM {{table}} WHERE closes_at <= %(now)s AND {TRUE} <> 'excused' ORDER BY month
"""  # noqa: S608, RUF100 - a constant of the other file


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The figures. A month is `open_month` or later until `closes_at`, and tells nothing before."""

    rule: str
    limit_hours: float
    least: int
    open_month: date
    closes_at: datetime
    months: list[Months]
    years: list[Year]


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One figure in a file: so many of the cases that came in these months. What is empty does not belong to it."""

    figure: Literal["months", "in_time", "late", "months_by_time", "county", "elsewhere", "contact", "stage_by_time"]
    since: date
    until: date
    of: str = ""
    from_minutes: int | None = None
    to_minutes: int | None = None
    cases: int | None = None
    says: str = ""


FIGURES = Listed("figures", FigureRow)


class FiguresController(Controller):
    """For who answers for the work: the coordinators and the auditors."""

    path = "/figures"
    tags = ["Figures"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_figures"})
    async def figures(self, views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]) -> Told:
        """Of every closed month, and of every year that is over."""
        return await told(views, cases, time, request)

    @post("/export", opt={"action": "read_figures"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, cases: Cases, time: TimeSource, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""

        async def read() -> list[FigureRow]:
            return list(rows_of(await told(views, cases, time, request)))

        return await exports.take(request, FIGURES, read)


async def told(views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]) -> Told:
    """The same for everyone."""
    now = time.now()
    rows = await views.query(CASE_TIMES.name, CLOSED, {"now": now}, at_least=at_least_in(request), current=True)
    seats = [seat.seat for seat in cases.jurisdiction.seats]
    open_month = first_open(now)
    closed = _closed(rows[0]["month"], open_month) if rows else []
    counties = [county.county for county in cases.jurisdiction.counties.values()]
    found = figures([_case(row, seats, cases) for row in rows], closed, counties, (OPENED, ASKED, *seats, CONTACT))
    rule = cases.jurisdiction.clock_rule(TEAM_RULE, on=cases.jurisdiction.day_of(now))
    return Told(
        rule=rule.rule,
        limit_hours=rule.period / timedelta(hours=1),
        least=LEAST,
        open_month=open_month,
        closes_at=closing(open_month),
        months=found.months,
        years=found.years,
    )


def rows_of(told: Told) -> Iterator[FigureRow]:
    """What the figures say, one number a row."""
    for months in told.months:
        own = partial(FigureRow, since=months.since, until=months.until)
        yield own(figure="months", cases=months.teams, says=months.stood.told)
        if months.stood.told == "both":
            yield own(figure="in_time", cases=months.stood.in_time)
            yield own(figure="late", cases=months.stood.late)
        for band in months.spread.bands:
            yield own(figure="months_by_time", from_minutes=band.since, to_minutes=band.until, cases=band.cases)
    for year in told.years:
        own = partial(FigureRow, since=year.since, until=year.until)
        for county in year.counties:
            yield own(figure="county", of=county.county, cases=county.teams, says=county.side)
        if year.elsewhere:
            yield own(figure="elsewhere", cases=year.elsewhere)
        for seen in year.contact:
            yield own(figure="contact", of=" or ".join(seen.ways), cases=seen.teams)
        for stage in year.stages:
            for band in stage.spread.bands:
                by_time = partial(own, figure="stage_by_time", of=stage.stage)
                yield by_time(from_minutes=band.since, to_minutes=band.until, cases=band.cases)


def first_open(now: datetime) -> date:
    """The earliest month that is not closed yet."""
    month = first_of(now)
    before = (month - timedelta(days=1)).replace(day=1)
    return before if now < closing(before) else month


def _closed(first: date, open_month: date) -> list[date]:
    months = []
    while first < open_month:
        months.append(first)
        first = next_month(first)
    return months


def _case(row: dict[str, Any], seats: Sequence[str], cases: Cases) -> Case:
    steps = {seat: _steps(row["seats"].get(seat, {})) for seat in seats}
    asked = min((at for at, _ in steps.values() if at is not None), default=None)
    took = {seat: _between(*steps[seat]) for seat in seats}
    took[OPENED] = _between(row["received_at"], row["recorded_at"])
    took[ASKED] = _between(row["recorded_at"], asked)
    took[CONTACT] = _between(row["received_at"], row["contact_at"])
    return Case(
        month=row["month"],
        county=row["county"],
        in_time=row["in_time"],
        seen=_seen(row, cases),
        formed=_between(row["received_at"], row["formed_at"]),
        took=took,
    )


def _seen(row: dict[str, Any], cases: Cases) -> Seen:
    """As a clock that is explained says it, by what was on record when the month was closed."""
    if row["contact"] != "missed":
        return "in_time" if row["contact"] == "met" else "otherwise"
    impossible_at = row["impossible_at"]
    duty = cases.jurisdiction.duty_rule_at(NOTICE_RULE, impossible_at) if impossible_at else None
    told = duty.told if duty is not None else ()
    return "noticed" if told and row["documented"] and set(told) <= set(row["acknowledged"]) else "missed"


def _steps(seat: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    asked, accepted = seat.get("asked_at"), seat.get("accepted_at")
    return (
        datetime.fromisoformat(asked) if asked else None,
        datetime.fromisoformat(accepted) if accepted else None,
    )


def _between(since: datetime | None, until: datetime | None) -> timedelta | None:
    return None if since is None or until is None else until - since

"""For which county and seat is somebody missing in the next 14 days: gaps, one person alone, credentials that end,
channels that nobody has seen to work?

A gap is told where no rota for the seat that holds the county has somebody on call whose credential is valid then.
Hours that people state beside a rota close no gap: they may be taken back at any time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.jurisdictions import Jurisdiction
from contracts.periods import Period, common, joined, without
from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import MEDIA_TYPE, Exports, Listed
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.rota.shifts import shifts_between
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.views.roster import Row, rows_by_account
from services.rapid_assessment.views.rotas import away_by, rotas_going_on


class Gap(msgspec.Struct, frozen=True):
    """Nobody who may is on call between these moments."""

    since: datetime
    until: datetime


class Ends(msgspec.Struct, frozen=True):
    """Whose credential ends when."""

    account: UUID
    at: datetime


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A county and a seat. `alone` is the one person there is for it, if there is but one.

    `credentials_end` and `unproven` are of those with a shift in this time.
    """

    county: str
    seat: str
    rotas: int
    gaps: list[Gap]
    alone: UUID | None
    credentials_end: list[Ends]
    unproven: list[UUID]


LISTED = Listed("rota board", BoardRow)


class RotaBoardController(Controller):
    """For who keeps the rotas."""

    path = "/rotas/board"
    tags = ["Rotas"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_rota_board"})
    async def board(
        self, views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[BoardRow]:
        """Every county with every seat, by county; what is in order is told as such."""
        return await _board(views, cases, time.now(), at_least_in(request))

    @post("/export", opt={"action": "read_rota_board"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, cases: Cases, time: TimeSource, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: _board(views, cases, time.now(), at_least_in(request)))


async def _board(views: Views, cases: Cases, now: datetime, at_least: int) -> list[BoardRow]:
    rotas = await rotas_going_on(views, at_least=at_least, current=True)
    return board(rotas, await rows_by_account(views), cases.jurisdiction, now)


class _Of(msgspec.Struct, frozen=True, kw_only=True):
    """What one rota gives in the time looked at."""

    covered: tuple[Period, ...]
    pool: frozenset[UUID]
    ends: tuple[Ends, ...]
    unproven: frozenset[UUID]


def board(rotas: Sequence[Rota], rows: Mapping[UUID, Row], tables: Jurisdiction, now: datetime) -> list[BoardRow]:
    """Of these rotas and people. Pure."""
    window = Period(now, now + timedelta(days=tables.responders.board_days))
    looked_at = {each.rota: _of(each, rows, tables, window) for each in rotas}
    return [
        _row(
            county.county,
            seat.seat,
            [looked_at[each.rota] for each in rotas if each.seat == seat.seat and each.area.covers(county)],
            window,
        )
        for county in sorted(tables.counties.values(), key=lambda each: each.county)
        for seat in tables.seats
    ]


def _row(county: str, seat: str, here: Sequence[_Of], window: Period) -> BoardRow:
    gaps = without([window], *(period for each in here for period in each.covered))
    pool = frozenset[UUID]().union(*(each.pool for each in here))
    ends = {each.account: each for one in here for each in one.ends}
    return BoardRow(
        county=county,
        seat=seat,
        rotas=len(here),
        gaps=[Gap(each.since, each.until) for each in gaps],
        alone=next(iter(pool)) if len(pool) == 1 else None,
        credentials_end=sorted(ends.values(), key=lambda each: each.at),
        unproven=sorted(frozenset[UUID]().union(*(each.unproven for each in here))),
    )


def _of(rota: Rota, rows: Mapping[UUID, Row], tables: Jurisdiction, window: Period) -> _Of:
    seat = tables.seat(rota.seat)
    shifts = shifts_between(rota, away_by(rows, [rota], window.since), window.since, window.until)
    of_people = {
        who: [Period(each.since, each.until) for each in shifts if each.account == who]
        for who in {each.account for each in shifts if each.account is not None}
    }
    certified = {who: rows[who].certified(seat) if who in rows else () for who in rota.people(window.since)}
    proven_since = window.since - tables.responders.proof_holds
    return _Of(
        covered=joined(part for who, theirs in of_people.items() for part in common(theirs, certified.get(who, ()))),
        pool=frozenset(who for who, each in certified.items() if common(each, [window]) and not rows[who].suspended),
        ends=tuple(each for who in of_people for each in _ends(who, certified.get(who, ()), window)),
        unproven=frozenset(who for who in of_people if who not in rows or not _proven(rows[who], proven_since)),
    )


def _ends(who: UUID, certified: Sequence[Period], window: Period) -> Sequence[Ends]:
    return [
        Ends(who, each.until) for each in joined(certified) if each.since <= window.since < each.until < window.until
    ]


def _proven(row: Row, since: datetime) -> bool:
    return row.proven_at is not None and row.proven_at >= since

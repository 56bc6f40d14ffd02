"""Who is on call now for each seat? Those by a rota first, then those longest available by their own hours.

A seat with nobody is a gap, and so is a rota by which nobody who may is on call.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter

from contracts.jurisdictions import Area, County, Seat, counties_in
from contracts.language import InvalidValue
from services.kernel.http.commands import at_least_in
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.rota.shifts import on_call_until
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.views.roster import Row, rows_by_account
from services.rapid_assessment.views.rotas import LOOKS_AHEAD, away_by, rotas_going_on


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on call now, by a rota or (`rota` is None) by hours of their own, with a credential for the seat.

    `until`: when shift, hours or credential end, whichever is first. `area` is the rota's.
    """

    account: UUID
    agency: str
    until: datetime
    rota: UUID | None
    area: Area | None


class SeatOnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a coordinator can ask for a seat at this moment. `holes` are rotas by which nobody who may is on call."""

    seat: str
    people: list[OnCall]
    holes: int


class OnCallController(Controller):
    """The same for everybody who may know it; the names are asked of the identity service."""

    path = "/on-call"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_on_call"})
    async def now(
        self,
        views: Views,
        cases: Cases,
        time: TimeSource,
        request: Request[Any, Any, Any],
        county: Annotated[str | None, Parameter(max_length=60)] = None,
    ) -> list[SeatOnCall]:
        """Each seat in the rule's order, for the whole state or for one county; those by a rota first.

        `Muster-At-Least` makes it as fresh as a position.
        """
        at_least = at_least_in(request)
        where = cases.jurisdiction.counties.get(county) if county is not None else None
        if county is not None and where is None:
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
        rows = await rows_by_account(views, at_least=at_least)
        rotas = await rotas_going_on(views, at_least=at_least)
        # For a county the smallest area that holds it tells most; for the whole state the widest.
        rotas.sort(key=lambda each: (len(counties_in(each.area, cases.jurisdiction)), each.rota), reverse=where is None)
        now = time.now()
        return [_seat(seat, rotas, rows, where, now) for seat in cases.jurisdiction.seats]


def _seat(
    seat: Seat, rotas: Sequence[Rota], rows: Mapping[UUID, Row], county: County | None, now: datetime
) -> SeatOnCall:
    ours = [each for each in rotas if each.seat == seat.seat and (county is None or each.area.covers(county))]
    by_rota = [each for each in (_by_rota(rota, seat, rows, now) for rota in ours) if each is not None]
    # Whoever is on two rotas, or has stated hours besides, is told once, at their first place.
    people: dict[UUID, OnCall] = {}
    for each in (*by_rota, *_by_hours(seat, rows, now)):
        people.setdefault(each.account, each)
    return SeatOnCall(seat=seat.seat, people=list(people.values()), holes=len(ours) - len(by_rota))


def _by_rota(rota: Rota, seat: Seat, rows: Mapping[UUID, Row], now: datetime) -> OnCall | None:
    """None for a hole, and for somebody whose credential is not valid now."""
    farthest = now + LOOKS_AHEAD
    who, until = on_call_until(rota, away_by(rows, [rota], now), now, farthest)
    row = rows.get(who) if who is not None else None
    certified = _certified_until(row, seat, now)
    if row is None or certified is None:
        return None
    # Who is alone on a rota is on call without an end that could be told, but for their credential's.
    ends = certified if until == farthest else min(certified, until)
    return OnCall(account=row.responder, agency=row.agency, until=ends, rota=rota.rota, area=rota.area)


def _by_hours(seat: Seat, rows: Mapping[UUID, Row], now: datetime) -> list[OnCall]:
    """Those longest available first."""
    found = []
    for row in rows.values():
        hours, ends = row.hours(now), _certified_until(row, seat, now)
        if hours is not None and ends is not None:
            until = min(ends, hours.until)
            found.append(OnCall(account=row.responder, agency=row.agency, until=until, rota=None, area=None))
    return sorted(found, key=lambda each: (each.until, each.account), reverse=True)


def _certified_until(row: Row | None, seat: Seat, now: datetime) -> datetime | None:
    """None for somebody who is not certified for the seat now."""
    if row is None:
        return None
    return max((each.until for each in row.certified(seat) if each.since <= now < each.until), default=None)

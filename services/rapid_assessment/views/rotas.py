"""Which rotas are there, who is on call by each now, and who is next? By seat and area.

The view keeps each rota's own events; what stands is folded from them as the aggregate folds it, so that a list and a
rota's page cannot differ.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import MEDIA_TYPE, Exports, Listed
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.rota.events import (
    ROTA_EVENTS,
    RotaEnded,
    RotaNotTold,
    RotaOpened,
    RotaTold,
)
from services.rapid_assessment.rota.shifts import Away, on_call_at, on_call_until
from services.rapid_assessment.rota.state import Rota, evolve
from services.rapid_assessment.rotas import gone
from services.rapid_assessment.views.roster import Row, rows_by_account

COLUMNS = """
    rota uuid PRIMARY KEY, told jsonb NOT NULL, ended boolean NOT NULL DEFAULT false
"""
_OPEN = "INSERT INTO {table} (rota, told) VALUES (%s, jsonb_build_array(%s::jsonb))"
_MORE = "UPDATE {table} SET told = told || jsonb_build_array(%s::jsonb), ended = ended OR %s WHERE rota = %s"
_BY_NAME: Mapping[str, type[Event]] = {each.NAME: each for each in ROTA_EVENTS}

LOOKS_AHEAD = timedelta(days=28)


class Told(msgspec.Struct, frozen=True):
    """An event as the view keeps it."""

    name: str
    data: msgspec.Raw


def project(happening: Happening) -> Sequence[Effect]:
    """Each event of a rota, in order."""
    event = happening.event
    if not isinstance(event, ROTA_EVENTS) or isinstance(event, RotaTold | RotaNotTold):
        return ()
    told = msgspec.json.encode({"name": event.NAME, "data": event}).decode()
    if isinstance(event, RotaOpened):
        return [Effect(_OPEN, (happening.stream, told))]
    return [Effect(_MORE, (told, isinstance(event, RotaEnded), happening.stream))]


ROTAS = View("rotas", COLUMNS, project)


async def rotas_going_on(views: Views, *, at_least: int = 0, current: bool = False) -> list[Rota]:
    """All that have not ended."""
    rows = await views.query(
        ROTAS.name, "SELECT told FROM {table} WHERE NOT ended ORDER BY rota", {}, at_least=at_least, current=current
    )
    return [_folded(row["told"]) for row in rows]


def _folded(told: Sequence[Mapping[str, Any]]) -> Rota:
    rota = Rota()
    for each in told:
        rota = evolve(rota, msgspec.convert(each["data"], _BY_NAME[each["name"]], strict=False))
    return rota


class RotaRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rota, who is on call by it, and who is next; None for nobody. Without `until` that goes on for four weeks."""

    rota: UUID
    seat: str
    counties: list[str]
    circuits: list[int]
    statewide: bool
    on_call: UUID | None
    until: datetime | None
    next: UUID | None


LISTED = Listed("rotas", RotaRow, ("rota",))


class RotasController(Controller):
    """For who keeps them."""

    path = "/rotas"
    tags = ["Rotas"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_rotas"})
    async def rotas(
        self, views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[RotaRow]:
        """Those that go on. `Muster-At-Least` makes it as fresh as a position."""
        return await _listed(views, cases, time.now(), at_least_in(request))

    @post("/export", opt={"action": "list_rotas"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, cases: Cases, time: TimeSource, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: _listed(views, cases, time.now(), at_least_in(request)))


async def _listed(views: Views, cases: Cases, now: datetime, at_least: int) -> list[RotaRow]:
    rotas = await rotas_going_on(views, at_least=at_least, current=True)
    away = away_by(await rows_by_account(views), rotas, now)
    seats = [each.seat for each in cases.jurisdiction.seats]
    rotas.sort(key=lambda each: (seats.index(each.seat), not each.area.statewide, each.area.counties, each.rota))
    return [_row(each, away, now) for each in rotas]


def _row(rota: Rota, away: Away, now: datetime) -> RotaRow:
    farthest = now + LOOKS_AHEAD
    who, until = on_call_until(rota, away, now, farthest)
    after = on_call_at(rota, away, until) if until < farthest else None
    return RotaRow(
        rota=rota.rota,
        seat=rota.seat,
        counties=list(rota.area.counties),
        circuits=list(rota.area.circuits),
        statewide=rota.area.statewide,
        on_call=who,
        until=until if until < farthest else None,
        next=after,
    )


def away_by(rows: Mapping[UUID, Row], rotas: Sequence[Rota], now: datetime) -> Away:
    """When each who is on one of them is away; who is not on the list of responders is, for good."""
    asked = {who for rota in rotas for who in rota.people(now)}
    return {who: rows[who].away(now) if who in rows else gone(now) for who in asked}

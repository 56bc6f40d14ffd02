"""When am I on call, by which rota, and why? The next four weeks."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import MEDIA_TYPE, Exports, Listed
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.rota.shifts import shifts_between
from services.rapid_assessment.rotas import record_of_rota
from services.rapid_assessment.views.roster import rows_by_account
from services.rapid_assessment.views.rotas import away_by, rotas_going_on

SHOWN = timedelta(days=28)


class MyShift(msgspec.Struct, frozen=True, kw_only=True):
    """`why`: my turn, a swap, somebody's leave, or put there. Without a `number` there is no turn beneath it."""

    rota: UUID
    seat: str
    since: datetime
    until: datetime
    why: str
    rotation: UUID | None
    number: int | None


class MyShifts(msgspec.Struct, frozen=True, kw_only=True):
    """Of the four weeks from `at`. `rotas` are all I am on, whether a shift of mine comes up or not."""

    at: datetime
    shifts: list[MyShift]
    rotas: list[UUID]


LISTED = Listed("my shifts", MyShift, ("rota",))


class MyShiftsController(Controller):
    """One's own alone."""

    path = "/mine/shifts"
    tags = ["Rotas"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_own_shifts"})
    async def shifts(self, views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]) -> MyShifts:
        """What comes first, first."""
        return await _mine(views, cases, caller_of(request), time.now(), at_least_in(request))

    @post("/export", opt={"action": "list_own_shifts"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, cases: Cases, time: TimeSource, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""

        async def read() -> list[MyShift]:
            return (await _mine(views, cases, caller_of(request), time.now(), at_least_in(request))).shifts

        return await exports.take(request, LISTED, read)


async def _mine(views: Views, cases: Cases, caller: Caller, now: datetime, at_least: int) -> MyShifts:
    rotas = [
        each
        for each in await rotas_going_on(views, at_least=at_least, current=True)
        if cases.gate.may_touch(caller, "list_own_shifts", record_of_rota(each, now))
    ]
    away = away_by(await rows_by_account(views), rotas, now)
    found = [
        MyShift(
            rota=rota.rota,
            seat=rota.seat,
            since=shift.since,
            until=shift.until,
            why=shift.why,
            rotation=shift.rotation,
            number=shift.number,
        )
        for rota in rotas
        for shift in shifts_between(rota, away, now, now + SHOWN)
        if shift.account == caller.account
    ]
    return MyShifts(at=now, shifts=sorted(found, key=lambda each: each.since), rotas=[each.rota for each in rotas])

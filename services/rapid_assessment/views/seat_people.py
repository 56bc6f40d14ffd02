"""Who can fill a seat of this team now, in which order, and why is anybody left out?"""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.ranking import Order
from services.rapid_assessment.seat_order import order_for
from services.rapid_assessment.team.decisions import empty_seats, seat_named


class SeatPeopleController(Controller):
    """For who asks people."""

    path = "/teams/{team:uuid}"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/people", opt={"action": "propose"})
    async def for_all(
        self,
        team: UUID,
        cases: Cases,
        views: Views,
        reader: Reader,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> dict[str, Order]:
        """For each seat that is not filled, as below; none while the team takes nobody. One page, on record once."""
        caller = caller_of(request)
        loaded = await cases.visible(caller, "propose", team)
        if loaded.state.phase != "open":
            return {}
        await reader.shown(caller, "who can fill the empty seats", loaded)
        stands, tables = loaded.state, cases.jurisdiction
        empty = [seat_named(seat, stands, tables) for seat in empty_seats(stands, tables)]
        return {seat.seat: await order_for(cases, views, loaded, seat, time.now()) for seat in empty}

    @get("/seats/{seat:str}/people", opt={"action": "propose"})
    async def for_one(
        self,
        team: UUID,
        seat: str,
        cases: Cases,
        views: Views,
        reader: Reader,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> Order:
        """By rota, distance and load. That you are shown it is put on record first."""
        caller = caller_of(request)
        loaded = await cases.visible(caller, "propose", team)
        wanted = seat_named(seat, loaded.state, cases.jurisdiction)
        await reader.shown(caller, "who can fill a seat", loaded)
        return await order_for(cases, views, loaded, wanted, time.now())

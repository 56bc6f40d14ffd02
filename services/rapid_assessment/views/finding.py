"""Who may fill each seat in a county, now or at a time to come, in which order, and why is anybody left out?

As for a case (seat_order.py), without what only a case tells: who must not take part in it, who sits on its team, who
said no. How many cases somebody works on is told as it is now, also for later.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter

from contracts.jurisdictions import County, Jurisdiction, Seat
from contracts.language import InvalidValue
from services.kernel.http.commands import at_least_in
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.ranking import Order, Passed, Ranked, order
from services.rapid_assessment.seat_order import Pool, pool_of

FARTHEST = timedelta(days=366)
"""As far as turns are set ahead."""


class SeatFound(msgspec.Struct, frozen=True, kw_only=True):
    """A seat; whom to ask for it, first to last; and who is left out. `rotas` is how many for it hold the county."""

    seat: str
    rotas: int
    people: list[Ranked]
    left_out: list[Passed]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Each seat that a team has at that moment, in the rule's order."""

    county: str
    at: datetime
    seats: list[SeatFound]


class FindingController(Controller):
    """For who asks people."""

    path = "/finding"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "find_people"})
    async def find(
        self,
        views: Views,
        cases: Cases,
        time: TimeSource,
        request: Request[Any, Any, Any],
        county: Annotated[str, Parameter(max_length=60)],
        at: datetime | None = None,
    ) -> Found:
        """By rota, distance and load; `at` with a zone, up to a year from now, or now without it.

        `Muster-At-Least` makes it as fresh as a position.
        """
        where, now = cases.jurisdiction.counties.get(county), time.now()
        if where is None:
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
        if at is not None and (at.tzinfo is None or not now <= at <= now + FARTHEST):
            raise InvalidValue("at", "Give a time from now on, within a year.")
        return found_in(await pool_of(views, at_least=at_least_in(request)), where, cases.jurisdiction, at or now)


def found_in(pool: Pool, county: County, tables: Jurisdiction, at: datetime) -> Found:
    """Of these people and rotas. Pure."""
    seats = [_seat(pool, seat, county, tables, at) for seat in tables.seats_at(at)]
    return Found(county=county.county, at=at, seats=seats)


def _seat(pool: Pool, seat: Seat, county: County, tables: Jurisdiction, at: datetime) -> SeatFound:
    rotas = pool.rotas_for(seat)
    found: Order = order(rotas, pool.people(seat, at), county, tables, at)
    return SeatFound(
        seat=seat.seat,
        rotas=sum(each.area.covers(county) for each in rotas),
        people=found.people,
        left_out=found.left_out,
    )

"""Who can be called now for each seat: in the head of every page, for those who may know it."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec

from services.console.asking import Asking, Refusal, Unreachable
from services.console.frame.names import Names
from services.kernel.http.caller import Caller


class Callable(msgspec.Struct, frozen=True):
    """Somebody who can be called now, until when."""

    account: UUID
    agency: str
    until: datetime


class SeatOnCall(msgspec.Struct, frozen=True):
    """Who can be called for a seat, those on call by a rota first; nobody is a gap.

    `holes` counts the rotas for the seat that say nobody now.
    """

    seat: str
    people: list[Callable]
    holes: int = 0


class Shown(msgspec.Struct, frozen=True):
    """One of them for the head of a page. `name` is None where it may not be known."""

    name: str | None
    until: datetime


class Line(msgspec.Struct, frozen=True):
    """A seat with whom to call first, and how many more there are."""

    seat: str
    first: Shown | None
    more: int
    holes: int


class OnCall(msgspec.Struct, frozen=True):
    """None for `lines` where the service did not say."""

    lines: list[Line] | None


class OnCallBoard:
    """Asks the rapid assessment service, and names whom it finds."""

    def __init__(self, names: Names) -> None:
        self._names = names

    async def now(self, asking: Asking, caller: Caller) -> OnCall:
        """Never keeps a page from being shown."""
        try:
            async with asyncio.timeout(2.0):
                seats = await asking.get("rapid_assessment", "/on-call", list[SeatOnCall])
                firsts = [seat.people[0].account for seat in seats if seat.people]
                names = await self._names.of(asking, caller, firsts)
        except (Refusal, Unreachable, TimeoutError):
            return OnCall(None)
        return OnCall([_line(seat, names) for seat in seats])


def _line(seat: SeatOnCall, names: dict[UUID, str]) -> Line:
    if not seat.people:
        return Line(seat.seat, None, 0, seat.holes)
    first = seat.people[0]
    return Line(seat.seat, Shown(names.get(first.account), first.until), len(seat.people) - 1, seat.holes)

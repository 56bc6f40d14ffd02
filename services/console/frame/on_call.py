"""Who can be called now for each seat: in the head of every page, for those who may know it."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec

from services.console.asking import Asking, Refusal, Unreachable
from services.console.frame.area import Area, said
from services.console.frame.names import Names
from services.console.frame.words import Words
from services.kernel.http.caller import Caller


class Callable(msgspec.Struct, frozen=True):
    """Somebody who can be called now, until when; by a rota, for its area."""

    account: UUID
    agency: str
    until: datetime
    area: Area | None = None


class SeatOnCall(msgspec.Struct, frozen=True):
    """Who can be called for a seat, those on call by a rota first; nobody is a gap.

    `holes` counts the rotas for the seat that say nobody now.
    """

    seat: str
    people: list[Callable]
    holes: int = 0


class Shown(msgspec.Struct, frozen=True):
    """One of them for the head of a page. `name` is None where it may not be known.

    `where` is empty for the whole state, and for who said to be on call.
    """

    name: str | None
    until: datetime
    where: str


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

    async def now(self, asking: Asking, caller: Caller, words: Words) -> OnCall:
        """Never keeps a page from being shown."""
        try:
            async with asyncio.timeout(2.0):
                seats = await asking.get("rapid_assessment", "/on-call", list[SeatOnCall])
                firsts = [seat.people[0].account for seat in seats if seat.people]
                names = await self._names.of(asking, caller, firsts)
        except (Refusal, Unreachable, TimeoutError):
            return OnCall(None)
        return OnCall([_line(seat, names, words) for seat in seats])


def _line(seat: SeatOnCall, names: dict[UUID, str], words: Words) -> Line:
    if not seat.people:
        return Line(seat.seat, None, 0, seat.holes)
    first = seat.people[0]
    where = said(first.area, words) if first.area is not None and not first.area.statewide else ""
    shown = Shown(names.get(first.account), first.until, where)
    return Line(seat.seat, shown, len(seat.people) - 1, seat.holes)

"""Rotas as events made them, for tests of their rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.language import Event
from services.rapid_assessment.rota.events import (
    OverrideSet,
    RotaOpened,
    RotationSet,
    SwapAgreed,
    SwapOffered,
)
from services.rapid_assessment.rota.state import Rota, evolve

ROTA, TURNS, OTHER_TURNS = UUID(int=100), UUID(int=101), UUID(int=102)
PUT, SWAP = UUID(int=200), UUID(int=300)
ANN, BEN, CAL, DEE = (UUID(int=number) for number in range(1, 5))
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MONDAY = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
"""08:00 in Mississippi."""


def opened(seat: str = "victim_advocate", *counties: str) -> RotaOpened:
    return RotaOpened(rota=ROTA, seat=seat, counties=counties or ("Hinds",), circuits=(), statewide=False)


def turns(
    *participants: UUID,
    hours: int = 168,
    starts_at: datetime = MONDAY,
    since: datetime | None = None,
    rotation: UUID = TURNS,
) -> RotationSet:
    return RotationSet(
        rota=ROTA,
        rotation=rotation,
        participants=participants or (ANN, BEN, CAL),
        shift_hours=hours,
        starts_at=starts_at,
        since=since or starts_at,
        overlooked=(),
    )


def override(who: UUID, since: datetime, until: datetime, name: UUID = PUT) -> OverrideSet:
    return OverrideSet(rota=ROTA, override=name, account=who, since=since, until=until, overlooked=())


def offered(
    by: UUID, to: UUID, number: int, in_return: int | None = None, swap: UUID = SWAP, rotation: UUID = TURNS
) -> SwapOffered:
    return SwapOffered(
        rota=ROTA, swap=swap, by=by, to=to, rotation=rotation, number=number, in_return=in_return, overlooked=()
    )


def swapped(by: UUID, to: UUID, number: int, in_return: int | None = None, swap: UUID = SWAP) -> list[Event]:
    return [offered(by, to, number, in_return, swap), SwapAgreed(rota=ROTA, swap=swap, overlooked=())]


def rota(*events: Event) -> Rota:
    state = Rota()
    for event in (opened(), *events):
        state = evolve(state, event)
    return state

"""A rota as its events tell it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import Area
from contracts.language import Event
from services.rapid_assessment.rota.events import (
    HandoverMoved,
    OverrideSet,
    OverrideWithdrawn,
    RotaEnded,
    RotaNotTold,
    RotaOpened,
    RotationSet,
    RotaTold,
    SwapAgreed,
    SwapDeclined,
    SwapOffered,
    SwapWithdrawn,
)

UNSET = UUID(int=0)
Standing = Literal["offered", "agreed", "declined", "withdrawn"]


class Move(msgspec.Struct, frozen=True):
    """Hand-overs after that moment are so much later by the clocks on the wall."""

    since: datetime
    minutes: int


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """Counts from `since` on, and before `until` where another took its place."""

    rotation: UUID
    participants: tuple[UUID, ...]
    shift_hours: int
    starts_at: datetime
    since: datetime
    until: datetime | None = None
    moves: tuple[Move, ...] = ()


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in place of whoever's turn it is."""

    override: UUID
    account: UUID
    since: datetime
    until: datetime


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """`number`, and `in_return` where one is, name turns of the rotation."""

    swap: UUID
    by: UUID
    to: UUID
    rotation: UUID
    number: int
    in_return: int | None
    standing: Standing = "offered"


class Rota(msgspec.Struct, frozen=True, kw_only=True):
    """`agreed` are the swaps both said yes to, in the order in which they did."""

    rota: UUID = UNSET
    seat: str = ""
    area: Area = Area()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    agreed: tuple[UUID, ...] = ()
    ended_at: datetime | None = None

    @property
    def rotation(self) -> Rotation | None:
        """The one set last."""
        return self.rotations[-1] if self.rotations else None

    def swap(self, swap: UUID) -> Swap | None:
        """None for one that was never offered."""
        return next((each for each in self.swaps if each.swap == swap), None)

    def people(self, since: datetime) -> frozenset[UUID]:
        """Whoever takes turns at or after that moment, or was put in somebody's place."""
        turns = [
            who for each in self.rotations if each.until is None or each.until > since for who in each.participants
        ]
        return frozenset(turns) | {each.account for each in self.overrides if each.until > max(since, each.since)}


def evolve(rota: Rota, event: Event) -> Rota:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case RotaOpened() as e:
            area = Area(counties=e.counties, circuits=e.circuits, statewide=e.statewide)
            return change(rota, rota=e.rota, seat=e.seat, area=area)
        case RotationSet() as e:
            new = Rotation(
                rotation=e.rotation,
                participants=e.participants,
                shift_hours=e.shift_hours,
                starts_at=e.starts_at,
                since=e.since,
            )
            return change(rota, rotations=(*_ended(rota.rotations, e.since), new))
        case HandoverMoved() as e:
            moved = tuple(
                change(each, moves=(*each.moves, Move(e.since, e.minutes))) if each.rotation == e.rotation else each
                for each in rota.rotations
            )
            return change(rota, rotations=moved)
        case RotaEnded() as e:
            return change(rota, rotations=_ended(rota.rotations, e.ended_at), ended_at=e.ended_at)
        case OverrideSet() as e:
            new_one = Override(override=e.override, account=e.account, since=e.since, until=e.until)
            return change(rota, overrides=(*rota.overrides, new_one))
        case OverrideWithdrawn() as e:
            left = tuple(_withdrawn(each, e) for each in rota.overrides)
            return change(rota, overrides=left)
        case SwapOffered() as e:
            offered = Swap(swap=e.swap, by=e.by, to=e.to, rotation=e.rotation, number=e.number, in_return=e.in_return)
            return change(rota, swaps=(*rota.swaps, offered))
        case SwapAgreed() as e:
            return change(_stands(rota, e.swap, "agreed"), agreed=(*rota.agreed, e.swap))
        case SwapDeclined() as e:
            return _stands(rota, e.swap, "declined")
        case SwapWithdrawn() as e:
            return _stands(rota, e.swap, "withdrawn")
        case _:
            return rota


def _ended(rotations: tuple[Rotation, ...], at: datetime) -> tuple[Rotation, ...]:
    """Those that would go on after that moment end there."""
    return tuple(
        msgspec.structs.replace(each, until=max(at, each.since)) if each.until is None or each.until > at else each
        for each in rotations
    )


def _withdrawn(override: Override, event: OverrideWithdrawn) -> Override:
    if override.override != event.override:
        return override
    return msgspec.structs.replace(override, until=max(override.since, min(override.until, event.withdrawn_at)))


def _stands(rota: Rota, swap: UUID, standing: Standing) -> Rota:
    swaps = tuple(
        msgspec.structs.replace(each, standing=standing) if each.swap == swap else each for each in rota.swaps
    )
    return msgspec.structs.replace(rota, swaps=swaps)


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody was told of a change; None while nobody tried."""

    reached: bool | None = None


def evolve_telling(telling: Telling, event: Event) -> Telling:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case RotaTold():
            return Telling(reached=True)
        case RotaNotTold():
            return Telling(reached=False)
        case _:
            return telling

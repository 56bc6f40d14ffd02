"""Who is on call at a moment, from the copied events of rotas: whom an override names, else whose turn it is. Pure.

As the rapid assessment service counts it (`rota/shifts.py`), but without leave: somebody's turn is theirs here though
they are away, and whoever stood in for them was put on by an override, or is found and judged by an auditor. A test
compares the two.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from contracts.jurisdictions import LOCAL
from services.audit.replay.telling import Told


class Move(NamedTuple):
    """Hand-overs after that moment are so much later by the clocks on the wall."""

    since: datetime
    later: timedelta


class Turns(msgspec.Struct, frozen=True, kw_only=True):
    """A rotation: counts from `since` on, and before `until`."""

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


class Rota(msgspec.Struct, frozen=True, kw_only=True):
    """`agreed` are the swaps both said yes to, in that order, of all that were `offered`."""

    turns: tuple[Turns, ...] = ()
    overrides: tuple[Override, ...] = ()
    offered: Mapping[UUID, Swap] = {}
    agreed: tuple[UUID, ...] = ()


def rotas_of(events: Iterable[Told]) -> tuple[Rota, ...]:
    """Each rota of the events, which are in order of position."""
    found: dict[UUID | None, Rota] = {}
    for event in events:
        found[event.stream] = _evolve(found.get(event.stream, Rota()), event.name, event.data)
    return tuple(found.values())


def on_call(rota: Rota, at: datetime) -> UUID | None:
    """None while nobody is."""
    for override in reversed(rota.overrides):
        if override.since <= at < override.until:
            return override.account
    for turns in reversed(rota.turns):
        if turns.since <= at and (turns.until is None or at < turns.until):
            return _whose(rota, turns, _number(turns, at))
    return None


def _evolve(rota: Rota, name: str, data: Mapping[str, Any]) -> Rota:  # noqa: PLR0911  # an event each
    change = msgspec.structs.replace
    match name:
        case "rota.rotation_set":
            new = msgspec.convert(data, Turns)
            return change(rota, turns=(*_ended(rota.turns, new.since), new))
        case "rota.handover_moved":
            moved, rotation = _moved(data), UUID(data["rotation"])
            turns = (
                change(each, moves=(*each.moves, moved)) if each.rotation == rotation else each for each in rota.turns
            )
            return change(rota, turns=tuple(turns))
        case "rota.ended":
            return change(rota, turns=_ended(rota.turns, datetime.fromisoformat(data["ended_at"])))
        case "rota.override_set":
            return change(rota, overrides=(*rota.overrides, msgspec.convert(data, Override)))
        case "rota.override_withdrawn":
            withdrawn = UUID(data["override"]), datetime.fromisoformat(data["withdrawn_at"])
            return change(rota, overrides=tuple(_withdrawn(each, *withdrawn) for each in rota.overrides))
        case "rota.swap_offered":
            swap = msgspec.convert(data, Swap)
            return change(rota, offered={swap.swap: swap, **rota.offered})
        case "rota.swap_agreed":
            return change(rota, agreed=(*rota.agreed, UUID(data["swap"])))
        case _:
            return rota


def _moved(data: Mapping[str, Any]) -> Move:
    return Move(datetime.fromisoformat(data["since"]), timedelta(minutes=data["minutes"]))


def _ended(turns: Iterable[Turns], at: datetime) -> tuple[Turns, ...]:
    return tuple(
        msgspec.structs.replace(each, until=max(at, each.since)) if each.until is None or each.until > at else each
        for each in turns
    )


def _withdrawn(override: Override, which: UUID, at: datetime) -> Override:
    if override.override != which:
        return override
    return msgspec.structs.replace(override, until=max(override.since, min(override.until, at)))


def _whose(rota: Rota, turns: Turns, number: int) -> UUID:
    who = turns.participants[number % len(turns.participants)]
    agreed = (rota.offered[each] for each in rota.agreed if each in rota.offered)
    for swap in agreed:
        if swap.rotation == turns.rotation and number in {swap.number, swap.in_return}:
            who = swap.to if number == swap.number else swap.by
    return who


def _number(turns: Turns, at: datetime) -> int:
    number = (at - turns.starts_at) // timedelta(hours=turns.shift_hours)
    while _begins(turns, number) > at:
        number -= 1
    while _begins(turns, number + 1) <= at:
        number += 1
    return number


def _begins(turns: Turns, number: int) -> datetime:
    """By the clocks on the wall; what had begun when it was moved stays."""
    wall = turns.starts_at.astimezone(LOCAL).replace(tzinfo=None) + timedelta(hours=turns.shift_hours) * number
    begins = _moment(wall)
    for move in turns.moves:
        wall += move.later
        begins = begins if begins <= move.since else max(move.since, _moment(wall))
    return begins


def _moment(wall: datetime) -> datetime:
    """The first time the clocks show it. In the hour that is left out in spring, an hour's difference is let be."""
    return wall.replace(tzinfo=LOCAL).astimezone(UTC)

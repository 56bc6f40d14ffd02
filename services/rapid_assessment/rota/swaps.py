"""Turns that change hands: one offers, the other says yes, and both know which turns. Pure.

A swap names turns by their number, never by clock times: when a hand-over is moved, the turns move and stay swapped.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period
from services.rapid_assessment.rota.decisions import RotaRefusal, overlooked
from services.rapid_assessment.rota.events import SwapAgreed, SwapDeclined, SwapOffered, SwapWithdrawn
from services.rapid_assessment.rota.fitness import Lacking
from services.rapid_assessment.rota.shifts import handover, owner, rotation_named
from services.rapid_assessment.rota.state import Rota, Rotation, Swap

# No rota has more: of half days these are thirteen years.
Turn = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class OfferSwap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """My turn of that number, to somebody of the same order; for one of theirs, or for nothing.

    `all_the_same` is said by whoever was shown what they lack for the turn they would have.
    """

    rotation: UUID
    number: Turn
    to: UUID
    in_return: Turn | None = None
    all_the_same: bool = False


class AgreeSwap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Yes; `all_the_same` as above."""

    all_the_same: bool = False


def offer(rota: Rota, command: OfferSwap, by: UUID, swap: UUID, lacks: Sequence[Lacking], now: datetime) -> list[Event]:
    """`lacks` is of whoever offers, for the turn in return.

    Raises `Refused` for a turn that is not theirs, has begun, or is offered already.
    """
    rotation = rotation_named(rota, command.rotation)
    if rotation is None:
        raise InvalidValue("rotation", "There are no such turns. Look at the rota as it is now.")
    if command.to == by or command.to not in rotation.participants:
        raise InvalidValue("to", "Choose somebody else who takes turns here.")
    _is_of(rota, rotation, command.number, by, RotaRefusal.NOT_YOUR_TURN, now)
    if command.in_return is not None:
        _is_of(rota, rotation, command.in_return, command.to, RotaRefusal.NOT_THEIR_TURN, now)
    waiting = [each for each in rota.swaps if each.standing == "offered" and each.rotation == command.rotation]
    if any(command.number == each.number for each in waiting):
        raise Refused(RotaRefusal.SWAP_OPEN, "This turn is offered already. Take that offer back first.")
    return [
        SwapOffered(
            rota=rota.rota,
            swap=swap,
            by=by,
            to=command.to,
            rotation=command.rotation,
            number=command.number,
            in_return=command.in_return,
            overlooked=overlooked(lacks, all_the_same=command.all_the_same),
        )
    ]


def agree(
    rota: Rota, swap: UUID, who: UUID, lacks: Sequence[Lacking], now: datetime, *, all_the_same: bool
) -> list[Event]:
    """Both turns must still be theirs and not have begun. `lacks` is of whoever agrees. Raises `Refused`."""
    offered = _waits(rota, swap)
    if offered.to != who:
        raise Refused(RotaRefusal.NO_SUCH_SWAP, "This is not offered to you.")
    rotation = rotation_named(rota, offered.rotation)
    if rotation is None:
        raise Refused(RotaRefusal.NO_SUCH_SWAP, "There are no such turns any more.")
    _is_of(rota, rotation, offered.number, offered.by, RotaRefusal.NOT_THEIR_TURN, now)
    if offered.in_return is not None:
        _is_of(rota, rotation, offered.in_return, who, RotaRefusal.NOT_YOUR_TURN, now)
    return [SwapAgreed(rota=rota.rota, swap=swap, overlooked=overlooked(lacks, all_the_same=all_the_same))]


def decline(rota: Rota, swap: UUID, who: UUID) -> list[Event]:
    """Raises `Refused` for one that does not wait for them."""
    if _waits(rota, swap).to != who:
        raise Refused(RotaRefusal.NO_SUCH_SWAP, "This is not offered to you.")
    return [SwapDeclined(rota=rota.rota, swap=swap)]


def withdraw(rota: Rota, swap: UUID, who: UUID) -> list[Event]:
    """Raises `Refused` for one that is answered, or another's."""
    if _waits(rota, swap).by != who:
        raise Refused(RotaRefusal.NO_SUCH_SWAP, "This is not an offer of yours.")
    return [SwapWithdrawn(rota=rota.rota, swap=swap)]


def turn(rota: Rota, rotation: UUID, number: int | None) -> list[Period]:
    """When it is; nothing for a turn that there is not."""
    turns = rotation_named(rota, rotation)
    if turns is None or number is None:
        return []
    return [Period(handover(turns, number), handover(turns, number + 1))]


def _waits(rota: Rota, swap: UUID) -> Swap:
    found = rota.swap(swap)
    if found is None or found.standing != "offered":
        raise Refused(RotaRefusal.NO_SUCH_SWAP, "This offer is answered, or was taken back.")
    return found


def _is_of(rota: Rota, rotation: Rotation, number: int, who: UUID, refusal: RotaRefusal, now: datetime) -> None:
    begins = handover(rotation, number)
    if begins <= now or begins < rotation.since:
        raise Refused(RotaRefusal.TURN_BEGUN, "A turn that has begun cannot be swapped. Ask the coordinator.")
    over = rotation.until is not None and rotation.until <= begins
    if over or owner(rota, rotation, number)[0] != who:
        whose = "yours" if refusal == RotaRefusal.NOT_YOUR_TURN else "theirs"
        raise Refused(refusal, f"This turn is not {whose} any more. Look at the rota as it is now.")

"""What may be done with a rota: opened, filled with turns, moved, overridden, ended. Pure. Swaps are in swaps.py."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import LOCAL, Area, Jurisdiction, area_on_file
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import YEARS, Period, Span
from services.rapid_assessment.rota.events import (
    HandoverMoved,
    Overlooked,
    OverrideSet,
    OverrideWithdrawn,
    RotaEnded,
    RotaOpened,
    RotationSet,
)
from services.rapid_assessment.rota.fitness import Lacking
from services.rapid_assessment.rota.shifts import handover, shifts_between, turn_at
from services.rapid_assessment.rota.state import Rota, Rotation

HALF_DAY = 12
LONGEST_TURN = 28 * 24
MOST_IN_TURN = 20
FARTHEST = timedelta(days=366)
LONGEST_OVERRIDE = timedelta(days=31)


class RotaRefusal(StrEnum):
    """Why a command on a rota is refused."""

    ENDED = "rota_ended"
    NO_TURNS = "no_turns"
    UNFIT = "put_on_unfit"
    NO_SUCH_OVERRIDE = "no_such_override"
    NOT_YOUR_TURN = "not_your_turn"
    TURN_BEGUN = "turn_begun"
    NOT_THEIR_TURN = "not_their_turn"
    SWAP_OPEN = "swap_open"
    NO_SUCH_SWAP = "no_such_swap"


class OpenRota(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For a seat, in an area."""

    seat: str
    area: Area


class SetRotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In this order, from `starts_at` on, each for `shift_hours`: half days up to four weeks.

    A beginning that is past says at which hour and day hand-overs are; what was is not changed by it. `all_the_same`
    is said by whoever was shown what somebody lacks.
    """

    participants: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=MOST_IN_TURN)]
    shift_hours: int
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)]
    all_the_same: bool = False


class MoveHandover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the next hand-over is; those after it are as much later, or earlier, by the clocks on the wall."""

    next_at: Annotated[datetime, msgspec.Meta(tz=True)]


class SetOverride(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody in place of whoever's turn it is."""

    account: UUID
    since: Annotated[datetime, msgspec.Meta(tz=True)]
    until: Annotated[datetime, msgspec.Meta(tz=True)]
    all_the_same: bool = False


def open_rota(rota: UUID, command: OpenRota, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for a seat there is not, and for nowhere."""
    if command.seat not in {each.seat for each in jurisdiction.seats}:
        raise InvalidValue("seat", f"The seats are {', '.join(each.seat for each in jurisdiction.seats)}.")
    area = area_on_file(command.area, jurisdiction)
    if area == Area():
        raise InvalidValue("area", "Say where: counties, circuit court districts, or the whole state.")
    return [
        RotaOpened(
            rota=rota, seat=command.seat, counties=area.counties, circuits=area.circuits, statewide=area.statewide
        )
    ]


def set_rotation(
    rota: Rota,
    command: SetRotation,
    rotation: UUID,
    known: Collection[UUID],
    lacks: Sequence[Lacking],
    now: datetime,
) -> list[Event]:
    """`known` are those of them who may hold a seat at all, `lacks` what they lack for the turns this would give them.

    Raises `InvalidValue`, and `Refused` where something is lacking and nobody said "all the same".
    """
    _goes_on(rota)
    new = rotation_of(command, rotation, now)
    if set(command.participants) - set(known):
        raise InvalidValue("participants", "Somebody of these is not on the list of responders. Choose from the list.")
    return [
        RotationSet(
            rota=rota.rota,
            rotation=rotation,
            participants=new.participants,
            shift_hours=new.shift_hours,
            starts_at=new.starts_at,
            since=new.since,
            overlooked=overlooked(lacks, all_the_same=command.all_the_same),
        )
    ]


def rotation_of(command: SetRotation, rotation: UUID, now: datetime) -> Rotation:
    """The turns as they would be. Raises `InvalidValue`."""
    if len(set(command.participants)) != len(command.participants):
        raise InvalidValue("participants", "Somebody is named twice. Each has one place in the order.")
    if command.shift_hours % HALF_DAY or not HALF_DAY <= command.shift_hours <= LONGEST_TURN:
        raise InvalidValue("shift_hours", "A turn is of half days: 12, 24, 36 hours and so on, up to four weeks.")
    if command.starts_at.year not in YEARS or abs(command.starts_at - now) > FARTHEST:
        raise InvalidValue("starts_at", "Give a beginning within a year from now. Check the date.")
    return Rotation(
        rotation=rotation,
        participants=command.participants,
        shift_hours=command.shift_hours,
        starts_at=command.starts_at,
        since=max(command.starts_at, now),
    )


def move_handover(rota: Rota, command: MoveHandover, now: datetime) -> list[Event]:
    """Raises `InvalidValue` for a time that is past, or that leaves out a turn."""
    _goes_on(rota)
    rotation = _rotation(rota)
    turn = turn_at(rotation, max(now, rotation.since))
    planned, after = handover(rotation, turn + 1), handover(rotation, turn + 2)
    if not now < command.next_at < after:
        raise InvalidValue("next_at", "Choose a time that is to come, before the hand-over that follows it.")
    minutes = (_wall(command.next_at) - _wall(planned)) // timedelta(minutes=1)
    if not minutes:
        return []
    return [HandoverMoved(rota=rota.rota, rotation=rotation.rotation, minutes=minutes, since=now)]


def end(rota: Rota, now: datetime) -> list[Event]:
    """What is to come of it is nobody's from now on."""
    _goes_on(rota)
    return [RotaEnded(rota=rota.rota, ended_at=now)]


def set_override(
    rota: Rota, command: SetOverride, override: UUID, known: Collection[UUID], lacks: Sequence[Lacking], now: datetime
) -> list[Event]:
    """Whoever it is in place of is looked for when it holds. Raises `InvalidValue` and `Refused`, as for turns."""
    _goes_on(rota)
    period = override_period(command, now)
    if command.account not in known:
        raise InvalidValue("account", "This is nobody of the list of responders. Choose from the list.")
    return [
        OverrideSet(
            rota=rota.rota,
            override=override,
            account=command.account,
            since=period.since,
            until=period.until,
            overlooked=overlooked(lacks, all_the_same=command.all_the_same),
        )
    ]


def override_period(command: SetOverride, now: datetime) -> Period:
    """What of it is to come. Raises `InvalidValue` where nothing is."""
    period = Span(since=command.since, until=command.until).period(LONGEST_OVERRIDE)
    if period.until <= now:
        raise InvalidValue("until", "This time is past. What was, stays as it was.")
    if period.since > now + FARTHEST:
        raise InvalidValue("since", "Give a time within a year from now. Check the date.")
    return Period(max(period.since, now), period.until)


def withdraw_override(rota: Rota, override: UUID, now: datetime) -> list[Event]:
    """Raises `Refused` for one that is over, or that there never was."""
    found = next((each for each in rota.overrides if each.override == override), None)
    if found is None or found.until <= now or found.since == found.until:
        raise Refused(RotaRefusal.NO_SUCH_OVERRIDE, "There is nothing here to take back any more.")
    return [OverrideWithdrawn(rota=rota.rota, override=override, withdrawn_at=now)]


def turns_of(rotation: Rotation, who: UUID, until: datetime) -> list[Period]:
    """The turns somebody would have by it until then, leave aside; the first whole round in any case."""
    alone = Rota(rotations=(rotation,))
    round_ends = handover(rotation, turn_at(rotation, rotation.since) + len(rotation.participants))
    shifts = shifts_between(alone, {}, rotation.since, max(until, round_ends))
    return [Period(each.since, each.until) for each in shifts if each.account == who]


def overlooked(lacks: Sequence[Lacking], *, all_the_same: bool) -> tuple[Overlooked, ...]:
    """What goes on record as passed over. Raises `Refused` where nobody said that it should be."""
    if lacks and not all_the_same:
        raise Refused(
            RotaRefusal.UNFIT,
            "Somebody lacks a channel that works, or a credential, in this time. Look at what is missing, then say"
            " that they are put on all the same.",
        )
    return tuple(Overlooked(account=each.account, lacks=each.lacks) for each in lacks)


def _goes_on(rota: Rota) -> None:
    if rota.ended_at is not None:
        raise Refused(RotaRefusal.ENDED, "This rota has ended. Open another.")


def _rotation(rota: Rota) -> Rotation:
    if rota.rotation is None:
        raise Refused(RotaRefusal.NO_TURNS, "Nobody takes turns on this rota yet.")
    return rota.rotation


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL).replace(tzinfo=None)

"""Who is on call at a moment, and which shifts lie between two: the rules of a rota, and nothing else. Pure.

For every moment there is one answer: whom an override names, else whose turn it is by the rotation and its swaps. Who
is on leave is on call for neither: an override falls away, and a turn goes to the next in the order who is not away.
Where nobody is left there is a hole, which is told as a shift of nobody.

A hand-over is the first moment at which the clocks on the wall in Central time show its hour or a later one. So on the
day the clocks go forward a shift is an hour shorter, and one that would begin in the hour that is left out begins when
that hour is skipped; on the day they go back a shift is an hour longer, and of an hour that comes twice the first
counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import LOCAL
from contracts.periods import Period
from services.rapid_assessment.rota.state import Rota, Rotation

SECOND = timedelta(seconds=1)
LOOK = timedelta(days=2)
Why = Literal["turn", "swap", "leave", "override", "hole"]
Away = Mapping[UUID, Sequence[Period]]
"""When each person is on leave, suspended, or gone; who is not named is never away."""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """From the first moment, and before the last. `account` is None for a hole, `number` where no turn is beneath.

    `why`: whose turn it is; who swapped for it; who is next because somebody is on leave; who was put there.
    """

    since: datetime
    until: datetime
    account: UUID | None
    why: Why
    rotation: UUID | None = None
    number: int | None = None


class _Held(msgspec.Struct, frozen=True):
    account: UUID | None
    why: Why
    rotation: UUID | None
    number: int | None


def on_call_at(rota: Rota, away: Away, at: datetime) -> UUID | None:
    """The one person on call at that moment; None is a hole."""
    return _held(rota, away, at).account


def shifts_between(rota: Rota, away: Away, since: datetime, until: datetime) -> list[Shift]:
    """In order, without overlap, and leaving no moment between the two out."""
    shifts: list[Shift] = []
    for one, other in pairwise(_cuts(rota, away, since, until)):
        held = _held(rota, away, one)
        last = shifts[-1] if shifts else None
        if last is not None and _Held(last.account, last.why, last.rotation, last.number) == held:
            shifts[-1] = msgspec.structs.replace(last, until=other)
        else:
            shifts.append(Shift(since=one, until=other, **msgspec.structs.asdict(held)))
    return shifts


def on_call_until(rota: Rota, away: Away, at: datetime, farthest: datetime) -> tuple[UUID | None, datetime]:
    """Who is on call then, and until when nobody else is; no farther than that."""
    who, until = on_call_at(rota, away, at), at
    while until < farthest:
        step = min(until + LOOK, farthest)
        for shift in shifts_between(rota, away, until, step):
            if shift.account != who:
                return who, shift.since
        until = step
    return who, until


def handover(rotation: Rotation, number: int) -> datetime:
    """When the turn of that number begins, in UTC. The first has the number 0."""
    wall = rotation.starts_at.astimezone(LOCAL).replace(tzinfo=None)
    wall += timedelta(hours=rotation.shift_hours) * number
    begins = first_moment_of(wall)
    for move in rotation.moves:
        wall += timedelta(minutes=move.minutes)
        # What had begun when it was moved stays; nothing is moved to before that.
        begins = begins if begins <= move.since else max(move.since, first_moment_of(wall))
    return begins


def turn_at(rotation: Rotation, at: datetime) -> int:
    """The number of the turn at that moment; below nothing before the first."""
    length = timedelta(hours=rotation.shift_hours)
    number = (at - rotation.starts_at.astimezone(UTC)) // length
    while handover(rotation, number) > at:
        number -= 1
    while handover(rotation, number + 1) <= at:
        number += 1
    return number


def owner(rota: Rota, rotation: Rotation, number: int) -> tuple[UUID, bool]:
    """Whose turn it is, leave aside, and whether by a swap."""
    who = rotation.participants[number % len(rotation.participants)]
    swapped = False
    for agreed in rota.agreed:
        swap = rota.swap(agreed)
        if swap is None or swap.rotation != rotation.rotation or number not in {swap.number, swap.in_return}:
            continue
        who, swapped = (swap.to if number == swap.number else swap.by), True
    return who, swapped


def first_moment_of(wall: datetime) -> datetime:
    """When clocks on the wall in Central time first show this time, or the first later one that they show; in UTC."""
    early, late = (wall.replace(tzinfo=LOCAL, fold=fold).astimezone(UTC) for fold in (1, 0))
    if early >= late:
        # No hour is left out here; of one that comes twice this is the first.
        return late
    # The clocks go forward somewhere between the two: at the moment from which on they show the later hour.
    after = late.astimezone(LOCAL).utcoffset()
    while late - early > SECOND:
        middle = early + (late - early) // 2
        if middle.astimezone(LOCAL).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


def _held(rota: Rota, away: Away, at: datetime) -> _Held:
    rotation = rotation_at(rota, at)
    number = turn_at(rotation, at) if rotation is not None else None
    name = rotation.rotation if rotation is not None else None
    for override in reversed(rota.overrides):
        if override.since <= at < override.until and not _is_away(away, override.account, at):
            return _Held(override.account, "override", name, number)
    if rotation is None or number is None:
        return _Held(None, "hole", name, number)
    who, swapped = owner(rota, rotation, number)
    if not _is_away(away, who, at):
        return _Held(who, "swap" if swapped else "turn", name, number)
    others = next_in_order(rotation, who)
    present = next((each for each in others if not _is_away(away, each, at)), None)
    return _Held(present, "leave" if present is not None else "hole", name, number)


def next_in_order(rotation: Rotation, who: UUID | None) -> Sequence[UUID]:
    """The others, beginning with whoever comes after; in the whole order for somebody who is not of it."""
    order = rotation.participants
    place = order.index(who) + 1 if who in order else 0
    return [each for each in (*order[place:], *order[:place]) if each != who]


def rotation_named(rota: Rota, rotation: UUID) -> Rotation | None:
    """None for one that there never was."""
    return next((each for each in rota.rotations if each.rotation == rotation), None)


def rotation_at(rota: Rota, at: datetime) -> Rotation | None:
    """The turns that count at that moment, if any do."""
    for each in reversed(rota.rotations):
        if each.since <= at and (each.until is None or at < each.until):
            return each
    return None


def _is_away(away: Away, who: UUID, at: datetime) -> bool:
    return any(each.since <= at < each.until for each in away.get(who, ()))


def _cuts(rota: Rota, away: Away, since: datetime, until: datetime) -> list[datetime]:
    """Every moment at which somebody else may come on call, with both ends."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    found = {since, until}
    for rotation in rota.rotations:
        begins, ends = max(since, rotation.since), min(until, rotation.until or until)
        found |= {begins, ends}
        if begins < ends:
            found |= set(_handovers(rotation, begins, ends))
    for override in rota.overrides:
        found |= {override.since, override.until}
    for periods in away.values():
        found |= {moment for each in periods for moment in each}
    return sorted({moment.astimezone(UTC) for moment in found if since <= moment <= until})


def _handovers(rotation: Rotation, since: datetime, until: datetime) -> Iterator[datetime]:
    number = turn_at(rotation, since)
    while (begins := handover(rotation, number)) < until:
        yield begins
        number += 1

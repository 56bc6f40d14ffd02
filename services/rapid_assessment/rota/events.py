"""What happens to a rota: who is on call for a seat of a team, in an area, in turn."""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.language import Code, Event, Flag, Measure, Moment, Reference, classified

References = Annotated[tuple[UUID, ...], classified("reference")]
Codes = Annotated[tuple[str, ...], classified("code")]
Numbers = Annotated[tuple[int, ...], classified("measure")]


class Overlooked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody lacked when they were put on all the same: a word of the closed list in `fitness.py`."""

    account: Reference
    lacks: Code


Overlooks = Annotated[tuple[Overlooked, ...], classified("reference")]


class RotaOpened(Event, frozen=True, kw_only=True):
    """There is a rota for a seat in an area; nobody is on it yet. `circuits` are circuit court districts."""

    NAME = "rota.opened"

    rota: Reference
    seat: Code
    counties: Codes
    circuits: Numbers
    statewide: Flag


class RotationSet(Event, frozen=True, kw_only=True):
    """From `since` on these take turns, in this order, in place of whoever did before.

    The first turn begins at `starts_at`, and each hand-over is `shift_hours` later by the clocks on the wall in Central
    time. What lies before `since` is not changed by it.
    """

    NAME = "rota.rotation_set"

    rota: Reference
    rotation: Reference
    participants: References
    shift_hours: Measure
    starts_at: Moment
    since: Moment
    overlooked: Overlooks


class HandoverMoved(Event, frozen=True, kw_only=True):
    """Every hand-over after `since` is so many minutes later by the clocks on the wall (earlier where below nothing).

    The turns stay the same ones: what was swapped moves with them.
    """

    NAME = "rota.handover_moved"

    rota: Reference
    rotation: Reference
    minutes: Measure
    since: Moment


class RotaEnded(Event, frozen=True, kw_only=True):
    """From that moment on nobody is on call by this rota."""

    NAME = "rota.ended"

    rota: Reference
    ended_at: Moment


class OverrideSet(Event, frozen=True, kw_only=True):
    """Between these moments this person is on call, whoever's turn it is. Of several the one set last holds."""

    NAME = "rota.override_set"

    rota: Reference
    override: Reference
    account: Reference
    since: Moment
    until: Moment
    overlooked: Overlooks


class OverrideWithdrawn(Event, frozen=True, kw_only=True):
    """From that moment on whoever's turn it is is on call again."""

    NAME = "rota.override_withdrawn"

    rota: Reference
    override: Reference
    withdrawn_at: Moment


class SwapOffered(Event, frozen=True, kw_only=True):
    """Somebody would give their turn of that number to another, for one of theirs or for nothing."""

    NAME = "rota.swap_offered"

    rota: Reference
    swap: Reference
    by: Reference
    to: Reference
    rotation: Reference
    number: Measure
    in_return: Measure | None
    overlooked: Overlooks


class SwapAgreed(Event, frozen=True, kw_only=True):
    """The other said yes: the turns changed hands, wherever they move to."""

    NAME = "rota.swap_agreed"

    rota: Reference
    swap: Reference
    overlooked: Overlooks


class SwapDeclined(Event, frozen=True, kw_only=True):
    """The other said no."""

    NAME = "rota.swap_declined"

    rota: Reference
    swap: Reference


class SwapWithdrawn(Event, frozen=True, kw_only=True):
    """Whoever offered it does so no more."""

    NAME = "rota.swap_withdrawn"

    rota: Reference
    swap: Reference


class RotaTold(Event, frozen=True, kw_only=True):
    """Somebody was told, by this kind of channel, that their turns changed. On a stream of its own."""

    NAME = "rota.told"

    rota: Reference
    account: Reference
    channel: Code


class RotaNotTold(Event, frozen=True, kw_only=True):
    """Nothing reached somebody whose turns changed: these kinds of channels refused, or none is stated."""

    NAME = "rota.not_told"

    rota: Reference
    account: Reference
    refused: Codes


ROTA_EVENTS: tuple[type[Event], ...] = (
    RotaOpened,
    RotationSet,
    HandoverMoved,
    RotaEnded,
    OverrideSet,
    OverrideWithdrawn,
    SwapOffered,
    SwapAgreed,
    SwapDeclined,
    SwapWithdrawn,
    RotaTold,
    RotaNotTold,
)

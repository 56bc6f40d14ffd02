"""What happens to a ladder: whom an empty seat of one team calls, in which order, and when nobody is left."""

from typing import Annotated

import msgspec

from contracts.language import Code, Event, Measure, Moment, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]


class RungKept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rung as it was on file when the team opened."""

    rung: Measure
    who: Code
    by: Codes
    minutes: Measure


Rungs = Annotated[tuple[RungKept, ...], classified("code")]


class LadderOpened(Event, frozen=True, kw_only=True):
    """A seat of a team that opened has this ladder from now on, whatever is on file later."""

    NAME = "ladder.opened"

    team: Reference
    seat: Code
    opening: Measure
    ladder: Code
    ladder_version: Measure
    rungs: Rungs
    asked_minutes: Measure
    again_minutes: Measure
    told: Codes


class RungReached(Event, frozen=True, kw_only=True):
    """The ladder asks this person, by these kinds of channels (any, where none is named), and waits until then.

    It is climbed for the `climb`th time since the team opened.
    """

    NAME = "ladder.rung_reached"

    team: Reference
    seat: Code
    climb: Measure
    rung: Measure
    responder: Reference
    by: Codes
    until: Moment


class LadderWaits(Event, frozen=True, kw_only=True):
    """A person asked somebody for the seat: the ladder goes on when they have not answered by then."""

    NAME = "ladder.waits"

    team: Reference
    seat: Code
    responder: Reference
    until: Moment


class NobodyLeft(Event, frozen=True, kw_only=True):
    """The seat is empty, and the ladder has nobody left to call; so many were called since it was last climbed.

    `why` is of the closed list in `ladder.py`. It is climbed anew at `again_at`; `told` are told.
    """

    NAME = "ladder.nobody_left"

    team: Reference
    seat: Code
    climb: Measure
    called: Measure
    why: Code
    again_at: Moment
    told: Codes


class StartAwaited(Event, frozen=True, kw_only=True):
    """Whoever it called accepted, and is to say by then that they are on their way; else the seat opens again."""

    NAME = "ladder.start_awaited"

    team: Reference
    seat: Code
    responder: Reference
    until: Moment


LADDER_EVENTS: tuple[type[Event], ...] = (LadderOpened, RungReached, LadderWaits, NobodyLeft, StartAwaited)

"""What happens to a drill, which tries the real rotas while nobody is in need. No other stream names one."""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.language import Code, Event, Moment, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]
References = Annotated[tuple[UUID, ...], classified("reference")]


class CalledForSeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is paged for a seat: the first, and where nothing reaches them the next, as for a case. Nobody is a hole."""

    seat: Code
    responders: References


Called = Annotated[tuple[CalledForSeat, ...], classified("reference")]


class DrillStarted(Event, frozen=True, kw_only=True):
    """Somebody tries who would come for this county. Answers count before `until`."""

    NAME = "drill.started"

    drill: Reference
    county: Code
    by: Reference
    called: Called
    until: Moment


class DrillEnded(Event, frozen=True, kw_only=True):
    """Nobody is waited for any more."""

    NAME = "drill.ended"

    drill: Reference
    ended_at: Moment


class DrillPaged(Event, frozen=True, kw_only=True):
    """This carrier took the page of a drill. On a stream of its own, whose reference is a keyed digest of its code."""

    NAME = "drill.paged"

    drill: Reference
    seat: Code
    responder: Reference
    carrier: Code


class DrillPagedOnceMore(Event, frozen=True, kw_only=True):
    """Whether the first page went out was not known after a crash: it went out once more, marked as such."""

    NAME = "drill.paged_once_more"

    drill: Reference
    seat: Code
    responder: Reference
    carrier: Code


class DrillNotPaged(Event, frozen=True, kw_only=True):
    """Nothing reached them: these kinds of channels refused, or none is stated."""

    NAME = "drill.not_paged"

    drill: Reference
    seat: Code
    responder: Reference
    refused: Codes


class DrillAnswered(Event, frozen=True, kw_only=True):
    """They would have come (`comes`) or could not (`cannot`). The code is used up with it."""

    NAME = "drill.answered"

    drill: Reference
    seat: Code
    responder: Reference
    answer: Code
    answered_at: Moment


DRILL_EVENTS: tuple[type[Event], ...] = (
    DrillStarted,
    DrillEnded,
    DrillPaged,
    DrillPagedOnceMore,
    DrillNotPaged,
    DrillAnswered,
)

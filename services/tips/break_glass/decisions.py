"""Opening one case in an emergency, for minutes, and reviewing that it was. Pure: `now` and the rule come in.

It ends by itself: until when it holds stands in the event, and every decision compares that with its own moment.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.events.tips import GlassBroken
from contracts.language import Event, Personal, Refused
from services.tips.break_glass.events import GlassExplained, GlassReviewed
from services.tips.break_glass.state import Opening, Openings

Reason = Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)]
Outcome = Literal["justified", "not_justified"]


class BreakGlassRefusal(StrEnum):
    """Why a command is refused."""

    OPEN_ALREADY = "open_already"
    NOT_NEEDED = "opening_not_needed"
    OWN_OPENING = "own_opening"
    REVIEWED_ALREADY = "reviewed_already"


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever opens it, as what, and whether they read the case anyway."""

    account: UUID
    agency: str
    roles: tuple[str, ...]
    reads_it: bool


def break_glass(
    openings: Openings, tip: UUID, person: UUID, who: Who, reason: str, new: UUID, lasts: timedelta, now: datetime
) -> list[Event]:
    """Why is sealed under the person the tip is about. Raises `Refused`."""
    if openings.held_by(who.account, now) is not None:
        raise Refused(BreakGlassRefusal.OPEN_ALREADY, "You have this case open already. Read it, and ask for a share.")
    if who.reads_it:
        raise Refused(BreakGlassRefusal.NOT_NEEDED, "You may read this case anyway. Nothing was opened.")
    return [
        GlassBroken(tip=tip, opening=new, account=who.account, agency=who.agency, roles=who.roles, until=now + lasts),
        GlassExplained(tip=tip, opening=new, reason=Personal(person=person, text=reason)),
    ]


def review(opening: Opening, tip: UUID, person: UUID, reviewer: UUID, outcome: Outcome, note: str) -> list[Event]:
    """By another person, once. Raises `Refused`."""
    if opening.account == reviewer:
        raise Refused(BreakGlassRefusal.OWN_OPENING, "You opened this case yourself. Somebody else reviews that.")
    if opening.reviewed_by is not None:
        raise Refused(BreakGlassRefusal.REVIEWED_ALREADY, "Somebody has reviewed this already.")
    text = Personal(person=person, text=note)
    return [GlassReviewed(tip=tip, opening=opening.opening, account=reviewer, outcome=outcome, note=text)]

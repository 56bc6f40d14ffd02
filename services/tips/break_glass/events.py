"""What happens when somebody opens a case in an emergency: that it was opened is a contract event; why stays here."""

from typing import Annotated

from contracts.events.tips import GlassBroken, ReviewPressing
from contracts.language import Code, Event, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class GlassExplained(Event, frozen=True, kw_only=True):
    """Why the case was opened, in the words of who did it."""

    NAME = "break_glass.explained"

    tip: Reference
    opening: Reference
    reason: Text


class GlassReviewed(Event, frozen=True, kw_only=True):
    """Another person looked at it. `outcome` is justified or not_justified."""

    NAME = "break_glass.reviewed"

    tip: Reference
    opening: Reference
    account: Reference
    outcome: Code
    note: Text


BREAK_GLASS_EVENTS: tuple[type[Event], ...] = (GlassBroken, GlassExplained, GlassReviewed, ReviewPressing)

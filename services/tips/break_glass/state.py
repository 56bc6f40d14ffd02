"""The emergency openings of a tip as its events tell them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.events.tips import GlassBroken
from contracts.language import Event
from services.tips.break_glass.events import GlassReviewed


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """By whom, until when, and who reviewed it."""

    opening: UUID
    account: UUID
    agency: str
    until: datetime
    reviewed_by: UUID | None = None


class Openings(msgspec.Struct, frozen=True, kw_only=True):
    """Every one there was."""

    openings: tuple[Opening, ...] = ()

    def of(self, opening: UUID) -> Opening | None:
        """None when there was no such opening."""
        return next((each for each in self.openings if each.opening == opening), None)

    def holding(self, now: datetime) -> Sequence[Opening]:
        """Those that hold now; the last moment of one is the one before `until`."""
        return [each for each in self.openings if now < each.until]

    def held_by(self, account: UUID | None, now: datetime) -> datetime | None:
        """Until when this account has it open; None when it has not."""
        return max((each.until for each in self.holding(now) if each.account == account), default=None)


def evolve(openings: Openings, event: Event) -> Openings:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case GlassBroken():
            opening = Opening(opening=event.opening, account=event.account, agency=event.agency, until=event.until)
            return Openings(openings=(*openings.openings, opening))
        case GlassReviewed():
            reviewed = [
                msgspec.structs.replace(each, reviewed_by=event.account) if each.opening == event.opening else each
                for each in openings.openings
            ]
            return Openings(openings=tuple(reviewed))
        case _:
            return openings

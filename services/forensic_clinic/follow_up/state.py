"""A follow-up as the events tell it without being opened."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.forensic_clinic.follow_up.events import (
    FollowUpMissed,
    FollowUpPlanned,
    FollowUpReopened,
    FollowUpSettled,
    OutreachNoted,
    SafeContactStated,
)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One visit or test. `missed`: the patient did not come, and it is not settled since."""

    item: str
    since: datetime
    until: datetime
    settled_at: datetime | None = None
    missed: bool = False
    tries: int = 0

    def asks_for_outreach(self, now: datetime) -> bool:
        """Missed, or its time is over and nobody said what became of it."""
        return self.settled_at is None and (self.missed or now >= self.until)


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """What follows one exam. Without items nothing was planned: the exam goes on."""

    exam: UUID | None = None
    version: int = 0
    items: tuple[Item, ...] = ()
    contact_stated: bool = False

    def item(self, name: str) -> Item | None:
        """None for what was not planned."""
        return next((each for each in self.items if each.item == name), None)


def evolve(state: FollowUp, event: Event) -> FollowUp:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case FollowUpPlanned():
            items = tuple(Item(item=each.item, since=each.since, until=each.until) for each in event.items)
            return change(state, exam=event.exam, version=event.version, items=items)
        case SafeContactStated():
            return change(state, exam=event.exam, contact_stated=True)
        case FollowUpSettled():
            return _with(state, event.item, settled_at=event.settled_at, missed=False)
        case FollowUpMissed():
            return _with(state, event.item, missed=True)
        case FollowUpReopened():
            return _with(state, event.item, settled_at=None)
        case OutreachNoted():
            before = state.item(event.item)
            return _with(state, event.item, tries=before.tries + 1 if before else 1)
        case _:
            return state


def _with(state: FollowUp, item: str, **changed: object) -> FollowUp:
    items = tuple(msgspec.structs.replace(each, **changed) if each.item == item else each for each in state.items)
    return msgspec.structs.replace(state, items=items)

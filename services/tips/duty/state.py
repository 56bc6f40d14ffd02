"""A reporting duty as its events tell it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.tips.duty.events import (
    DutyArose,
    DutyDueTimeChanged,
    DutyFellAway,
    DutyPartAcknowledged,
    DutyPartDone,
    DutyPartFound,
)

UNSET = UUID(int=0)
Phase = Literal["none", "stands", "fell_away"]


class PartOnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who was told, when and how, and when they acknowledged it. The texts stay sealed in the events."""

    agency: str
    done_at: datetime
    how: str
    acknowledged_at: datetime | None = None


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """It stands from when it arose, done or not, until it falls away; `opening` counts how often it arose.

    What is on record stays so when the duty falls away and arises again. `fell_because` is why it fell away last.
    """

    phase: Phase = "none"
    tip: UUID = UNSET
    person: UUID = UNSET
    rule: str = ""
    rule_version: int = 0
    citation: str = ""
    opening: int = 0
    fell_because: str = ""
    since: datetime | None = None
    due_at: datetime | None = None
    parts: tuple[str, ...] = ()
    acknowledged: tuple[str, ...] = ()
    on_record: dict[str, PartOnRecord] = {}

    def moment_of(self, part: str) -> datetime | None:
        """When a part was in: told, and acknowledged where that is asked; None while it is not."""
        record = self.on_record.get(part)
        if record is None:
            return None
        return record.acknowledged_at if part in self.acknowledged else record.done_at

    @property
    def standing(self) -> Literal["none", "open", "done", "fell_away"]:
        """As it is shown: what stands is open until it is done."""
        if self.phase != "stands":
            return self.phase
        return "open" if self.done_at is None else "done"

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that are not in."""
        return tuple(part for part in self.parts if self.moment_of(part) is None)

    @property
    def done_at(self) -> datetime | None:
        """When the last part was in; None while one is missing."""
        moments = [self.moment_of(part) for part in self.parts]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None


def evolve(duty: Duty, event: Event) -> Duty:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case DutyArose():
            return change(
                duty,
                phase="stands",
                tip=event.tip,
                person=event.person,
                rule=event.rule,
                rule_version=event.rule_version,
                citation=event.citation,
                opening=event.opening,
                since=event.since,
                due_at=event.due_at,
                parts=event.parts,
                acknowledged=event.acknowledged,
            )
        case DutyPartDone():
            record = PartOnRecord(agency=event.agency, done_at=event.done_at, how=event.how)
            return change(duty, on_record={**duty.on_record, event.part: record})
        case DutyPartAcknowledged():
            return _with_part(duty, event.part, acknowledged_at=event.acknowledged_at)
        case DutyPartFound():
            found = {"done_at": event.done_at, "acknowledged_at": event.acknowledged_at}
            return _with_part(duty, event.part, **{name: at for name, at in found.items() if at is not None})
        case DutyDueTimeChanged():
            return change(duty, due_at=event.due_at)
        case DutyFellAway():
            return change(duty, phase="fell_away", fell_because=event.reason)
        case _:
            return duty


def _with_part(duty: Duty, part: str, **changes: datetime) -> Duty:
    record = duty.on_record.get(part)
    if record is None:
        return duty
    return msgspec.structs.replace(duty, on_record={**duty.on_record, part: msgspec.structs.replace(record, **changes)})

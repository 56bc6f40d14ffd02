"""An exam as the events tell it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import (
    ExamBooked,
    ExamCancelled,
    ExamCompleted,
    ExamMoved,
    ExamRequested,
    ExamUnbooked,
)
from contracts.language import Event
from contracts.periods import Period
from services.forensic_clinic.exam.events import (
    AgeBandCorrected,
    AssaultTimeNoted,
    ConsentRecorded,
    ExamAskedFor,
    ExamAssigned,
    ExamDescribed,
    ExamHeld,
    HoldExpired,
    HoldReleased,
    LanguageNeeded,
    MovedUp,
    NoSlotAnswered,
    PutOnStandby,
    TakenOffStandby,
)

Phase = Literal["none", "requested", "held", "booked", "completed", "cancelled"]


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A nurse in a room, from the first moment and before the last."""

    nurse: UUID
    room: UUID
    since: datetime
    until: datetime

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)


class Exam(msgspec.Struct, frozen=True, kw_only=True):
    """`slot` is what is held or booked, and stays on record when the exam is completed.

    `asked_for` is the agency it was asked for; empty where that is not on record. `standby`: what comes free is held
    for it. `moved_up`: what is held came up so. `instead` is what was chosen where no time was free in its windows.
    """

    exam: UUID = UUID(int=0)
    tip: UUID = UUID(int=0)
    person: UUID = UUID(int=0)
    clinic: str = ""
    phase: Phase = "none"
    requested_by: UUID = UUID(int=0)
    asked_for: str = ""
    age_band: str = ""
    consent: str = ""
    assault_time: Period | None = None
    slot: Slot | None = None
    held_until: datetime | None = None
    completed_at: datetime | None = None
    cancelled_by: str = ""
    language: str = ""
    standby: bool = False
    moved_up: bool = False
    instead: str = ""

    @property
    def planned(self) -> bool:
        """Whether a slot is kept for it."""
        return self.phase in {"held", "booked"}

    def kept_with(self, nurse: UUID) -> bool:
        """Whether a slot is kept with that nurse."""
        return self.planned and self.slot is not None and self.slot.nurse == nurse

    @property
    def ended(self) -> bool:
        return self.phase in {"completed", "cancelled"}


def evolve(exam: Exam, event: Event) -> Exam:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ExamRequested():
            return change(exam, exam=event.exam, tip=event.tip, clinic=event.clinic, phase="requested")
        case ExamDescribed():
            return change(
                exam,
                person=event.person,
                requested_by=event.requested_by,
                age_band=event.age_band,
                consent=event.consent,
            )
        case ExamAskedFor():
            return change(exam, asked_for=event.agency)
        case AssaultTimeNoted():
            return change(exam, assault_time=Period(event.earliest, event.latest))
        case LanguageNeeded():
            return change(exam, language=event.language)
        case AgeBandCorrected():
            return change(exam, age_band=event.age_band)
        case ExamMoved():
            return change(exam, clinic=event.clinic)
        case PutOnStandby():
            return change(exam, standby=True)
        case TakenOffStandby():
            return change(exam, standby=False)
        case MovedUp():
            return change(exam, moved_up=True)
        case NoSlotAnswered():
            return change(exam, instead=event.choice)
        case ConsentRecorded():
            return change(exam, consent=event.consent)
        case ExamHeld():
            return change(exam, phase="held", slot=_slot(event), held_until=event.held_until, moved_up=False)
        case ExamBooked():
            return change(exam, phase="booked", held_until=None, standby=False, moved_up=False)
        case ExamAssigned():
            return change(exam, slot=_slot(event))
        case HoldExpired() | HoldReleased() | ExamUnbooked():
            return change(exam, phase="requested", slot=None, held_until=None, moved_up=False)
        case ExamCompleted():
            return change(exam, phase="completed", completed_at=event.completed_at)
        case ExamCancelled():
            ended = change(exam, slot=None, held_until=None, standby=False, moved_up=False)
            return change(ended, phase="cancelled", cancelled_by=event.cause)
        case _:
            return exam


def _slot(event: ExamHeld | ExamAssigned) -> Slot:
    return Slot(nurse=event.nurse, room=event.room, since=event.since, until=event.until)

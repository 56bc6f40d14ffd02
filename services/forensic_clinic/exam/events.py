"""What happens to an exam and stays in this service (and, sealed, with the auditors)."""

from datetime import datetime
from typing import Annotated

import msgspec

from contracts.events.forensic_clinic import EXAM_CONTRACT_EVENTS
from contracts.language import Code, Event, Locating, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
LocatingMoment = Annotated[datetime, msgspec.Meta(tz=True, extra={"class": "locating"})]
"""A time of an assault: with a clinic's booking, it can point to a child."""


class ExamDescribed(Event, frozen=True, kw_only=True):
    """For whom an exam was requested, and by whom. `person` is the tip's reference, `age_band` decides who examines."""

    NAME = "exam.described"

    exam: Reference
    tip: Reference
    person: Reference
    requested_by: Reference
    age_band: Locating
    consent: Code


class AssaultTimeNoted(Event, frozen=True, kw_only=True):
    """Between these moments, as far as is known; the same twice when it is known exactly."""

    NAME = "exam.assault_time_noted"

    exam: Reference
    earliest: LocatingMoment
    latest: LocatingMoment


class ExamNoted(Event, frozen=True, kw_only=True):
    """What the clinic must know beforehand: a language, a fear, who comes along."""

    NAME = "exam.noted"

    exam: Reference
    note: Text


class ConsentRecorded(Event, frozen=True, kw_only=True):
    """Who consents now; it replaces what was recorded before."""

    NAME = "exam.consent_recorded"

    exam: Reference
    consent: Code


class ExamHeld(Event, frozen=True, kw_only=True):
    """Nurse, room and time are kept for the exam until `held_until`, while somebody makes sure."""

    NAME = "exam.held"

    exam: Reference
    nurse: Reference
    room: Reference
    since: Moment
    until: Moment
    held_until: Moment


class HoldExpired(Event, frozen=True, kw_only=True):
    """Nobody booked in time, so nurse, room and time are free again."""

    NAME = "exam.hold_expired"

    exam: Reference


class HoldReleased(Event, frozen=True, kw_only=True):
    """The hold was given up before it expired."""

    NAME = "exam.hold_released"

    exam: Reference


class ExamAssigned(Event, frozen=True, kw_only=True):
    """Who examines, and where. In the same commit as the booking."""

    NAME = "exam.assigned"

    exam: Reference
    nurse: Reference
    room: Reference
    since: Moment
    until: Moment


class ReleaseExplained(Event, frozen=True, kw_only=True):
    """Why a hold or a booking was given up, in the words of who did it."""

    NAME = "exam.release_explained"

    exam: Reference
    reason: Text


class CancelExplained(Event, frozen=True, kw_only=True):
    """Why there will be no exam, in the words of who decided it."""

    NAME = "exam.cancel_explained"

    exam: Reference
    reason: Text


class ExamAskedFor(Event, frozen=True, kw_only=True):
    """For which agency it was asked: whoever asked may have gone home, and another of that office follows the exam."""

    NAME = "exam.asked_for"

    exam: Reference
    agency: Code


Rules = Annotated[tuple[str, ...], classified("code")]


class LanguageNeeded(Event, frozen=True, kw_only=True):
    """An interpreter of this language is to be there; none, where it is empty."""

    NAME = "exam.language_needed"

    exam: Reference
    language: Locating


class AgeBandCorrected(Event, frozen=True, kw_only=True):
    """The patient is of another age band than was said: it decides who examines, and what windows stand open."""

    NAME = "exam.age_band_corrected"

    exam: Reference
    age_band: Locating


class BookedAnyway(Event, frozen=True, kw_only=True):
    """In the same commit as the booking: which rules it breaks, and why. Nothing is ever taken twice for it."""

    NAME = "exam.booked_anyway"

    exam: Reference
    rules: Rules
    reason: Text


class PutOnStandby(Event, frozen=True, kw_only=True):
    """When a time comes free that fits, it is held for the exam by itself."""

    NAME = "exam.put_on_standby"

    exam: Reference


class TakenOffStandby(Event, frozen=True, kw_only=True):
    """Nothing is held for it by itself any more. `cause` is asked, or hold_expired: nobody booked what came up."""

    NAME = "exam.taken_off_standby"

    exam: Reference
    cause: Code


class MovedUp(Event, frozen=True, kw_only=True):
    """In the same commit as the hold: a time came free and is held for the exam because it was first on standby."""

    NAME = "exam.moved_up"

    exam: Reference


class NoSlotAnswered(Event, frozen=True, kw_only=True):
    """No time was free before a window closes: what was chosen instead, with which clinic or nurse, and why."""

    NAME = "exam.no_slot_answered"

    exam: Reference
    choice: Code
    clinic: Code
    nurse: Reference | None
    reason: Text


EXAM_EVENTS: tuple[type[Event], ...] = (
    *EXAM_CONTRACT_EVENTS,
    ExamDescribed,
    AssaultTimeNoted,
    ExamNoted,
    ConsentRecorded,
    ExamHeld,
    HoldExpired,
    HoldReleased,
    ExamAssigned,
    ReleaseExplained,
    CancelExplained,
    ExamAskedFor,
    LanguageNeeded,
    AgeBandCorrected,
    BookedAnyway,
    PutOnStandby,
    TakenOffStandby,
    MovedUp,
    NoSlotAnswered,
)

"""What may be done with an exam. Pure: nurse, room, case and time come in, events or a refusal go out.

That nothing is taken twice is the database's to keep; what is taken as far as one can see is refused here in words.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import ExamBooked, ExamCancelled, ExamCompleted, ExamRequested, ExamUnbooked
from contracts.jurisdictions import AgeBand, ExamRules, Jurisdiction
from contracts.language import EARLIEST, Event, InvalidValue, Personal, Refused, not_in_future
from contracts.periods import Period, covers
from services.forensic_clinic.exam.events import (
    AssaultTimeNoted,
    CancelExplained,
    ConsentRecorded,
    ExamAskedFor,
    ExamAssigned,
    ExamDescribed,
    ExamHeld,
    ExamNoted,
    HoldExpired,
    HoldReleased,
    ReleaseExplained,
)
from services.forensic_clinic.exam.state import Exam, Slot

EXAMINES = "forensic_exam"
ADULT = "adult"
CAUSES = ("clinic", "patient")
FURTHEST = timedelta(days=366)
SHORTEST = timedelta(minutes=15)

Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
Note = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class ExamRefusal(StrEnum):
    """Why a command on an exam is refused."""

    ENDED = "exam_ended"
    BOOKED = "exam_booked"
    NOT_BOOKED = "exam_not_booked"
    NOTHING_KEPT = "nothing_kept"
    NURSE_NOT_AVAILABLE = "nurse_not_available"
    NURSE_NOT_CERTIFIED = "nurse_not_certified"
    ROOM_NOT_AVAILABLE = "room_not_available"
    NURSE_TAKEN = "nurse_taken"
    ROOM_TAKEN = "room_taken"
    PATIENT_TAKEN = "patient_taken"
    NO_CONSENT = "no_consent"
    NOT_SHOWN_ADULT = "not_shown_adult"


class AssaultTime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As far as is known; the same moment twice when it is known exactly. Leave it out when nothing is known."""

    earliest: Zoned
    latest: Zoned


class RequestExam(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exam for whom the tip is about. `consent` says who consents, `age_band` who may examine."""

    tip: UUID
    clinic: str
    age_band: str
    consent: str
    assault_time: AssaultTime | None = None
    note: Note | None = None


class Certified(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate of a nurse; valid from the first moment and before the last."""

    certificate: str
    valid: Period


class Examiner(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about a nurse."""

    account: UUID
    clinic: str
    certificates: tuple[Certified, ...]
    available: tuple[Period, ...]

    def certified_for(self, band: AgeBand) -> tuple[Period, ...]:
        """When the nurse holds a certificate for patients of the band."""
        return tuple(each.valid for each in self.certificates if each.certificate in band.certificates)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about a room."""

    room: UUID
    clinic: str
    available: tuple[Period, ...]


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about its case: of whom, how old as the tip says, and who is kept out."""

    person: UUID
    age: str
    kept_out: Collection[UUID]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a slot is decided on. `taken` are those of nurse, room and patient that another exam has at that time."""

    nurse: Examiner | None
    room: Place | None
    patient: Patient
    taken: Collection[UUID]


def request(
    new: UUID, command: RequestExam, patient: Patient, by: UUID, agency: str, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """`by` asks, for their `agency`.

    Raises `InvalidValue`, and `Refused` for an adult's exam where the tip does not say that it is an adult.
    """
    clinic = tables.agencies.get(command.clinic)
    if clinic is None or clinic.workflow_role != EXAMINES:
        raise InvalidValue("clinic", "No such clinic is on file. Choose an agency that does forensic exams.")
    band = _band(command.age_band, tables.exams)
    if band.grown and patient.age != ADULT:
        raise Refused(
            ExamRefusal.NOT_SHOWN_ADULT,
            "The tip does not say that this is an adult. An age not known is handled as a child's;"
            " ask CPS to correct the tip first.",
        )
    events: list[Event] = [
        ExamRequested(exam=new, tip=command.tip, clinic=command.clinic),
        ExamDescribed(
            exam=new,
            tip=command.tip,
            person=patient.person,
            requested_by=by,
            age_band=band.band,
            consent=_consent(command.consent, tables.exams),
        ),
        ExamAskedFor(exam=new, agency=agency),
    ]
    if command.assault_time is not None:
        events.append(_assault_time(new, command.assault_time, now))
    if command.note is not None:
        events.append(ExamNoted(exam=new, note=Personal(person=patient.person, text=command.note)))
    return events


def hold(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, now: datetime) -> list[Event]:
    """Keeps the slot for a while. A hold replaces an earlier one. Raises `Refused`, `InvalidValue`."""
    _refuse_ended(exam)
    if exam.phase == "booked":
        raise Refused(ExamRefusal.BOOKED, "This exam is booked. Release the booking first.")
    if slot.until <= now:
        raise InvalidValue("since", "This time has passed. Hold a time to come.")
    _check(exam, slot, ground, rules, now)
    return [
        ExamHeld(
            exam=exam.exam,
            nurse=slot.nurse,
            room=slot.room,
            since=slot.since,
            until=slot.until,
            held_until=hold_ends(rules, now),
        )
    ]


def hold_ends(rules: ExamRules, now: datetime) -> datetime:
    """When a hold made now falls away."""
    return now + timedelta(minutes=rules.hold_minutes)


def book(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, now: datetime) -> list[Event]:
    """Settles the slot, whether it was held, another was, or none. Raises `Refused`, `InvalidValue`.

    A time that has passed may be booked: what was done in a night without power is typed in afterwards.
    """
    _refuse_ended(exam)
    if exam.phase == "booked":
        raise Refused(ExamRefusal.BOOKED, "This exam is booked. Release the booking first.")
    _check(exam, slot, ground, rules, now)
    return [
        ExamBooked(exam=exam.exam, tip=exam.tip, clinic=exam.clinic, since=slot.since, until=slot.until),
        ExamAssigned(exam=exam.exam, nurse=slot.nurse, room=slot.room, since=slot.since, until=slot.until),
    ]


def expire(exam: Exam, now: datetime) -> list[Event]:
    """The hold, if its time has come and nobody booked."""
    if exam.phase != "held" or exam.held_until is None or now < exam.held_until:
        return []
    return [HoldExpired(exam=exam.exam)]


def release(exam: Exam, reason: str) -> list[Event]:
    """Gives up the hold or the booking; the exam waits for another slot. Raises `Refused`."""
    events = give_up(exam)
    if not events:
        raise Refused(ExamRefusal.NOTHING_KEPT, "Nothing is held or booked for this exam.")
    return [*events, ReleaseExplained(exam=exam.exam, reason=Personal(person=exam.person, text=reason))]


def give_up(exam: Exam) -> list[Event]:
    """Frees what is kept for the exam, if anything is."""
    match exam.phase:
        case "held":
            return [HoldReleased(exam=exam.exam)]
        case "booked":
            return [ExamUnbooked(exam=exam.exam, tip=exam.tip)]
        case _:
            return []


def record_consent(exam: Exam, consent: str, rules: ExamRules) -> list[Event]:
    """Raises `InvalidValue` for a word not on file, `Refused` for an exam that has ended."""
    _refuse_ended(exam)
    word = _consent(consent, rules)
    return [] if word == exam.consent else [ConsentRecorded(exam=exam.exam, consent=word)]


def complete(exam: Exam, completed_at: datetime, rules: ExamRules, now: datetime) -> list[Event]:
    """Nobody is examined without consent. Raises `Refused`, `InvalidValue`."""
    not_in_future("completed_at", completed_at, now)
    if exam.phase != "booked" or exam.slot is None:
        raise Refused(ExamRefusal.NOT_BOOKED, "Only a booked exam can be completed. Book the time it was done first.")
    consent = rules.consent(exam.consent)
    if consent is None or not consent.given:
        raise Refused(ExamRefusal.NO_CONSENT, "Nobody's consent is on record. Record first who consented.")
    if completed_at <= exam.slot.since:
        raise InvalidValue("completed_at", "The exam cannot have ended before it was to begin. Check the booking.")
    return [ExamCompleted(exam=exam.exam, tip=exam.tip, completed_at=completed_at)]


def cancel(exam: Exam, cause: str, reason: str) -> list[Event]:
    """`cause` is clinic, or patient when whoever consents said no. Raises `Refused`, `InvalidValue`."""
    _refuse_ended(exam)
    if cause not in CAUSES:
        raise InvalidValue("cause", f"Choose one of: {', '.join(CAUSES)}.")
    text = Personal(person=exam.person, text=reason)
    return [
        ExamCancelled(exam=exam.exam, tip=exam.tip, cause=cause),
        CancelExplained(exam=exam.exam, reason=text),
    ]


def band_of(exam: Exam, age: str, rules: ExamRules) -> AgeBand:
    """Whom the nurse must be certified for: no adult, as long as the tip does not say so when a slot is decided."""
    band = _band(exam.age_band, rules)
    if not band.grown or age == ADULT:
        return band
    return _band("not_known", rules)


def plain_slot(slot: Slot, rules: ExamRules, now: datetime) -> None:
    """Raises `InvalidValue` for times that no exam can have."""
    if slot.since < EARLIEST or slot.since > now + FURTHEST:
        raise InvalidValue("since", "Give a time at most a year ahead. Check the date.")
    if slot.until - slot.since < SHORTEST:
        raise InvalidValue("until", "The end must be at least a quarter of an hour after the beginning.")
    if slot.until - slot.since > timedelta(minutes=rules.longest_minutes):
        raise InvalidValue("until", f"An exam is planned for at most {rules.longest_minutes} minutes.")


def _check(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, now: datetime) -> None:
    plain_slot(slot, rules, now)
    nurse, room, patient = ground.nurse, ground.room, ground.patient
    # One answer for a nurse who is unknown, elsewhere, away or kept out of the case: it tells nothing of the case.
    if nurse is None or not _free(nurse, exam.clinic, slot) or nurse.account in patient.kept_out:
        raise Refused(
            ExamRefusal.NURSE_NOT_AVAILABLE, "This nurse is not available for this exam at that time. Choose another."
        )
    band = band_of(exam, patient.age, rules)
    if not covers(nurse.certified_for(band), slot.period):
        raise Refused(
            ExamRefusal.NURSE_NOT_CERTIFIED,
            f"To examine {band.words} this nurse needs a certificate that is valid the whole time. Choose another.",
            citation=_citation(band, rules),
        )
    if room is None or not _free(room, exam.clinic, slot):
        raise Refused(ExamRefusal.ROOM_NOT_AVAILABLE, "This room is not available at that time. Choose another.")
    for code, words, resource in (
        (ExamRefusal.NURSE_TAKEN, "The nurse", slot.nurse),
        (ExamRefusal.ROOM_TAKEN, "The room", slot.room),
        (ExamRefusal.PATIENT_TAKEN, "The patient", patient.person),
    ):
        if resource in ground.taken:
            raise Refused(code, f"{words} is taken at that time. Choose another time, nurse or room.")


def _free(resource: Examiner | Place, clinic: str, slot: Slot) -> bool:
    return resource.clinic == clinic and covers(resource.available, slot.period)


def _assault_time(exam: UUID, known: AssaultTime, now: datetime) -> Event:
    not_in_future("assault_time", known.earliest, now)
    not_in_future("assault_time", known.latest, now)
    if known.latest < known.earliest:
        raise InvalidValue("assault_time", "The latest time must not come before the earliest.")
    return AssaultTimeNoted(exam=exam, earliest=known.earliest, latest=known.latest)


def _band(name: str, rules: ExamRules) -> AgeBand:
    band = rules.age_band(name)
    if band is None:
        raise InvalidValue("age_band", f"Choose one of: {', '.join(each.band for each in rules.age_bands)}.")
    return band


def _consent(name: str, rules: ExamRules) -> str:
    if rules.consent(name) is None:
        raise InvalidValue("consent", f"Choose one of: {', '.join(each.consent for each in rules.consents)}.")
    return name


def _citation(band: AgeBand, rules: ExamRules) -> str | None:
    certificate = rules.certificate(band.certificates[0])
    return certificate.citation if certificate else None


def _refuse_ended(exam: Exam) -> None:
    if exam.ended:
        raise Refused(ExamRefusal.ENDED, "This exam was completed or cancelled. Request another if need be.")

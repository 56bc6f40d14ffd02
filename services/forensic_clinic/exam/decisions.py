"""What may be done with an exam. Pure: nurse, room, case and time come in, events or a refusal go out."""

from datetime import datetime, timedelta
from typing import Annotated
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
from contracts.jurisdictions import AgeBand, ExamRules, Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from contracts.periods import Period
from services.forensic_clinic.exam.checks import ADULT, band_named, broken_rules, refuse_slot
from services.forensic_clinic.exam.events import (
    AgeBandCorrected,
    AssaultTimeNoted,
    BookedAnyway,
    CancelExplained,
    ConsentRecorded,
    ExamAskedFor,
    ExamAssigned,
    ExamDescribed,
    ExamHeld,
    ExamNoted,
    HoldExpired,
    HoldReleased,
    LanguageNeeded,
    ReleaseExplained,
    TakenOffStandby,
)
from services.forensic_clinic.exam.ground import Ground, Patient
from services.forensic_clinic.exam.refusals import ExamRefusal
from services.forensic_clinic.exam.state import Exam, Slot

EXAMINES = "forensic_exam"
CAUSES = ("clinic", "patient")

Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
Note = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


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
    language: str = ""
    note: Note | None = None


def request(
    new: UUID, command: RequestExam, patient: Patient, by: UUID, agency: str, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """`by` asks, for their `agency`.

    Raises `InvalidValue`, and `Refused` for an adult's exam where the tip does not say that it is an adult.
    """
    if not _examines(command.clinic, tables):
        raise InvalidValue("clinic", "No such clinic is on file. Choose an agency that does forensic exams.")
    band = band_named(command.age_band, tables.exams)
    _refuse_unshown_adult(band, patient)
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
    if command.language:
        events.append(LanguageNeeded(exam=new, language=_language(command.language, tables)))
    if command.note is not None:
        events.append(ExamNoted(exam=new, note=Personal(person=patient.person, text=command.note)))
    return events


def hold(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, now: datetime) -> list[Event]:
    """Keeps the slot for a while. A hold replaces an earlier one. Raises `Refused`, `InvalidValue`."""
    _refuse_ended(exam)
    _refuse_booked(exam)
    if slot.until <= now:
        raise InvalidValue("since", "This time has passed. Hold a time to come.")
    refuse_slot(exam, slot, ground, rules, now)
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
    _refuse_booked(exam)
    refuse_slot(exam, slot, ground, rules, now)
    return _booked(exam, slot)


def book_anyway(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, reason: str, now: datetime) -> list[Event]:
    """As `book`, against rules that spare a nurse or speak for her; which ones goes on record with the reason.

    Never against who is taken, kept out or gone. Raises `Refused`, also where no rule stands against it, and
    `InvalidValue`.
    """
    _refuse_ended(exam)
    _refuse_booked(exam)
    broken = broken_rules(exam, slot, ground, rules, now)
    if not broken:
        raise Refused(ExamRefusal.NO_RULE_BROKEN, "No rule stands against this time. Book it as any other.")
    text = Personal(person=exam.person, text=reason)
    return [*_booked(exam, slot), BookedAnyway(exam=exam.exam, rules=broken, reason=text)]


def _booked(exam: Exam, slot: Slot) -> list[Event]:
    return [
        ExamBooked(exam=exam.exam, tip=exam.tip, clinic=exam.clinic, since=slot.since, until=slot.until),
        ExamAssigned(exam=exam.exam, nurse=slot.nurse, room=slot.room, since=slot.since, until=slot.until),
    ]


def expire(exam: Exam, now: datetime) -> list[Event]:
    """The hold, if its time has come and nobody booked. One that came up on standby comes up once."""
    if exam.phase != "held" or exam.held_until is None or now < exam.held_until:
        return []
    expired: list[Event] = [HoldExpired(exam=exam.exam)]
    if exam.moved_up and exam.standby:
        # Else it would be held for the same exam again at once, for ever, and for nobody else.
        expired.append(TakenOffStandby(exam=exam.exam, cause="hold_expired"))
    return expired


def release(exam: Exam, reason: str) -> list[Event]:
    """Gives up the hold or the booking; the exam waits for another slot. Raises `Refused`."""
    events = give_up(exam)
    if not events:
        raise Refused(ExamRefusal.NOTHING_KEPT, "Nothing is held or booked for this exam.")
    if exam.standby:
        # Else what was just given up would be held for it again at once.
        events.append(TakenOffStandby(exam=exam.exam, cause="asked"))
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


def note_assault_time(exam: Exam, known: AssaultTime, now: datetime) -> list[Event]:
    """As far as it is known now, in place of what was noted before. Raises `InvalidValue`, `Refused`."""
    _refuse_ended(exam)
    noted = _assault_time(exam.exam, known, now)
    return [] if exam.assault_time == Period(known.earliest, known.latest) else [noted]


def correct_age_band(exam: Exam, name: str, patient: Patient, rules: ExamRules) -> list[Event]:
    """What is booked stays: whether the nurse fits is shown, and told. Raises `InvalidValue`, `Refused`."""
    _refuse_ended(exam)
    band = band_named(name, rules)
    _refuse_unshown_adult(band, patient)
    return [] if band.band == exam.age_band else [AgeBandCorrected(exam=exam.exam, age_band=band.band)]


def need_language(exam: Exam, language: str, tables: Jurisdiction) -> list[Event]:
    """Empty: no interpreter is needed. Raises `InvalidValue`, `Refused`."""
    _refuse_ended(exam)
    word = _language(language, tables) if language else ""
    return [] if word == exam.language else [LanguageNeeded(exam=exam.exam, language=word)]


def move(exam: Exam, clinic: str, tables: Jurisdiction) -> list[Event]:
    """It is to be done at another clinic, which sees it from now on. Raises `InvalidValue`, `Refused`."""
    _refuse_ended(exam)
    if exam.planned:
        raise Refused(ExamRefusal.TIME_IS_KEPT, "A time is held or booked for this exam. Release it first.")
    if not _examines(clinic, tables):
        raise InvalidValue("clinic", "No such clinic is on file. Choose an agency that does forensic exams.")
    return [] if clinic == exam.clinic else [ExamMoved(exam=exam.exam, tip=exam.tip, clinic=clinic)]


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


def _assault_time(exam: UUID, known: AssaultTime, now: datetime) -> Event:
    not_in_future("assault_time", known.earliest, now)
    not_in_future("assault_time", known.latest, now)
    if known.latest < known.earliest:
        raise InvalidValue("assault_time", "The latest time must not come before the earliest.")
    return AssaultTimeNoted(exam=exam, earliest=known.earliest, latest=known.latest)


def _examines(clinic: str, tables: Jurisdiction) -> bool:
    agency = tables.agencies.get(clinic)
    return agency is not None and agency.workflow_role == EXAMINES


def _language(name: str, tables: Jurisdiction) -> str:
    known = [each.language for each in tables.responders.languages]
    if name not in known:
        raise InvalidValue("language", f"Choose one of: {', '.join(known)}.")
    return name


def _refuse_unshown_adult(band: AgeBand, patient: Patient) -> None:
    if band.grown and patient.age != ADULT:
        raise Refused(
            ExamRefusal.NOT_SHOWN_ADULT,
            "The tip does not say that this is an adult. An age not known is handled as a child's;"
            " ask CPS to correct the tip first.",
        )


def _consent(name: str, rules: ExamRules) -> str:
    if rules.consent(name) is None:
        raise InvalidValue("consent", f"Choose one of: {', '.join(each.consent for each in rules.consents)}.")
    return name


def _refuse_ended(exam: Exam) -> None:
    if exam.ended:
        raise Refused(ExamRefusal.ENDED, "This exam was completed or cancelled. Request another if need be.")


def _refuse_booked(exam: Exam) -> None:
    if exam.phase == "booked":
        raise Refused(ExamRefusal.BOOKED, "This exam is booked. Release the booking first.")

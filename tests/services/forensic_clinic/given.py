"""Exams, nurses and rooms as events made them, for tests of decisions."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.events.forensic_clinic import ExamBooked, ExamCancelled, ExamCompleted, ExamRequested
from contracts.jurisdictions import Jurisdiction, load_mississippi
from contracts.language import Event, Personal
from contracts.periods import Period
from services.forensic_clinic.cases import room_of
from services.forensic_clinic.exam.events import ExamAskedFor, ExamAssigned, ExamDescribed, ExamHeld
from services.forensic_clinic.exam.ground import Certified, Examiner, Ground, Patient, Place
from services.forensic_clinic.exam.state import Exam, Slot, evolve
from tests.support.running_service import NOON

TIP = UUID("11111111-1111-4111-8111-111111111111")
PERSON = UUID("22222222-2222-4222-8222-222222222222")
EXAM = UUID("33333333-3333-4333-8333-333333333333")
NURSE = UUID("aaaaaaaa-0001-4000-8000-000000000000")
COORDINATOR = UUID("aaaaaaaa-0002-4000-8000-000000000000")
OFFICE = "MDCPS-HTC"
CLINIC = "BRIDGE"
ROOM = room_of(CLINIC, 1)

MISSISSIPPI: Jurisdiction = load_mississippi()
RULES = MISSISSIPPI.exams
HOUR = timedelta(hours=1)
DAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR)
YEAR = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
SLOT = Slot(nurse=NURSE, room=ROOM, since=NOON + HOUR, until=NOON + 3 * HOUR)
HELD_UNTIL = NOON + timedelta(minutes=RULES.hold_minutes)


def text(words: str) -> Personal:
    return Personal(person=PERSON, text=words)


def certified(certificate: str, valid: Period = YEAR) -> Certified:
    return Certified(certificate=certificate, valid=valid)


def examiner(
    *certificates: Certified, available: tuple[Period, ...] = (DAY,), clinic: str = CLINIC, account: UUID = NURSE
) -> Examiner:
    """Certified for children unless it is said for whom."""
    return Examiner(
        account=account,
        clinic=clinic,
        certificates=certificates or (certified("sane_pediatric"),),
        available=available,
    )


def place(*, available: tuple[Period, ...] = (DAY,), clinic: str = CLINIC) -> Place:
    return Place(room=ROOM, clinic=clinic, available=available)


def patient(*, age: str = "child", kept_out: Collection[UUID] = ()) -> Patient:
    return Patient(person=PERSON, age=age, kept_out=kept_out)


def ground(
    nurse: Examiner | None = None,
    room: Place | None = None,
    whom: Patient | None = None,
    taken: Collection[UUID] = (),
) -> Ground:
    """Everything is free unless something is said."""
    return Ground(nurse=nurse or examiner(), room=room or place(), patient=whom or patient(), taken=taken)


def requested(band: str = "child", consent: str = "cps_custodian") -> list[Event]:
    return [
        ExamRequested(exam=EXAM, tip=TIP, clinic=CLINIC),
        ExamDescribed(exam=EXAM, tip=TIP, person=PERSON, requested_by=COORDINATOR, age_band=band, consent=consent),
        ExamAskedFor(exam=EXAM, agency=OFFICE),
    ]


def held(slot: Slot = SLOT, until: datetime = HELD_UNTIL) -> ExamHeld:
    return ExamHeld(exam=EXAM, nurse=slot.nurse, room=slot.room, since=slot.since, until=slot.until, held_until=until)


def booked(slot: Slot = SLOT) -> list[Event]:
    return [
        ExamBooked(exam=EXAM, tip=TIP, clinic=CLINIC, since=slot.since, until=slot.until),
        ExamAssigned(exam=EXAM, nurse=slot.nurse, room=slot.room, since=slot.since, until=slot.until),
    ]


def completed(at: datetime = NOON + 2 * HOUR) -> ExamCompleted:
    return ExamCompleted(exam=EXAM, tip=TIP, completed_at=at)


def cancelled(cause: str = "clinic") -> ExamCancelled:
    return ExamCancelled(exam=EXAM, tip=TIP, cause=cause)


def exam(*events: Event) -> Exam:
    """Folded from its events; without any, one that was only requested."""
    state = Exam()
    for event in events or requested():
        state = evolve(state, event)
    return state

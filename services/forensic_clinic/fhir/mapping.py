"""What the clinic knows, said as FHIR resources. Pure: the same moments, in the state's time with its offset."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import LOCAL
from contracts.periods import Period, common, without
from services.forensic_clinic.fhir import resources as fhir
from services.forensic_clinic.fhir.resources import Appointment, AppointmentStatus, Schedule, Slot, SlotStatus

PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# As FHIR means them: proposed has no time that everybody agreed to, pending waits for one to confirm.
APPOINTMENT: dict[str, AppointmentStatus] = {
    "requested": "proposed",
    "held": "pending",
    "booked": "booked",
    "completed": "fulfilled",
    "cancelled": "cancelled",
}
SLOT: dict[str, SlotStatus] = {"held": "busy-tentative", "booked": "busy", "completed": "busy"}


class Bookable(NamedTuple):
    """A nurse, or a room with its number: when it can be booked, and how many events tell of it.

    `works` is False of a nurse who is given no work any more.
    """

    kind: str
    reference: UUID
    number: int
    version: int
    available: Sequence[Period]
    works: bool = True


class Planned(NamedTuple):
    """An exam; without nurse, room and time where none is planned."""

    exam: UUID
    phase: str
    nurse: UUID | None
    room: UUID | None
    period: Period | None
    requested_at: datetime | None = None
    version: int | None = None


def schedule_of(of: Bookable, zone: tzinfo = LOCAL) -> Schedule:
    """Its horizon is from the first hour that was stated to the last."""
    ends = of.available
    horizon = fhir.Period(start=_said(ends[0].since, zone), end=_said(ends[-1].until, zone)) if ends else None
    return Schedule(
        id=str(of.reference),
        meta=fhir.Meta(version_id=str(of.version)),
        active=of.works,
        actor=(nurse_ref(of.reference) if of.kind == "nurse" else room_ref(of.reference, of.number),),
        planning_horizon=horizon,
    )


def slots_of(of: Bookable, exams: Sequence[Planned], within: Period, zone: tzinfo = LOCAL) -> Iterator[Slot]:
    """In order of time: each exam as a whole, and what is left of its hours within the period."""
    planned = [each for each in exams if of.reference in {each.nurse, each.room} and each.phase in SLOT]
    taken = {each.period: SLOT[each.phase] for each in planned if each.period is not None}
    free = without(common(of.available, [within]), *taken)
    statuses: dict[Period, SlotStatus] = {each.in_utc: status for each, status in taken.items()}
    for period in sorted([*free, *statuses]):
        yield Slot(
            id=slot_id(of.reference, period),
            schedule=fhir.Reference(reference=f"Schedule/{of.reference}", type="Schedule"),
            status=statuses.get(period, "free"),
            start=_said(period.since, zone),
            end=_said(period.until, zone),
        )


def appointment_of(exam: Planned, zone: tzinfo = LOCAL) -> Appointment:
    """With the nurse and the room, where there are any, and the word that there is a patient."""
    settled = exam.phase in {"booked", "completed"}
    actors = [*([nurse_ref(exam.nurse)] if exam.nurse else []), *([room_ref(exam.room)] if exam.room else [])]
    people = [fhir.Participant(status="accepted" if settled else "tentative", actor=each) for each in actors]
    subject = fhir.CodeableConcept(coding=(fhir.Coding(system=PARTICIPATION, code="SBJ"),))
    patient = fhir.Participant(status="accepted" if settled else "needs-action", type=(subject,))
    slots: tuple[fhir.Reference, ...] = ()
    if exam.nurse and exam.period and exam.phase in SLOT:
        reference = f"Slot/{slot_id(exam.nurse, exam.period.in_utc)}"
        slots = (fhir.Reference(reference=reference, type="Slot"),)
    return Appointment(
        id=str(exam.exam),
        meta=fhir.Meta(version_id=str(exam.version)) if exam.version else None,
        status=APPOINTMENT[exam.phase],
        participant=(*people, patient),
        start=_said(exam.period.since, zone) if exam.period else None,
        end=_said(exam.period.until, zone) if exam.period else None,
        created=_said(exam.requested_at, zone) if exam.requested_at else None,
        slot=slots,
    )


def nurse_ref(nurse: UUID) -> fhir.Reference:
    """By her random reference."""
    return fhir.Reference(reference=f"Practitioner/{nurse}", type="Practitioner")


def room_ref(room: UUID, number: int = 0) -> fhir.Reference:
    """By its reference, with its number where it is known."""
    return fhir.Reference(reference=f"Location/{room}", type="Location", display=f"Room {number}" if number else "")


def slot_id(schedule: UUID, period: Period) -> str:
    """A slot is its schedule and its time, and nothing that is stored: another time is another slot."""
    return f"{schedule.hex}-{_micros(period.since):x}-{_micros(period.until):x}"


def period_in(slot: str) -> tuple[UUID, Period] | None:
    """The schedule and the time that an id says; None for what is no id of a slot."""
    schedule, *ends = slot.split("-")
    try:
        since, until = (_moment(int(each, 16)) for each in ends)
        period = Period(since, until)
        found = UUID(hex=schedule)
    except (ValueError, OverflowError):
        return None
    return (found, period) if period.since < period.until and slot_id(found, period) == slot else None


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _moment(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND


def _said(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone)

"""Everything this service holds about one tip, and the references by which it is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from contracts.jurisdictions import Jurisdiction
from contracts.periods import Period
from services.forensic_clinic.attendant import attendant as attendants
from services.forensic_clinic.attendant.attendant import Attendant
from services.forensic_clinic.case import case as cases
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.exam import state as exams
from services.forensic_clinic.exam.ground import Certified, Examiner, Ground, Helper, Patient, Place
from services.forensic_clinic.exam.hours import DAY
from services.forensic_clinic.exam.state import Exam, Slot
from services.forensic_clinic.nurse import state as nurses
from services.forensic_clinic.nurse.state import Nurse
from services.forensic_clinic.room import room as rooms
from services.forensic_clinic.room.room import Room
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.periods import Periods, nothing_new, release, take
from services.kernel.store import EventStore, Kind, Loaded

CASE = Kind("case", Case(), cases.evolve)
EXAM = Kind("exam", Exam(), exams.evolve)
NURSE = Kind("nurse", Nurse(), nurses.evolve)
ROOM = Kind("room", Room(), rooms.evolve)
ATTENDANT = Kind("attendant", Attendant(), attendants.evolve)

HOLD = "hold"
"""The kind of the moment at which a hold falls away."""

ROOMS = UUID("6f0b2c5e-3f0b-4e0a-9c39-3d0a7b8f6f11")
ATTENDANTS = UUID("0f6d2a64-6d0e-4b0b-8f3a-5b9a0f1c7e52")


def case_of(tip: UUID) -> UUID:
    """What the clinic knows of a tip, found again without asking anyone."""
    return uuid5(tip, "clinic case")


def room_of(clinic: str, number: int) -> UUID:
    """A clinic has one room of a number."""
    return uuid5(ROOMS, f"{clinic} {number}")


def attendant_of(clinic: str, kind: str, number: int) -> UUID:
    """A clinic has one interpreter, and one advocate's place, of a number."""
    return uuid5(ATTENDANTS, f"{clinic} {kind} {number}")


def examiner_of(nurse: Nurse) -> Examiner:
    """What an exam asks about a nurse."""
    certificates = tuple(
        Certified(certificate=each.certificate, valid=Period(each.valid_from, each.valid_until))
        for each in nurse.certificates
    )
    return Examiner(
        account=nurse.account,
        clinic=nurse.clinic,
        certificates=certificates,
        available=nurse.free,
        works_until=nurse.works_until,
        telehealth=nurse.telehealth,
    )


def place_of(room: Room) -> Place:
    """What an exam asks about a room."""
    return Place(room=room.room, clinic=room.clinic, available=room.available)


def helper_of(attendant: Attendant) -> Helper:
    """What an exam asks about an interpreter or an advocate's place."""
    return Helper(
        helper=attendant.attendant,
        clinic=attendant.clinic,
        kind=attendant.kind,
        number=attendant.number,
        languages=attendant.languages,
        available=attendant.available,
    )


def record_of(exam: Exam, case: Case) -> Record:
    """What policies may know of an exam. Its nurse sees it while a slot is kept with her, and what she completed."""
    nurse = (exam.slot.nurse,) if exam.slot is not None else ()
    accounts = {"excluded": case.kept_out, "nurse": nurse, "requester": (exam.requested_by,)}
    words = {"clinic": exam.clinic, "asked_for": exam.asked_for}
    return Record("Exam", exam.exam, accounts=accounts, words=words, in_role={"forensic_nurse": nurse})


def keep(exam: UUID, slot: Slot, person: UUID, helpers: Sequence[UUID] = ()) -> Sequence[Effect]:
    """Nurse, room, patient and who is beside the patient are the exam's for that time, in place of what it had."""
    kept = dict.fromkeys((slot.nurse, slot.room, person, *helpers))
    return [release(exam), *(take(exam, each, slot.since, slot.until) for each in kept)]


def rested(exam: UUID, slot: Slot, ground: Ground) -> Sequence[Effect]:
    """A booking of the same moment within a day of it makes this be decided again: the nurse's rest and her hours a day
    are reckoned from all of them together.
    """
    return [nothing_new(exam, slot.nurse, a_day_around(slot), ground.beside)]


def a_day_around(slot: Slot) -> Period:
    """In which her other exams count for her rest and her hours."""
    since, until = slot.period.in_utc
    return Period(since - DAY, until + DAY)


@dataclass(frozen=True)
class Clinic:
    """Loads what belongs to a tip, for routes and reactions alike."""

    store: EventStore
    gate: Gate
    periods: Periods
    jurisdiction: Jurisdiction

    async def case(self, tip: UUID) -> Loaded[Case]:
        """As it is known here; version 0 when nothing was told of it."""
        return await self.store.load(CASE, case_of(tip))

    async def exam(self, exam: UUID) -> Loaded[Exam]:
        """As it stands."""
        return await self.store.load(EXAM, exam)

    async def nurse(self, account: UUID) -> Loaded[Nurse]:
        """A nurse's reference is that of the account."""
        return await self.store.load(NURSE, account)

    async def room(self, room: UUID) -> Loaded[Room]:
        """As it stands."""
        return await self.store.load(ROOM, room)

    async def attendant(self, attendant: UUID) -> Loaded[Attendant]:
        """As it stands."""
        return await self.store.load(ATTENDANT, attendant)

    async def visible(self, caller: Caller, action: str, exam: UUID) -> tuple[Loaded[Exam], Loaded[Case]]:
        """Raises `NotFound` for an exam that is absent or not the caller's to touch."""
        loaded = await self.exam(exam)
        # Asked of an exam there is not, too: it must not be told from a hidden one by the time the answer takes.
        case = await self.case(loaded.state.tip)
        if not loaded.exists:
            raise NotFound
        self.gate.require(caller, action, record_of(loaded.state, case.state))
        return loaded, case

    async def patient(self, case: Case) -> tuple[Patient, Sequence[Loaded[Any]]]:
        """Whom the tip is about, and what else that rests on: linked tips are about one person, the first one's.

        Raises `NotFound` for a tip that was not told of.
        """
        if case.person is None:
            raise NotFound
        if case.first is None:
            return Patient(person=case.person, age=case.age, kept_out=case.kept_out), ()
        first = await self.case(case.first)
        kept_out = (*case.kept_out, *first.state.kept_out)
        return Patient(person=first.state.person or case.person, age=case.age, kept_out=kept_out), (first,)

    async def ground(
        self, exam: Exam, case: Loaded[Case], slot: Slot, helpers: Sequence[UUID] = ()
    ) -> tuple[Ground, Sequence[Loaded[Any]]]:
        """What a slot is decided on, and the streams that must not move on before the decision stands."""
        nurse, room = await self.nurse(slot.nurse), await self.room(slot.room)
        beside = [await self.attendant(each) for each in helpers]
        patient, also = await self.patient(case.state)
        since, until = slot.period.in_utc
        resources = [slot.nurse, slot.room, patient.person, *helpers]
        taken = await self.periods.taken(resources, *a_day_around(slot))
        others = [each for each in taken if each.holder != exam.exam]
        ground = Ground(
            nurse=examiner_of(nurse.state) if nurse.state.registered else None,
            room=place_of(room.state) if room.exists else None,
            patient=patient,
            taken={each.resource for each in others if each.since < until and since < each.until},
            beside=tuple(Period(each.since, each.until) for each in others if each.resource == slot.nurse),
            helpers=tuple(helper_of(each.state) if each.exists else None for each in beside),
        )
        return ground, (nurse, room, *beside, case, *also)

    async def helpers_kept(self, exam: Exam, known: Sequence[UUID]) -> Sequence[UUID]:
        """Which of these interpreters and places are kept for the exam: that stands in the reservations alone."""
        if exam.slot is None or not exam.planned:
            return ()
        taken = await self.periods.taken(known, *exam.slot.period)
        return [each.resource for each in taken if each.holder == exam.exam]

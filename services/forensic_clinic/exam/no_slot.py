"""No time is free before evidence is lost: what can be chosen instead, and that it was. Pure.

That a window closes, or has closed, never refuses an exam or care: whatever is chosen, the exam can still be booked.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused
from services.forensic_clinic.exam.events import NoSlotAnswered
from services.forensic_clinic.exam.offers import Offer, in_time, sure
from services.forensic_clinic.exam.refusals import ExamRefusal
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.exam.windows import Window, last_chance, sure_until

EXAMINES = "forensic_exam"
CLINIC = "clinic_coordinator"
ASKED_BY = "cps_coordinator"


class Choice(StrEnum):
    """What is done where no time is free in the windows of evidence."""

    BEYOND = "beyond"
    TELEHEALTH = "telehealth"
    CARE_WITHOUT_EVIDENCE = "care_without_evidence"


class Why(StrEnum):
    """Why somebody must look at an exam now: what `ExamPressing` may say."""

    NO_SLOT = "no_slot"
    NO_SURE_SLOT = "no_sure_slot"
    MOVED_UP = "moved_up"
    STANDBY_ENDED = "standby_ended"
    NURSE_GONE = "nurse_gone"
    NURSE_UNFIT = "nurse_unfit"


def unmet(those: Sequence[Window], offered: Sequence[Offer], now: datetime) -> Why | None:
    """Whether what can be offered comes too late for evidence still to be found. None where nothing is at stake."""
    if last_chance(those, now) is None:
        return None
    if not in_time(offered):
        return Why.NO_SLOT
    if sure_until(those, now) is None or sure(offered):
        return None
    return Why.NO_SURE_SLOT


def answer(
    exam: Exam, choice: Choice, clinic: str, nurse: UUID | None, reason: str, tables: Jurisdiction
) -> list[Event]:
    """`clinic` and `nurse` say where or with whom, where that is on file; else the reason does.

    Raises `InvalidValue`, and `Refused` for an exam that has ended.
    """
    if exam.ended:
        raise Refused(ExamRefusal.ENDED, "This exam was completed or cancelled. Request another if need be.")
    agency = tables.agencies.get(clinic)
    if clinic and (agency is None or agency.workflow_role != EXAMINES):
        raise InvalidValue("clinic", "No such clinic is on file. Leave it out, and say in the reason which it is.")
    if (choice is Choice.TELEHEALTH) != (nurse is not None):
        raise InvalidValue("nurse", "Name the nurse who supports from afar, and for that choice alone.")
    text = Personal(person=exam.person, text=reason)
    return [NoSlotAnswered(exam=exam.exam, choice=choice, clinic=clinic, nurse=nurse, reason=text)]


def told_of(exam: Exam) -> tuple[str, ...]:
    """The clinic's coordinator, and the office that asked where it is not the clinic itself."""
    # Written as the kernel names a role of one agency; an aggregate knows no kernel.
    clinic = f"{CLINIC} of {exam.clinic}"
    return (clinic,) if exam.asked_for == exam.clinic else (clinic, ASKED_BY)

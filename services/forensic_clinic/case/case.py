"""A case as the clinic knows it, and what may be noted of it. Pure."""

from uuid import UUID

import msgspec

from contracts.language import Event
from services.forensic_clinic.case.events import AccountShutOut, CaseJoined, CaseNoted, ExamAdded


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`person` is None while the tip itself has not been told of: whom it names is told first."""

    tip: UUID = UUID(int=0)
    person: UUID | None = None
    age: str = ""
    county: str = ""
    first: UUID | None = None
    kept_out: tuple[UUID, ...] = ()
    exams: tuple[UUID, ...] = ()


def evolve(case: Case, event: Event) -> Case:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case CaseNoted():
            return change(case, tip=event.tip, person=event.person, age=event.age, county=event.county)
        case CaseJoined():
            return change(case, tip=event.tip, first=event.first)
        case AccountShutOut():
            return change(case, tip=event.tip, kept_out=(*case.kept_out, event.account))
        case ExamAdded():
            return change(case, exams=(*case.exams, event.exam))
        case _:
            return case


def note(case: Case, tip: UUID, person: UUID, age: str, county: str) -> list[Event]:
    """Only what changes is noted."""
    if (case.person, case.age, case.county) == (person, age, county):
        return []
    return [CaseNoted(tip=tip, person=person, age=age, county=county)]


def join(case: Case, tip: UUID, first: UUID) -> list[Event]:
    """Its patient is that of the first tip."""
    return [] if first in {tip, case.first} else [CaseJoined(tip=tip, first=first)]


def shut_out(case: Case, tip: UUID, account: UUID) -> list[Event]:
    """For good, and even before the tip itself is told of."""
    return [] if account in case.kept_out else [AccountShutOut(tip=tip, account=account)]


def add_exam(tip: UUID, exam: UUID) -> list[Event]:
    """So that it is found when someone is shut out."""
    return [ExamAdded(tip=tip, exam=exam)]

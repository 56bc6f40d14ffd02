"""A case as the clinic knows it, and what may be noted of it. Pure."""

from uuid import UUID

import msgspec

from contracts.language import Event
from services.forensic_clinic.case.events import (
    AccountShutOut,
    CaseJoined,
    CaseNoted,
    CaseParted,
    ExamAdded,
    ExclusionEnded,
)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`person` is None while the tip itself has not been told of: whom it names is told first."""

    tip: UUID = UUID(int=0)
    person: UUID | None = None
    age: str = ""
    county: str = ""
    first: UUID | None = None
    kept_out: tuple[UUID, ...] = ()
    exams: tuple[UUID, ...] = ()


def evolve(case: Case, event: Event) -> Case:  # noqa: PLR0911  # one case an event
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case CaseNoted():
            return change(case, tip=event.tip, person=event.person, age=event.age, county=event.county)
        case CaseJoined():
            return change(case, tip=event.tip, first=event.first)
        case CaseParted():
            return change(case, first=None)
        case ExclusionEnded():
            return change(case, kept_out=tuple(each for each in case.kept_out if each != event.account))
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


def part(case: Case, tip: UUID, first: UUID) -> list[Event]:
    """Its patient is that of the tip that is first now: its own, where it stands alone."""
    if first != tip:
        return join(case, tip, first)
    return [] if case.first is None else [CaseParted(tip=tip)]


def readmit(case: Case, tip: UUID, account: UUID) -> list[Event]:
    """No tip keeps it out any more. What it was taken off stays so."""
    return [ExclusionEnded(tip=tip, account=account)] if account in case.kept_out else []


def shut_out(case: Case, tip: UUID, account: UUID) -> list[Event]:
    """Even before the tip itself is told of."""
    return [] if account in case.kept_out else [AccountShutOut(tip=tip, account=account)]


def add_exam(tip: UUID, exam: UUID) -> list[Event]:
    """So that it is found when someone is shut out."""
    return [ExamAdded(tip=tip, exam=exam)]

"""An interpreter, or a place that a victim service fills, and what may be recorded of it. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period, Span, common, joined, without
from services.forensic_clinic.attendant.events import AttendantAvailable, AttendantEntered, AttendantNotAvailable

EXAMINES = "forensic_exam"
LONGEST = timedelta(days=366)
Kind = Literal["interpreter", "advocate"]


class AttendantRefusal(StrEnum):
    """Why a command on an attendant is refused."""

    ENTERED_ALREADY = "entered_already"
    NOT_AVAILABLE = "hours_not_stated"
    BOOKED = "booked"


class Attendant(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is all that was stated and not taken back, apart from one another and in order."""

    attendant: UUID = UUID(int=0)
    clinic: str = ""
    kind: str = ""
    number: int = 0
    languages: tuple[str, ...] = ()
    available: tuple[Period, ...] = ()


class EnterAttendant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`clinic` is an agency that examines. An interpreter has languages, an advocate's place none."""

    clinic: str
    kind: Kind
    number: Annotated[int, msgspec.Meta(ge=1, le=99)]
    languages: tuple[str, ...] = ()


def evolve(attendant: Attendant, event: Event) -> Attendant:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AttendantEntered():
            return change(
                attendant,
                attendant=event.attendant,
                clinic=event.clinic,
                kind=event.kind,
                number=event.number,
                languages=event.languages,
            )
        case AttendantAvailable():
            return change(attendant, available=joined((*attendant.available, Period(event.since, event.until))))
        case AttendantNotAvailable():
            return change(attendant, available=without(attendant.available, Period(event.since, event.until)))
        case _:
            return attendant


def enter(attendant: Attendant, new: UUID, command: EnterAttendant, tables: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for a clinic or a language not on file, `Refused` for one there is."""
    clinic = tables.agencies.get(command.clinic)
    if clinic is None or clinic.workflow_role != EXAMINES:
        raise InvalidValue("clinic", "No such clinic is on file. Choose an agency that does forensic exams.")
    known = {each.language for each in tables.responders.languages}
    if any(each not in known for each in command.languages):
        raise InvalidValue("languages", f"Choose from: {', '.join(sorted(known))}.")
    if (command.kind == "interpreter") != bool(command.languages):
        raise InvalidValue("languages", "An interpreter has at least one language, an advocate's place none.")
    if attendant.clinic:
        raise Refused(AttendantRefusal.ENTERED_ALREADY, "This clinic has one of that kind and number already.")
    return [
        AttendantEntered(
            attendant=new,
            clinic=command.clinic,
            kind=command.kind,
            number=command.number,
            languages=tuple(sorted(set(command.languages))),
        )
    ]


def state_availability(attendant: Attendant, span: Span) -> list[Event]:
    """Raises `InvalidValue` for a span that cannot be right."""
    period = span.period(LONGEST)
    return [AttendantAvailable(attendant=attendant.attendant, since=period.since, until=period.until)]


def withdraw_availability(attendant: Attendant, span: Span, *, booked: bool) -> list[Event]:
    """`booked` says whether an exam is held or booked with it at any moment of it. Raises `Refused`."""
    period = span.period(LONGEST)
    if not common(attendant.available, [period]):
        raise Refused(AttendantRefusal.NOT_AVAILABLE, "No hours are on record for this time.")
    if booked:
        raise Refused(AttendantRefusal.BOOKED, "An exam is held or booked in this time. Release or move it first.")
    return [AttendantNotAvailable(attendant=attendant.attendant, since=period.since, until=period.until)]

"""A room, and what may be recorded of it. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period, Span, common, joined, without
from services.forensic_clinic.room.events import RoomAvailable, RoomNotAvailable, RoomOpened

EXAMINES = "forensic_exam"
LONGEST = timedelta(days=366)


class RoomRefusal(StrEnum):
    """Why a command on a room is refused."""

    OPENED_ALREADY = "opened_already"
    NOT_AVAILABLE = "hours_not_stated"
    BOOKED = "booked"


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is all that was stated and not taken back, apart from one another and in order."""

    room: UUID = UUID(int=0)
    clinic: str = ""
    number: int = 0
    available: tuple[Period, ...] = ()


class OpenRoom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`clinic` is an agency that examines."""

    clinic: str
    number: Annotated[int, msgspec.Meta(ge=1, le=99)]


def evolve(room: Room, event: Event) -> Room:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case RoomOpened():
            return change(room, room=event.room, clinic=event.clinic, number=event.number)
        case RoomAvailable():
            return change(room, available=joined((*room.available, Period(event.since, event.until))))
        case RoomNotAvailable():
            return change(room, available=without(room.available, Period(event.since, event.until)))
        case _:
            return room


def open_room(room: Room, new: UUID, command: OpenRoom, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for an agency that does no exams, `Refused` for a room there is."""
    clinic = jurisdiction.agencies.get(command.clinic)
    if clinic is None or clinic.workflow_role != EXAMINES:
        raise InvalidValue("clinic", "No such clinic is on file. Choose an agency that does forensic exams.")
    if room.clinic:
        raise Refused(RoomRefusal.OPENED_ALREADY, "This clinic has a room of that number already.")
    return [RoomOpened(room=new, clinic=command.clinic, number=command.number)]


def state_availability(room: Room, span: Span) -> list[Event]:
    """Raises `InvalidValue` for a span that cannot be right."""
    period = span.period(LONGEST)
    return [RoomAvailable(room=room.room, since=period.since, until=period.until)]


def withdraw_availability(room: Room, span: Span, *, booked: bool) -> list[Event]:
    """`booked` says whether an exam is held or booked in the room at any moment of it. Raises `Refused`."""
    period = span.period(LONGEST)
    if not common(room.available, [period]):
        raise Refused(RoomRefusal.NOT_AVAILABLE, "No hours are on record for this time.")
    if booked:
        raise Refused(RoomRefusal.BOOKED, "An exam is held or booked in this time. Release or move it first.")
    return [RoomNotAvailable(room=room.room, since=period.since, until=period.until)]

"""What the forensic clinic answers about times of an exam, as far as this page reads it."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.console.pages.clinic.answers import Slot


class Window(msgspec.Struct, frozen=True):
    """Until when something can be found, or given; `standing` is how it stands now."""

    window: str
    rule: str
    purpose: str
    standing: str
    sure_until: datetime | None
    closed_by: datetime | None


class Offer(msgspec.Struct, frozen=True):
    """A free time at a clinic, and what speaks for and against it."""

    clinic: str
    nurse: UUID
    room: UUID
    since: datetime
    until: datetime
    interpreter: UUID | None
    advocate: UUID | None
    lost: list[str]
    at_risk: list[str]
    care_late: list[str]
    before: datetime | None
    travel_minutes: int | None
    rest_minutes: int | None

    @property
    def slot(self) -> Slot:
        return Slot(self.nurse, self.room, self.since, self.until)


class FromAfar(msgspec.Struct, frozen=True):
    """A nurse who supports exams elsewhere by video, and when she is at no exam."""

    nurse: UUID
    clinic: str
    since: datetime
    until: datetime


class Nurse(msgspec.Struct, frozen=True):
    """Whose illness is put on record, as she stood when the page was made."""

    reference: UUID
    version: int


class Attendant(msgspec.Struct, frozen=True):
    """An interpreter, or a place a victim service fills, by its number."""

    attendant: UUID
    kind: str
    number: int
    languages: list[str]


class Offers(msgspec.Struct, frozen=True):
    """All of it."""

    version: int
    clinic: str
    language: str
    standby: bool
    instead: str
    windows: list[Window]
    unmet: str
    offers: list[Offer]
    from_afar: list[FromAfar]
    attending: list[UUID]
    nurses: list[UUID]
    rooms: list[UUID]
    attendants: list[Attendant]


class Move(msgspec.Struct, frozen=True):
    """An exam whose patient could be asked to come at another time, and what that frees for the one that waits."""

    exam: UUID
    tip: UUID
    clinic: str
    since: datetime
    instead: Offer
    freed: Offer
    at_risk: list[str]
    care_late: list[str]


class MakingRoom(msgspec.Struct, frozen=True):
    """Those that cost least first."""

    moves: list[Move]

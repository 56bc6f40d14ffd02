"""What the clinic's service answers about whom a clinic can call upon, as far as this page reads it."""

from datetime import datetime
from uuid import UUID

import msgspec


class Period(msgspec.Struct, frozen=True):
    """From the first moment, and before the last."""

    since: datetime
    until: datetime


class Certificate(msgspec.Struct, frozen=True):
    """Of a nurse; valid before the last moment."""

    certificate: str
    issuer: str
    valid_until: datetime


class Nurse(msgspec.Struct, frozen=True):
    """`from_afar`: by video, for exams elsewhere. Nothing is booked with her from `works_until` on."""

    nurse: UUID
    version: int
    certificates: list[Certificate]
    available: list[Period]
    from_afar: bool
    works_until: datetime | None


class Room(msgspec.Struct, frozen=True):
    """Of the clinic, told from its others by number."""

    room: UUID
    version: int
    number: int
    available: list[Period]


class Attendant(msgspec.Struct, frozen=True):
    """An interpreter, or a place that a victim service fills."""

    attendant: UUID
    version: int
    kind: str
    number: int
    languages: list[str]
    available: list[Period]


class People(msgspec.Struct, frozen=True):
    """Of the clinic of whoever looks."""

    clinic: str
    nurses: list[Nurse]
    rooms: list[Room]
    attendants: list[Attendant]

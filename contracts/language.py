"""The words every event is written in: what an event is, what a personal field is, how a field is classified.

Aggregates and contracts both speak this; it knows neither storage nor transport.
"""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened. `NAME` and `VERSION` are stored and never change meaning once released."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int] = 1


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A personal text, encrypted: AES-256-GCM, with a commitment whose salt is inside the ciphertext.

    Destroying the person's key leaves the commitment, so proofs over the event still hold.
    """

    key: UUID
    nonce: bytes
    ciphertext: bytes
    commitment: bytes


class Personal(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A text about one person. It carries plain text only on its way in; every stored copy is sealed.

    `person` is a random reference, never derived from the person.
    """

    person: UUID
    text: str = ""
    seal: Seal | None = None

    def __repr__(self) -> str:
        return f"Personal(person={self.person}, …)"


Class = Literal["reference", "code", "measure", "moment", "locating", "personal", "victim_service"]


def classified(as_: Class) -> msgspec.Meta:
    """Marks what a field can reveal; contract events must mark every field (tests/contracts)."""
    return msgspec.Meta(extra={"class": as_})


Reference = Annotated[UUID, classified("reference")]
"""A random identifier: names a record, says nothing about a person."""

Code = Annotated[str, classified("code")]
"""A word of a closed list."""

Measure = Annotated[int, classified("measure")]
"""A count or an amount."""

Moment = Annotated[datetime, msgspec.Meta(tz=True, extra={"class": "moment"})]
"""A time with a zone, of an act of an agency (not of an assault)."""

Locating = Annotated[str, classified("locating")]
"""County, age band and the like: with a time, it can point to a child. Each consumer's need is stated."""

Flag = Annotated[bool, classified("code")]
"""Yes or no."""


class Refused(Exception):
    """A rule says no (HTTP 409). `code` is of the closed list its aggregate keeps; `sentence` is for a person."""

    def __init__(self, code: str, sentence: str, *, rule: str | None = None, citation: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.rule = rule
        self.citation = citation


class InvalidValue(Exception):
    """What was entered cannot be right (HTTP 422): `field` names where, never the value itself."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field = field
        self.sentence = sentence


# Nothing that is entered here happened before; earlier years are slips of the keyboard.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def not_in_future(field: str, moment: datetime, now: datetime) -> None:
    """Raises `InvalidValue` for a moment that has no zone, has not come yet, or is a slip of the year."""
    if moment.tzinfo is None:
        raise InvalidValue(field, "Give the time with its zone, for example 2026-03-01T02:15:00-06:00.")
    if moment > now:
        raise InvalidValue(field, "This time has not come yet. Check the date and the zone.")
    if moment < EARLIEST:
        raise InvalidValue(field, "This is too long ago to be right. Check the year.")

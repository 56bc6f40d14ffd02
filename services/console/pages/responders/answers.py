"""What the pages of the responders ask, and what they read of the answers."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.console.frame.area import Area


class Certificate(msgspec.Struct, frozen=True):
    """A certificate that is on file."""

    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Away(msgspec.Struct, frozen=True):
    """On leave."""

    since: datetime
    until: datetime


class Channel(msgspec.Struct, frozen=True):
    """A way to be reached, and when it was last seen to work."""

    kind: str
    proven_at: datetime | None


class Row(msgspec.Struct, frozen=True):
    """One of the list."""

    responder: UUID
    agency: str
    since: datetime | None
    until: datetime | None
    leave: list[Away]
    channels: dict[str, datetime | None]
    suspended: bool
    lacks: list[str]
    certificates: list[Certificate]


class Rows(msgspec.Struct, frozen=True):
    """A page of them, and the number of all."""

    responders: list[Row]
    total: int


class Responder(msgspec.Struct, frozen=True):
    """One of them. `available`: from when until when they can be called; who `left` cannot be asked any more."""

    account: UUID
    agency: str
    task_force: str
    rapid_response: bool
    area: Area
    languages: list[str]
    credentials: list[Certificate]
    available: tuple[datetime, datetime] | None
    leave: list[tuple[datetime, datetime]]
    channels: list[Channel]
    left: bool
    suspended: bool
    lacks: list[str]


class Entry(msgspec.Struct, frozen=True):
    """The entry with its version."""

    version: int
    responder: Responder

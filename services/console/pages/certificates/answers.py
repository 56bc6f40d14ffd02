"""What the pages of an issuer ask, and what they read of the answers."""

from datetime import datetime
from uuid import UUID

import msgspec


class Row(msgspec.Struct, frozen=True):
    """A responder, and what this agency issued to them."""

    responder: UUID
    agency: str
    certificates: list["Certificate"]


class Certificate(msgspec.Struct, frozen=True):
    """For how long."""

    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Rows(msgspec.Struct, frozen=True):
    """A page of them, and the number of all."""

    responders: list[Row]
    total: int


class Trained(msgspec.Struct, frozen=True):
    """Hours of a part."""

    part: str
    hours: int


class Issued(msgspec.Struct, frozen=True):
    """One certificate; a renewed one stands again under the same reference."""

    credential: UUID
    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    training: list[Trained]
    background_checked_at: datetime | None


class Entry(msgspec.Struct, frozen=True):
    """A responder with what this agency issued, and the version to decide on."""

    version: int
    account: UUID
    agency: str
    left: bool
    credentials: list[Issued]

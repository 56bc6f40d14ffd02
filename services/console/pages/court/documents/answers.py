"""What the prosecution answers about documents, as far as these pages read it."""

from datetime import datetime
from uuid import UUID

import msgspec


class Choice(msgspec.Struct, frozen=True):
    """A document that can be made. `what` is a code: of a hearing, a paper, a way to undo a conviction."""

    template: str
    kind: str
    title: str
    about: UUID
    what: str
    accused: UUID | None
    victim: UUID | None
    at: datetime | None
    courts: list[str]


class Issued(msgspec.Struct, frozen=True):
    """One that was taken out. `changed` is how many events came since into what it rests on."""

    document: UUID
    template: str
    version: int
    court: str
    issued_at: datetime
    digest: str
    file_digest: str
    changed: int


class Documents(msgspec.Struct, frozen=True):
    """What fits the case, and what was issued, the latest first."""

    choices: list[Choice]
    issued: list[Issued]
    victims: list[UUID]


class Block(msgspec.Struct, frozen=True):
    """A part of a document."""

    kind: str
    text: str
    head: list[str]
    rows: list[list[str]]


class Rested(msgspec.Struct, frozen=True):
    """An event it rests on."""

    name: str
    recorded_at: str
    event: str


class Content(msgspec.Struct, frozen=True):
    """What a document says, in English as a court reads it."""

    template: str
    title: str
    caption: list[str]
    blocks: list[Block]
    rests_on: list[Rested]
    position: int


class Draft(msgspec.Struct, frozen=True):
    """What it would say now."""

    content: Content
    foot: list[str]
    note: str
    source: str


class Document(msgspec.Struct, frozen=True):
    """What was issued."""

    content: Content
    foot: list[str]
    issued: Issued


class OfCase(msgspec.Struct, frozen=True):
    """Which document of which case."""

    case: UUID
    tip: UUID
    document: UUID
    template: str
    changed: int


class Checked(msgspec.Struct, frozen=True):
    """Whose a hash is, as far as it may be told."""

    issued: bool
    whole: str
    issued_at: datetime | None
    of_case: OfCase | None

"""The documents issued of a case, and which of them a hash belongs to, as the events tell it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.prosecution.documents.events import DocumentIssued, DocumentRegistered


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """One document; what it says is made again from the log up to `position`."""

    document: UUID
    template: str
    version: int
    court: str
    about: UUID
    streams: tuple[UUID, ...]
    position: int
    digest: str
    file_digest: str
    issued_at: datetime


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """In the order they were issued."""

    issued: Mapping[UUID, Issued] = {}


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a hash is; None of one nobody has."""

    case: UUID | None = None
    document: UUID | None = None
    of: str = ""


def evolve(documents: Documents, event: Event) -> Documents:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case DocumentIssued():
            issued = Issued(
                document=event.document,
                template=event.template,
                version=event.template_version,
                court=event.court,
                about=event.about,
                streams=event.streams,
                position=event.position,
                digest=event.digest,
                file_digest=event.file_digest,
                issued_at=event.issued_at,
            )
            return Documents(issued={**documents.issued, event.document: issued})
        case _:
            return documents


def register(registered: Registered, event: Event) -> Registered:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case DocumentRegistered():
            return Registered(case=event.case, document=event.document, of=event.of)
        case _:
            return registered

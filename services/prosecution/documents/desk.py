"""Where documents are made: opens the names, fills the template in, and makes what was issued again, word for word."""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from contracts.jurisdictions.documents import DocumentRules
from contracts.language import InvalidValue, Personal
from services.kernel.http.problems import NotFound
from services.kernel.sealing import CannotOpen
from services.kernel.store import Kind, Loaded
from services.kernel.stored_form import Happening
from services.prosecution.cases import Cases
from services.prosecution.documents import saying
from services.prosecution.documents import state as document_state
from services.prosecution.documents.case_file import CaseFile
from services.prosecution.documents.choosing import choices
from services.prosecution.documents.content import Content, Rested, blocks_of, caption_of, digest_of, unknown, used_in
from services.prosecution.documents.events import DocumentIssued
from services.prosecution.documents.facts import facts_of
from services.prosecution.documents.material import Facts, Sealed, Value, Wanted, rests_on
from services.prosecution.documents.paper import paper
from services.prosecution.documents.state import Documents, Issued, Registered

DOCUMENTS = Kind("documents", Documents(), document_state.evolve)
REGISTERED = Kind("document_hash", Registered(), document_state.register)

HASHES = UUID("0a3c1f52-6f0e-4b63-9a52-6d5b5c1f7e11")
"""Under it a hash finds the stream that says whose it is."""

MARK_BYTES = 16


def documents_stream(case: UUID) -> UUID:
    """One stream a case, found from it alone."""
    return uuid5(case, "documents")


def hash_stream(digest: str) -> UUID:
    """Found from the hash alone, so that a hash is looked up in no list."""
    return uuid5(HASHES, digest)


class Draft(NamedTuple):
    """A document as it would be now. `persons` are named in it; not `whole` where a name was destroyed."""

    wanted: Wanted
    content: Content
    facts: Facts
    on: Sequence[Happening]
    persons: Sequence[UUID]
    whole: bool


@dataclass(frozen=True)
class Desk:
    """Makes documents. Whoever calls it has seen to it that the case is the caller's and the read on record."""

    cases: Cases

    @property
    def rules(self) -> DocumentRules:
        """Templates and blanks."""
        return self.cases.charging.documents

    async def documents(self, case: UUID) -> Loaded[Documents]:
        """As they stand; version 0 while none was issued."""
        return await self.cases.store.load(DOCUMENTS, documents_stream(case))

    async def registered(self, digest: str) -> Loaded[Registered]:
        """Whose a hash is; version 0 where it is nobody's."""
        return await self.cases.store.load(REGISTERED, hash_stream(digest))

    def wanted(self, file: CaseFile, template: str, about: UUID, court: str) -> Wanted:
        """A document of the latest version that fits the case. Raises `NotFound`, `InvalidValue`."""
        fitting = (each for each in choices(file.material) if (each.template, each.about) == (template, about))
        found, in_force = next(fitting, None), self.rules.template(template)
        if found is None or in_force is None:
            raise NotFound
        if court not in found.courts:
            raise InvalidValue("court", "This document is not made for that court. Choose one of the list.")
        return Wanted(in_force, about, court)

    def wanted_again(self, issued: Issued) -> Wanted:
        """Of the version it was issued by. Raises `NotFound` where that is on file no more."""
        template = self.rules.template(issued.template, issued.version)
        if template is None:
            raise NotFound
        return Wanted(template, issued.about, issued.court)

    def rests_on(self, file: CaseFile, wanted: Wanted) -> tuple[Facts, Sequence[Happening]]:
        """What the document says, sealed still, and the events it rests on, in the log's order."""
        facts = facts_of(wanted, file.material)
        return facts, [each for each in file.of(facts.streams) if rests_on(each.event, facts)]

    async def draft(self, file: CaseFile, wanted: Wanted) -> Draft:
        """With the names it has opened."""
        facts, on = self.rests_on(file, wanted)
        caption = self.rules.caption(wanted.template, wanted.court)
        if caption is None:
            raise NotFound
        blanks, whole = dict[str, str](), True
        values = {name: facts.blanks.get(name, ()) for name in used_in(wanted.template, caption)}
        for name, value in values.items():
            text, opened = await self._opened(value)
            whole = whole and opened
            blanks |= {} if text is None else {name: text}
        zone = self.cases.jurisdiction.state.clocks
        content = Content(
            template=wanted.template.template,
            version=wanted.template.version,
            title=wanted.template.title,
            caption=caption_of(caption, self.rules, blanks),
            blocks=blocks_of(wanted.template, self.rules, blanks, facts.tables),
            rests_on=tuple(_rested(each, zone) for each in on),
            position=max(each.position for each in file.of(facts.streams)),
        )
        sealed = (each for value in values.values() for each in value if isinstance(each, Sealed))
        return Draft(wanted, content, facts, on, list(dict.fromkeys(each.text.person for each in sealed)), whole)

    async def issue(self, draft: Draft, case: UUID, document: UUID, at: datetime) -> DocumentIssued:
        """The event of a draft that is taken out, with the hashes of its content and of its PDF."""
        marks = tuple(secrets.token_hex(MARK_BYTES) for _ in draft.persons)
        content = self._taken_out(draft.content, document, at, marks)
        file = await paper_of(content)
        return DocumentIssued(
            case=case,
            document=document,
            template=content.template,
            template_version=content.version,
            court=draft.wanted.court,
            about=draft.wanted.about,
            streams=draft.facts.streams,
            position=content.position,
            rests_on=tuple(each.event_id for each in draft.on),
            digest=digest_of(content),
            file_digest=hashlib.sha256(file).hexdigest(),
            marks=tuple(Personal(person=who, text=mark) for who, mark in zip(draft.persons, marks, strict=True)),
            issued_at=at,
        )

    async def again(self, case: UUID, issued: Issued, draft: Draft) -> Content | None:
        """What was issued, of its draft as the log stood. None where something that was named in it was destroyed."""
        marks = await self._marks(case, issued.document)
        told = tuple(each for each in marks if each is not None)
        if not draft.whole or len(told) < len(marks):
            return None
        return self._taken_out(draft.content, issued.document, issued.issued_at, told)

    def _taken_out(self, content: Content, document: UUID, at: datetime, marks: tuple[str, ...]) -> Content:
        said = saying.to_the_second(at, self.cases.jurisdiction.state.clocks)
        return msgspec.structs.replace(content, document=str(document), issued_at=said, marks=marks)

    async def _marks(self, case: UUID, document: UUID) -> Sequence[str | None]:
        for each in await self.cases.store.happenings(documents_stream(case)):
            if isinstance(event := each.event, DocumentIssued) and event.document == document:
                sealed = [(mark, each.event_id, f"marks.{n}") for n, mark in enumerate(event.marks)]
                return await self.cases.keys.open_all(sealed)
        raise NotFound

    async def _opened(self, value: Value) -> tuple[str | None, bool]:
        """The text of a blank, None where nothing is on file; and whether nothing of it was destroyed."""
        if not any(value):
            return None, True
        pieces, whole = list[str](), True
        for each in value:
            text = await self._text(each) if isinstance(each, Sealed) else each
            whole = whole and not (isinstance(each, Sealed) and text is None)
            pieces.append(text or unknown(self.rules))
        return "".join(pieces), whole

    async def _text(self, sealed: Sealed) -> str | None:
        try:
            text = await self.cases.keys.open(sealed.text, sealed.event_id, sealed.field)
        except CannotOpen:
            return None
        return saying.initials(text) if sealed.initials else text


async def paper_of(content: Content) -> bytes:
    """Its PDF, drawn beside the event loop."""
    return await asyncio.to_thread(paper, content, digest_of(content))


def _rested(happening: Happening, zone: ZoneInfo) -> Rested:
    recorded = happening.recorded_at or happening.happened_at
    return Rested(
        name=happening.event.NAME,
        recorded_at=saying.to_the_second(recorded, zone),
        event=saying.short(happening.event_id),
    )

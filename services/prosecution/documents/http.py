"""Documents over HTTP: what fits a case, a draft to look at, taking one out, and having what was issued once more."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import Malformed, NotFound, Stale
from services.kernel.http.reading import Reader
from services.kernel.store import Change
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.prosecution.case.decisions import is_accepted
from services.prosecution.documents.case_file import CaseFile, read_case
from services.prosecution.documents.choosing import Choice, choices
from services.prosecution.documents.content import Content, digest_of, foot_of
from services.prosecution.documents.desk import Desk, hash_stream, paper_of
from services.prosecution.documents.events import DocumentIssued, DocumentRegistered
from services.prosecution.documents.refusals import destroyed, said_otherwise
from services.prosecution.documents.state import Issued

PDF = "application/pdf"


class IssueDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which document, about what, for which court. `If-Match` is the position its draft rested on."""

    template: str
    about: UUID
    court: str


class IssuedOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`changed` is how many events came since into what it rests on."""

    document: UUID
    template: str
    version: int
    court: str
    about: UUID
    issued_at: datetime
    digest: str
    file_digest: str
    changed: int


class DocumentsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What can be made of the case as it stands, and what was issued, the latest first. `victims` in their order."""

    choices: tuple[Choice, ...]
    issued: tuple[IssuedOnPage, ...]
    victims: tuple[UUID, ...]


class DraftOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """What it would say; it is no document until it is issued. `note` is the template's, for whoever makes it."""

    content: Content
    foot: tuple[str, ...]
    note: str
    source: str


class DocumentOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was issued, word for word."""

    content: Content
    foot: tuple[str, ...]
    issued: IssuedOnPage


class DocumentController(Controller):
    """Under a case's path, for its office."""

    path = "/cases/{case:uuid}/documents"
    tags = ["Documents"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_case"})
    async def read(
        self, case: UUID, desk: Desk, reader: Reader, time: TimeSource, request: Request[Any, Any, Any]
    ) -> DocumentsPage:
        """Without a name, and without a word of any document."""
        caller = caller_of(request)
        stands = await desk.cases.visible(caller, "read_case", case)
        loaded, file = await desk.documents(case), await read_case(desk.cases, case, time.now())
        await reader.shown(caller, "documents of a case", stands, *([loaded] if loaded.exists else []))
        issued = [_on_page(each, file) for each in loaded.state.issued.values()]
        victims = tuple(file.material.victims)
        return DocumentsPage(choices=tuple(choices(file.material)), issued=tuple(reversed(issued)), victims=victims)

    @get("/drafts/{template:str}/{about:uuid}", opt={"action": "read_accused"})
    async def draft(
        self,
        case: UUID,
        template: str,
        about: UUID,
        desk: Desk,
        reader: Reader,
        time: TimeSource,
        request: Request[Any, Any, Any],
        court: str = "",
    ) -> Response[DraftOnPage]:
        """What a document would say now, with names; that you read them is on record. `ETag`: send it to issue it."""
        caller = caller_of(request)
        stands = await desk.cases.visible(caller, "read_accused", case)
        file = await read_case(desk.cases, case, time.now())
        wanted = desk.wanted(file, template, about, court)
        _, on = desk.rests_on(file, wanted)
        await reader.record(caller, "document of a case", stands.case or case, on)
        made = await desk.draft(file, wanted)
        shown = DraftOnPage(
            content=made.content,
            foot=foot_of(made.content, ""),
            note=wanted.template.note or "",
            source=wanted.template.source,
        )
        return Response(shown, headers={"ETag": f'"{made.content.position}"'})

    @post("/", opt={"action": "issue_document"}, status_code=201)
    async def issue(
        self, case: UUID, data: IssueDocument, intent: Intent, commands: Commands, desk: Desk
    ) -> Response[Done]:
        """Takes it out. What it rests on, and its hashes, are on record with it; what it says is not.

        Refused as stale where what it rests on has changed since its draft was made.
        """
        document = uuid4()

        async def decide(now: datetime) -> Decided:
            stands = await desk.cases.visible(intent.caller, "issue_document", case)
            if intent.expected is None:
                raise Malformed('Say which draft you decided on: send If-Match with its ETag, such as "12".')
            is_accepted(stands.state)
            file = await read_case(desk.cases, case, now)
            # Opened for its hashes alone, and shown to nobody: the draft was, on record.
            draft = await desk.draft(file, desk.wanted(file, data.template, data.about, data.court))
            if draft.content.position != intent.expected:
                raise Stale
            if not draft.whole:
                raise destroyed()
            issued = await desk.issue(draft, case, document, now)
            registered = _registered(issued)
            loaded, rests_on = await desk.documents(case), file.loaded(draft.facts.streams)
            decided = decided_on(loaded, [issued], now, *registered, rests_on=rests_on, case=stands.case, status=201)
            return replace(decided, reference=document)

        return await commands.run(intent, decide)

    @get("/{document:uuid}", opt={"action": "read_accused"})
    async def again(
        self,
        case: UUID,
        document: UUID,
        desk: Desk,
        reader: Reader,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> DocumentOnPage:
        """What was issued, word for word, with names; that you read them is put on record before you see them."""
        issued, content = await _again(desk, reader, caller_of(request), case, document)
        now = await read_case(desk.cases, case, time.now())
        foot = foot_of(content, issued.digest)
        return DocumentOnPage(content=content, foot=foot, issued=_on_page(issued, now))

    @post("/{document:uuid}/file", opt={"action": "read_accused"}, status_code=200, media_type=PDF)
    async def file(
        self, case: UUID, document: UUID, desk: Desk, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[bytes]:
        """The PDF that was issued, byte for byte."""
        issued, content = await _again(desk, reader, caller_of(request), case, document)
        made = await paper_of(content)
        if hashlib.sha256(made).hexdigest() != issued.file_digest:
            raise said_otherwise()
        disposition = f'attachment; filename="{issued.template}-{str(document)[:8]}.pdf"'
        return Response(made, media_type=PDF, headers={"Content-Disposition": disposition})


async def _again(desk: Desk, reader: Reader, caller: Caller, case: UUID, document: UUID) -> tuple[Issued, Content]:
    """Raises `NotFound`; `Refused` where it cannot be made again as it was. Another is never given in its place."""
    stands = await desk.cases.visible(caller, "read_accused", case)
    issued = (await desk.documents(case)).state.issued.get(document)
    if issued is None:
        raise NotFound
    then = await read_case(desk.cases, case, issued.issued_at, issued.position)
    wanted = desk.wanted_again(issued)
    _, on = desk.rests_on(then, wanted)
    await reader.record(caller, "document of a case", stands.case or case, on)
    content = await desk.again(case, issued, await desk.draft(then, wanted))
    if content is None:
        raise destroyed()
    if digest_of(content) != issued.digest:
        raise said_otherwise()
    return issued, content


def _registered(issued: DocumentIssued) -> list[Change]:
    """By either hash the document is found."""
    return [
        Change(hash_stream(digest), 0, [DocumentRegistered(case=issued.case, document=issued.document, of=of)])
        for of, digest in (("content", issued.digest), ("file", issued.file_digest))
    ]


def _on_page(issued: Issued, now: CaseFile) -> IssuedOnPage:
    return IssuedOnPage(
        document=issued.document,
        template=issued.template,
        version=issued.version,
        court=issued.court,
        about=issued.about,
        issued_at=issued.issued_at,
        digest=issued.digest,
        file_digest=issued.file_digest,
        changed=len(since(now, issued)),
    )


def since(now: CaseFile, issued: Issued) -> Sequence[Happening]:
    """What came into what it rests on, since it was issued."""
    return [each for each in now.of(issued.streams) if each.position > issued.position]

"""Evidence over HTTP: what there is by reference, what it supports, and its custody for a court."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader, SealedText
from services.kernel.stored_form import Happening
from services.prosecution.cases import count_in
from services.prosecution.evidence import support
from services.prosecution.evidence.events import EvidenceEnded, EvidenceListed
from services.prosecution.evidence.folder import Folder, evidence_stream, item_in
from services.prosecution.evidence.page import Custody, EvidencePage, custody_of, evidence_page
from services.prosecution.evidence.support import ListEvidence


class EndEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it supports nothing any more."""

    reason: str


class StateSupport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which element of which count the item supports."""

    count: UUID
    element: str
    item: UUID


class EndSupport(StateSupport, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """And why it does not after all."""

    reason: str


class WhereItIs(msgspec.Struct, frozen=True, kw_only=True):
    """Where an item is found; null where nothing is on file, or where a court had it destroyed."""

    item: UUID
    locator: str | None


class EvidenceController(Controller):
    """Under a case's path, for its office. `If-Match` is the evidence's version, 0 while nothing is on record."""

    path = "/cases/{case:uuid}/evidence"
    tags = ["Evidence"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_case"})
    async def read(
        self, case: UUID, folder: Folder, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[EvidencePage]:
        """What supports each element of each open count, what was disclosed, and what laboratories owe."""
        stands = await folder.cases.visible(caller_of(request), "read_case", case)
        loaded = await folder.evidence(case)
        matter = await folder.cases.matter(stands.state.tip)
        await reader.shown(caller_of(request), "evidence of a case", stands, *([loaded] if loaded.version else []))
        page = evidence_page(stands.state, matter.state, loaded, folder.cases.charging)
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @get("/places", opt={"action": "read_notes"})
    async def places(
        self, case: UUID, folder: Folder, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[WhereItIs]:
        """Where each item is found. That you read it is put on record before you see it."""
        caller = caller_of(request)
        stands = await folder.cases.visible(caller, "read_notes", case)
        told = await _listed(folder, case)
        await reader.record(caller, "where evidence is found", stands.case or case, [each for each, _, _ in told])
        return [WhereItIs(item=item, locator=await reader.open(place)) for _, item, place in told]

    @get("/{item:uuid}/custody", opt={"action": "read_case"})
    async def custody(
        self, case: UUID, item: UUID, folder: Folder, reader: Reader, request: Request[Any, Any, Any]
    ) -> Custody:
        """Where an item was, for a court: no names, no numbers, no findings."""
        stands = await folder.cases.visible(caller_of(request), "read_case", case)
        loaded = await folder.evidence(case)
        found = item_in(loaded.state, item)
        matter = await folder.cases.matter(stands.state.tip)
        await reader.shown(caller_of(request), "custody of evidence", stands, loaded)
        happenings = await folder.cases.store.happenings(evidence_stream(case))
        listed_at, ended_at = (_when(happenings, kind, item) for kind in (EvidenceListed, EvidenceEnded))
        return custody_of(found, matter.state, loaded.state, listed_at, ended_at)

    @post("/", opt={"action": "record_evidence"}, status_code=200)
    async def list_evidence(
        self, case: UUID, data: ListEvidence, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """Something is evidence, by reference. Where it is found is sealed."""
        item = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            kits, agency = await folder.kits(stands.state), folder.agency(data.kept_by)
            events = support.list_evidence(stands.state, loaded.state, item, data, kits, agency, folder.cases.charging)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{item:uuid}/end", opt={"action": "record_evidence"}, status_code=200)
    async def end_evidence(
        self, case: UUID, item: UUID, data: EndEvidence, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """It supports nothing any more: suppressed, lost, returned, or typed in wrongly."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            found = item_in(loaded.state, item)
            events = support.end_evidence(stands.state, found, data.reason, folder.cases.charging)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/support", opt={"action": "record_evidence"}, status_code=200)
    async def state_support(
        self, case: UUID, data: StateSupport, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """The item supports an element of a count, as you judge."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            count, item = count_in(stands.state, data.count), item_in(loaded.state, data.item)
            events = support.state_support(stands.state, loaded.state, count, data.element, item, folder.cases.charging)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/support/end", opt={"action": "record_evidence"}, status_code=200)
    async def end_support(
        self, case: UUID, data: EndSupport, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """It does not support it after all."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            count, item = count_in(stands.state, data.count), item_in(loaded.state, data.item)
            events = support.end_support(
                stands.state, loaded.state, count, data.element, item, data.reason, folder.cases.charging
            )
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)


async def _listed(folder: Folder, case: UUID) -> Sequence[tuple[Happening, UUID, SealedText]]:
    """Each item with where it is found, sealed; without those of which that is not on file."""
    return [
        (each, event.item, SealedText(event.locator, each.event_id, "locator"))
        for each in await folder.cases.store.happenings(evidence_stream(case))
        if isinstance(event := each.event, EvidenceListed) and event.locator is not None
    ]


def _when(
    happenings: Sequence[Happening], kind: type[EvidenceListed] | type[EvidenceEnded], item: UUID
) -> datetime | None:
    return next(
        (each.happened_at for each in happenings if isinstance(each.event, kind) and each.event.item == item), None
    )

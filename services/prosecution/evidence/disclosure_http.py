"""Discovery given, and requests to laboratories with their answers, over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.prosecution.evidence import disclosure
from services.prosecution.evidence.disclosure import AskLaboratory, GiveDiscovery
from services.prosecution.evidence.folder import Folder, giving_in, request_in


class WithReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason of a closed list."""

    reason: str


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the laboratory said of the request, and when. What it found is asked by no field."""

    answer: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]


class DisclosureController(Controller):
    """What leaves the office, and what it waits for; `If-Match` is the evidence's version."""

    path = "/cases/{case:uuid}/evidence"
    tags = ["Evidence"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/discovery", opt={"action": "record_evidence"}, status_code=200)
    async def give(
        self, case: UUID, data: GiveDiscovery, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """Discovery was given: what, in whose matter, to whom, how and when."""
        giving = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            events = disclosure.give_discovery(stands.state, loaded.state, giving, data, folder.cases.charging, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/discovery/{giving:uuid}/correction", opt={"action": "record_evidence"}, status_code=200)
    async def correct(
        self, case: UUID, giving: UUID, data: WithReason, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """It was entered in error, and stays on record as that."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            found = giving_in(loaded.state, giving)
            events = disclosure.correct_discovery(stands.state, found, data.reason, folder.cases.charging)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/requests", opt={"action": "record_evidence"}, status_code=200)
    async def ask(
        self, case: UUID, data: AskLaboratory, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """A laboratory is asked to examine an item."""
        request = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            laboratory = folder.agency(data.laboratory)
            events = disclosure.ask_laboratory(
                stands.state, loaded.state, request, data, laboratory, folder.cases.charging, now
            )
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/requests/{request_id:uuid}/answers", opt={"action": "record_evidence"}, status_code=200)
    async def answer(
        self, case: UUID, request_id: UUID, data: AnswerRequest, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """The laboratory answered. A report that came is listed as evidence."""
        report = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            found = request_in(loaded.state, request_id)
            events = disclosure.answer_request(
                stands.state, found, data.answer, data.at, report, folder.cases.charging, now
            )
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/requests/{request_id:uuid}/end", opt={"action": "record_evidence"}, status_code=200)
    async def end(
        self, case: UUID, request_id: UUID, data: WithReason, intent: Intent, commands: Commands, folder: Folder
    ) -> Response[Done]:
        """No answer is waited for any more."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await folder.named(intent, "record_evidence", case)
            found = request_in(loaded.state, request_id)
            events = disclosure.end_request(stands.state, found, data.reason, folder.cases.charging)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

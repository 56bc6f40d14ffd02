"""The end of a case over HTTP: what a court or a prosecutor decided, and the closing of the case."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader, SealedText
from services.tips.duty.duties import Duties
from services.tips.tip import closing
from services.tips.tip.closing import Dispose
from services.tips.tip.events import TipDisposed
from services.tips.tip.tips import Tips


class DispositionOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Which investigation was ended, by whom and when; `document` is null where a court had it destroyed."""

    of: str
    by: str
    disposed_at: datetime
    recorded_at: datetime | None
    citation: str
    document: str | None


class ClosingController(Controller):
    """For whoever answers for the case. `If-Match` is the tip's version."""

    path = "/tips/{tip:uuid}"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/dispositions", opt={"action": "close_tip"})
    async def dispositions(
        self, tip: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[DispositionOnPage]:
        """By which papers the investigations were ended. That you read it is put on record before you see it."""
        caller = caller_of(request)
        loaded = await tips.visible(caller, "close_tip", tip)
        told = [each for each in await tips.store.happenings(tip) if isinstance(each.event, TipDisposed)]
        await reader.record(caller, "how investigations ended", loaded.case or tip, told)
        return [
            DispositionOnPage(
                of=each.event.of,
                by=each.event.by,
                disposed_at=each.event.disposed_at,
                recorded_at=each.recorded_at,
                citation=each.event.citation,
                document=await reader.open(SealedText(each.event.document, each.event_id, "document")),
            )
            for each in told
            if isinstance(each.event, TipDisposed)
        ]

    @post("/dispositions", opt={"action": "close_tip"}, status_code=200)
    async def dispose(self, tip: UUID, data: Dispose, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """An investigation was disposed of, by one to whom the law reserves that."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "close_tip", tip))
            events = closing.dispose(loaded.state, data, tips.jurisdiction, now)
            return decided_on(loaded, events, data.disposed_at)

        return await commands.run(intent, decide)

    @post("/closing", opt={"action": "close_tip"}, status_code=200)
    async def close(self, tip: UUID, intent: Intent, commands: Commands, tips: Tips, duties: Duties) -> Response[Done]:
        """Closes the case. Refused, with all that is open named, while anything of it is owed."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "close_tip", tip))
            found = [await duties.duty(tip, rule) for rule in duties.rules]
            waiting = [each.state.rule for each in found if each.state.standing == "open"]
            events = closing.close(loaded.state, waiting, tips.jurisdiction)
            return decided_on(loaded, events, now, rests_on=[each for each in found if each.exists])

        return await commands.run(intent, decide)

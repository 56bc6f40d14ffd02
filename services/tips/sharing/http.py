"""Sharing a case over HTTP: with whom, for what and until when."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Changes, Loaded
from services.kernel.time_source import TimeSource
from services.tips.sharing import decisions
from services.tips.sharing.decisions import Case, ShareCase
from services.tips.sharing.state import Sharing
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips


class ShareOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`holds`: somebody may read by it now. `people`: names and stories, too."""

    share: UUID
    agency: str
    role: str
    account: UUID | None
    purpose: str
    people: bool
    until: datetime
    holds: bool


class SharingController(Controller):
    """For whoever is responsible for the case. Each share is its own; none is decided on another."""

    path = "/tips/{tip:uuid}/shares"
    tags = ["Sharing"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_shares"})
    async def read(self, tip: UUID, tips: Tips, time: TimeSource, request: Request[Any, Any, Any]) -> list[ShareOnPage]:
        """Every share there was, the newest first."""
        await tips.visible(caller_of(request), "read_shares", tip)
        sharing, now = (await tips.sharing(tip)).state, time.now()
        return [
            ShareOnPage(
                **{name: getattr(each, name) for name in ShareOnPage.__struct_fields__ if name != "holds"},
                holds=each.holds(now),
            )
            for each in reversed(sharing.shares)
        ]

    @post("/", opt={"action": "share_case"}, status_code=201)
    async def share(self, tip: UUID, data: ShareCase, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """Lets them read the case from now on. Whoever the tip names, or who has a conflict, still does not."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = await tips.visible(intent.caller, "share_case", tip)
            sharing = await tips.sharing(tip)
            case = Case(tip=tip, person=loaded.state.person, kept_out=loaded.state.named_accounts)
            events = decisions.share(sharing.state, case, data, new, tips.jurisdiction, now)
            return _decided(loaded, sharing, Change(sharing.id, sharing.version, events), new, now, 201)

        return await commands.run(intent, decide)

    @post("/{share:uuid}/end", opt={"action": "share_case"}, status_code=200)
    async def end(self, tip: UUID, share: UUID, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """Ends it at once. No fact of the case changes."""

        async def decide(now: datetime) -> Decided:
            loaded = await tips.visible(intent.caller, "share_case", tip)
            sharing = await tips.sharing(tip)
            found = sharing.state.of(share)
            if found is None:
                raise NotFound
            events = decisions.end(found, tip, now)
            return _decided(loaded, sharing, Change(sharing.id, sharing.version, events), share, now, 200)

        return await commands.run(intent, decide)


def _decided(
    tip: Loaded[Tip], sharing: Loaded[Sharing], change: Change, share: UUID, now: datetime, status: int
) -> Decided:
    """Rests on the tip: whom it names may change meanwhile."""
    version = sharing.version + len(change.events)
    return Decided(Changes([change], rests_on=(tip,)), share, version, tip.case or tip.id, now, status=status)

"""Proposals with the conferral on them, and the steps of a notice, over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.prosecution.victim import conferral, notices
from services.prosecution.victim.decisions import Of
from services.prosecution.victim.http import At, Happened
from services.prosecution.victim.notices import Took
from services.prosecution.victim.rights import Rights, count_of_victim, notice_in, proposal_in

View = Annotated[str, msgspec.Meta(min_length=3, max_length=10_000)]


class Propose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is proposed for a count: an outcome before which its victim is heard."""

    count: UUID
    outcome: str
    at: At


class Confer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How and when one conferred, and what the victim thinks of it; `view`, in their words, is sealed."""

    way: str
    position: str
    at: At
    view: View | None = None


class NotHeld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why nobody conferred, of the closed list, and when that was so."""

    reason: str
    at: At


class VictimStepsController(Controller):
    """What is done about a proposal or a notice; `If-Match` is the victim's version."""

    path = "/cases/{case:uuid}/victims/{victim:uuid}"
    tags = ["Victims' rights"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/proposals", opt={"action": "record_victim_rights"}, status_code=200)
    async def propose(
        self, case: UUID, victim: UUID, data: Propose, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """A plea, a nolle prosequi or another disposition is proposed: the victim is to be conferred with before it."""
        proposal = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            count = count_of_victim(stands.state, victim, data.count)
            events = conferral.propose(
                loaded.state, Of(case, victim), proposal, count, data.outcome, data.at, rights.rules, now
            )
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/proposals/{proposal:uuid}/conferral", opt={"action": "record_victim_rights"}, status_code=200)
    async def confer(
        self, case: UUID, victim: UUID, proposal: UUID, data: Confer, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """The prosecutor conferred with the victim about it."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            found = proposal_in(loaded.state, proposal)
            events = conferral.confer(
                Of(case, victim), found, data.way, data.position, data.view, data.at, rights.rules, now
            )
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/proposals/{proposal:uuid}/not-held", opt={"action": "record_victim_rights"}, status_code=200)
    async def not_held(
        self,
        case: UUID,
        victim: UUID,
        proposal: UUID,
        data: NotHeld,
        intent: Intent,
        commands: Commands,
        rights: Rights,
    ) -> Response[Done]:
        """Nobody conferred, and why. The outcome can be recorded then; the reason stands beside it."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            found = proposal_in(loaded.state, proposal)
            events = conferral.not_held(Of(case, victim), found, data.reason, data.at, rights.rules, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/proposals/{proposal:uuid}/withdrawal", opt={"action": "record_victim_rights"}, status_code=200)
    async def withdraw(
        self,
        case: UUID,
        victim: UUID,
        proposal: UUID,
        data: Happened,
        intent: Intent,
        commands: Commands,
        rights: Rights,
    ) -> Response[Done]:
        """It is proposed no more."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            events = conferral.withdraw(Of(case, victim), proposal_in(loaded.state, proposal), data.at, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/notices/{notice:uuid}/steps", opt={"action": "record_victim_rights"}, status_code=200)
    async def take_step(
        self, case: UUID, victim: UUID, notice: UUID, data: Took, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """It was sent, delivered, acknowledged, or failed. A failed one stays a task until it is sent again."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            found = notice_in(loaded.state, notice)
            events = notices.step(Of(case, victim), found, data, rights.rules, now)
            told = data.step in ("sent", "acknowledged")
            clocks = await rights.done(found, data.at, now) if told else []
            return decided_on(loaded, events, data.at, *clocks, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

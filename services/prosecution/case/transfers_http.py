"""Transfers over HTTP: offer, take back, accept, refuse. The other office sees nothing of the case but the offer."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import NotFound
from services.kernel.store import Loaded
from services.prosecution.case import transfers
from services.prosecution.case.http import Note, WithReason
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases, transfer_record

Number = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class OfferTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reason` is a code of the list. A note is sealed; the other office reads it once it has the case."""

    office: str
    reason: str
    note: Note | None = None


class AcceptTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which offer of the case is meant, as the list numbers it."""

    transfer: Number


class RefuseTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reason is sealed; the office that has the case reads it."""

    transfer: Number
    reason: Note


class TransferController(Controller):
    """Whoever answers an offer has no version of the case to send: the number of the offer says what is meant."""

    path = "/cases/{case:uuid}/transfers"
    tags = ["Transfers"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "offer_transfer"}, status_code=200)
    async def offer(
        self, case: UUID, data: OfferTransfer, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Offers the case to another office. It stays with yours until that one accepts it."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "offer_transfer", case))
            events = transfers.offer(
                loaded.state, data.office, data.reason, data.note, cases.jurisdiction, cases.charging, now
            )
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/withdrawal", opt={"action": "offer_transfer"}, status_code=200)
    async def withdraw(
        self, case: UUID, data: WithReason, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Takes back an offer that nobody answered."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "offer_transfer", case))
            return decided_on(loaded, transfers.withdraw(loaded.state, data.reason), now)

        return await commands.run(intent, decide)

    @post("/acceptance", opt={"action": "answer_transfer"}, status_code=200)
    async def accept(
        self, case: UUID, data: AcceptTransfer, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Your office is responsible for the case from now on, and has all that is in it."""

        async def decide(now: datetime) -> Decided:
            loaded = await _offered(cases, intent, case)
            return decided_on(loaded, transfers.accept(loaded.state, data.transfer), now)

        return await commands.run(intent, decide)

    @post("/refusal", opt={"action": "answer_transfer"}, status_code=200)
    async def refuse(
        self, case: UUID, data: RefuseTransfer, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Your office does not take it. That stays on record."""

        async def decide(now: datetime) -> Decided:
            loaded = await _offered(cases, intent, case)
            return decided_on(loaded, transfers.refuse(loaded.state, data.transfer, data.reason), now)

        return await commands.run(intent, decide)


async def _offered(cases: Cases, intent: Intent, case: UUID) -> Loaded[Case]:
    """Raises `NotFound` for a case that is absent, or not offered to the caller's office."""
    loaded = await cases.case(case)
    if loaded.state.phase == "none":
        raise NotFound
    cases.gate.require(intent.caller, "answer_transfer", transfer_record(loaded.state))
    return loaded

"""Responders over HTTP: who may hold a seat, by what certificate, and when they can be called."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Loaded
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.responder import decisions
from services.rapid_assessment.responder.decisions import (
    RecordCredential,
    RegisterResponder,
    StateAddress,
    StateAvailability,
    WithdrawCredential,
)
from services.rapid_assessment.responder.state import Responder


class ResponderPage(msgspec.Struct, frozen=True):
    """A responder; the name is asked of the identity service."""

    version: int
    responder: Responder


class ResponderController(Controller):
    """A responder's reference is the reference of the account."""

    path = "/responders"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "register_responder"}, status_code=201)
    async def register(
        self, data: RegisterResponder, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts an account on the list of those who may hold a seat."""

        async def decide(now: datetime) -> Decided:
            loaded = await cases.store.load(RESPONDER, data.account)
            events = decisions.register(loaded.state, data, cases.jurisdiction)
            return decided_on(loaded, events, now, status=201)

        return await commands.run(intent, decide)

    @get("/{responder:uuid}", opt={"action": "read_responder"})
    async def read(self, responder: UUID, cases: Cases, request: Request[Any, Any, Any]) -> Response[ResponderPage]:
        """Credentials and availability."""
        loaded = await _visible(cases, caller_of(request), "read_responder", responder)
        page = ResponderPage(loaded.version, loaded.state)
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/{responder:uuid}/credentials", opt={"action": "record_credential"}, status_code=200)
    async def record_credential(
        self, responder: UUID, data: RecordCredential, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """A certificate was seen."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(cases, intent.caller, "record_credential", responder))
            return decided_on(loaded, decisions.record_credential(loaded.state, data, cases.jurisdiction), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/credentials/withdrawals", opt={"action": "record_credential"}, status_code=200)
    async def withdraw_credential(
        self, responder: UUID, data: WithdrawCredential, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The issuer took a certificate back."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(cases, intent.caller, "record_credential", responder))
            events = decisions.withdraw_credential(loaded.state, data, now)
            return decided_on(loaded, events, data.withdrawn_at)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/availability", opt={"action": "state_availability"}, status_code=200)
    async def state_availability(
        self, responder: UUID, data: StateAvailability, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """From when until when the responder can be called."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(cases, intent.caller, "state_availability", responder))
            return decided_on(loaded, decisions.state_availability(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/availability/withdrawal", opt={"action": "state_availability"}, status_code=200)
    async def withdraw_availability(
        self, responder: UUID, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """From now on the responder cannot be called. Seats they hold stay theirs."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(cases, intent.caller, "state_availability", responder))
            return decided_on(loaded, decisions.withdraw_availability(loaded.state, now), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/address", opt={"action": "state_address"}, status_code=200)
    async def state_address(
        self, responder: UUID, data: StateAddress, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Where the responder is told that something waits for their answer. It is sealed, and shown to nobody."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(cases, intent.caller, "state_address", responder))
            return decided_on(loaded, decisions.state_address(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/address/withdrawal", opt={"action": "state_address"}, status_code=200)
    async def withdraw_address(
        self, responder: UUID, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """From now on the responder is told nowhere but on their page."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(cases, intent.caller, "state_address", responder))
            return decided_on(loaded, decisions.withdraw_address(loaded.state), now)

        return await commands.run(intent, decide)


async def _visible(cases: Cases, caller: Caller, action: str, responder: UUID) -> Loaded[Responder]:
    loaded = await cases.store.load(RESPONDER, responder)
    if not loaded.state.registered:
        raise NotFound
    cases.gate.require(caller, action, Record("Responder", responder, accounts={"self": (responder,)}))
    return loaded

"""Responders over HTTP: who may hold a seat, where they serve, and when they can be called."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.periods import Span
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Loaded
from services.rapid_assessment.cases import PROOF, RESPONDER, Cases
from services.rapid_assessment.responder import decisions
from services.rapid_assessment.responder.decisions import DescribeResponder, RegisterResponder, StateAvailability
from services.rapid_assessment.responder.state import Responder


class ResponderPage(msgspec.Struct, frozen=True):
    """A responder; the name is asked of the identity service.

    `code_sent`: whether the code that waits to be typed back went out; None where nobody knows yet, or none waits.
    """

    version: int
    responder: Responder
    code_sent: bool | None


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
        """Where they serve, their credentials, hours, leave, and the kinds of their channels."""
        loaded = await visible_responder(cases, caller_of(request), "read_responder", responder)
        code = loaded.state.code
        sent = (await cases.store.load(PROOF, code.proof)).state.sent if code is not None else None
        return Response(ResponderPage(loaded.version, loaded.state, sent), headers={"ETag": f'"{loaded.version}"'})

    @post("/{responder:uuid}/description", opt={"action": "describe_responder"}, status_code=200)
    async def describe(
        self, responder: UUID, data: DescribeResponder, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Task force, counties or circuit court districts served, languages. It replaces what was said before."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "describe_responder", responder))
            return decided_on(loaded, decisions.describe(loaded.state, data, cases.jurisdiction), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/availability", opt={"action": "state_availability"}, status_code=200)
    async def state_availability(
        self, responder: UUID, data: StateAvailability, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """From when until when the responder can be called, beside any rota."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_availability", responder))
            return decided_on(loaded, decisions.state_availability(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/availability/withdrawal", opt={"action": "state_availability"}, status_code=200)
    async def withdraw_availability(
        self, responder: UUID, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """From now on the responder cannot be called, but by a rota. Seats they hold stay theirs."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_availability", responder))
            return decided_on(loaded, decisions.withdraw_availability(loaded.state, now), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/leave", opt={"action": "state_leave"}, status_code=200)
    async def state_leave(
        self, responder: UUID, data: Span, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Away: not called in this time, whatever a rota says. A rota gives such a shift to the next in its order."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_leave", responder))
            return decided_on(loaded, decisions.state_leave(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{responder:uuid}/leave/withdrawals", opt={"action": "state_leave"}, status_code=200)
    async def withdraw_leave(
        self, responder: UUID, data: Span, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Not away in this time after all."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_leave", responder))
            return decided_on(loaded, decisions.withdraw_leave(loaded.state, data), now)

        return await commands.run(intent, decide)


async def visible_responder(cases: Cases, caller: Caller, action: str, responder: UUID) -> Loaded[Responder]:
    """Raises `NotFound` for somebody who is not on the list, or not the caller's to touch."""
    loaded = await cases.store.load(RESPONDER, responder)
    if not loaded.state.registered:
        raise NotFound
    cases.gate.require(caller, action, Record("Responder", responder, accounts={"self": (responder,)}))
    return loaded

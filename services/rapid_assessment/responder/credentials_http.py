"""Credentials over HTTP, for the people of their issuers alone."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Loaded
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.responder import credentials
from services.rapid_assessment.responder.credentials import GrantCredential, RenewCredential, RevokeCredential
from services.rapid_assessment.responder.state import Credential, Responder


class IssuedPage(msgspec.Struct, frozen=True):
    """What the caller's agency issued to a responder, and the version to decide on."""

    version: int
    account: UUID
    agency: str
    left: bool
    credentials: list[Credential]


class CredentialController(Controller):
    """Whoever issues a credential grants, renews and revokes it; nobody does so for them."""

    path = "/responders/{responder:uuid}/credentials"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_credential"})
    async def read(self, responder: UUID, cases: Cases, request: Request[Any, Any, Any]) -> Response[IssuedPage]:
        """Only those of your own agency. Of an agency that issues none, nobody is told that there is such a person."""
        loaded = await _of(cases, responder)
        caller, who = caller_of(request), loaded.state
        issued = [each for each in who.credentials if _may(cases, caller, "read_credential", each)]
        if not issued and not any(caller.agency in kind.issuers for kind in cases.jurisdiction.credentials.values()):
            raise NotFound
        page = IssuedPage(loaded.version, who.account, who.agency, who.left, issued)
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/", opt={"action": "grant_credential"}, status_code=200)
    async def grant(
        self, responder: UUID, data: GrantCredential, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """With the hours by part and the background check, where the rule asks for them."""

        async def decide(now: datetime) -> Decided:
            loaded = await _of(cases, responder)
            new = uuid4()
            cases.gate.require(intent.caller, "grant_credential", _record(new, data.issuer))
            loaded = intent.expect(loaded)
            return decided_on(loaded, credentials.grant(loaded.state, data, new, cases.jurisdiction, now), now)

        return await commands.run(intent, decide)

    @post("/{credential:uuid}/renewal", opt={"action": "renew_credential"}, status_code=200)
    async def renew(
        self,
        responder: UUID,
        credential: UUID,
        data: RenewCredential,
        intent: Intent,
        commands: Commands,
        cases: Cases,
    ) -> Response[Done]:
        """For a further time."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _issued(cases, intent.caller, "renew_credential", responder, credential))
            return decided_on(loaded, credentials.renew(loaded.state, data, credential, now), now)

        return await commands.run(intent, decide)

    @post("/{credential:uuid}/revocation", opt={"action": "revoke_credential"}, status_code=200)
    async def revoke(
        self,
        responder: UUID,
        credential: UUID,
        data: RevokeCredential,
        intent: Intent,
        commands: Commands,
        cases: Cases,
    ) -> Response[Done]:
        """From a moment on it fills no seat, and with your reason on record, sealed."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _issued(cases, intent.caller, "revoke_credential", responder, credential))
            events = credentials.revoke(loaded.state, data, credential, now)
            return decided_on(loaded, events, data.revoked_at)

        return await commands.run(intent, decide)


async def _of(cases: Cases, responder: UUID) -> Loaded[Responder]:
    loaded = await cases.store.load(RESPONDER, responder)
    if not loaded.state.registered:
        raise NotFound
    return loaded


async def _issued(cases: Cases, caller: Caller, action: str, responder: UUID, credential: UUID) -> Loaded[Responder]:
    """Raises `NotFound` for a credential that there is not, or that another agency issued."""
    loaded = await _of(cases, responder)
    issuer = credentials.issuer_of(loaded.state, credential)
    if not issuer:
        raise NotFound
    cases.gate.require(caller, action, _record(credential, issuer))
    return loaded


def _may(cases: Cases, caller: Caller, action: str, credential: Credential) -> bool:
    return cases.gate.may_touch(caller, action, _record(credential.credential, credential.issuer))


def _record(credential: UUID, issuer: str) -> Record:
    return Record("Credential", credential, words={"issuer": issuer})

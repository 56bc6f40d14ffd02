"""Nurses over HTTP: who may examine, by what certificate, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.periods import Span
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.nurse import decisions
from services.forensic_clinic.nurse.decisions import RecordCertificate, RegisterNurse, WithdrawCertificate
from services.forensic_clinic.nurse.state import Nurse
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.periods import leave_free
from services.kernel.store import Loaded


class PeriodOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """From the first moment, and before the last."""

    since: datetime
    until: datetime


class CertificateOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Valid from the first moment, and before the last."""

    certificate: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class NursePage(msgspec.Struct, frozen=True, kw_only=True):
    """A nurse; the name is asked of the identity service. Nothing is booked with her from `works_until` on."""

    reference: UUID
    version: int
    clinic: str
    certificates: tuple[CertificateOnPage, ...]
    available: tuple[PeriodOnPage, ...]
    works_until: datetime | None


class NurseController(Controller):
    """A nurse's reference is the reference of the account."""

    path = "/nurses"
    tags = ["Nurses"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "register_nurse"}, status_code=201)
    async def register(self, data: RegisterNurse, intent: Intent, commands: Commands, clinic: Clinic) -> Response[Done]:
        """Puts an account on the list of those who examine at a clinic."""

        async def decide(now: datetime) -> Decided:
            clinic.gate.require(intent.caller, "register_nurse", record_of_nurse(data.account, data.clinic))
            loaded = await clinic.nurse(data.account)
            events = decisions.register(loaded.state, data, clinic.jurisdiction)
            return decided_on(loaded, events, now, status=201)

        return await commands.run(intent, decide)

    @get("/{nurse:uuid}", opt={"action": "read_nurse"})
    async def read(self, nurse: UUID, clinic: Clinic, request: Request[Any, Any, Any]) -> Response[NursePage]:
        """Certificates and availability."""
        loaded = await visible_nurse(clinic, caller_of(request), "read_nurse", nurse)
        page = NursePage(
            reference=nurse,
            version=loaded.version,
            clinic=loaded.state.clinic,
            certificates=tuple(
                msgspec.convert(each, CertificateOnPage, from_attributes=True) for each in loaded.state.certificates
            ),
            available=tuple(PeriodOnPage(since=each.since, until=each.until) for each in loaded.state.available),
            works_until=loaded.state.works_until,
        )
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/{nurse:uuid}/certificates", opt={"action": "record_certificate"}, status_code=200)
    async def record_certificate(
        self, nurse: UUID, data: RecordCertificate, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """A certificate was seen."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_nurse(clinic, intent.caller, "record_certificate", nurse))
            return decided_on(loaded, decisions.record_certificate(loaded.state, data, clinic.jurisdiction), now)

        return await commands.run(intent, decide)

    @post("/{nurse:uuid}/certificates/withdrawals", opt={"action": "record_certificate"}, status_code=200)
    async def withdraw_certificate(
        self, nurse: UUID, data: WithdrawCertificate, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """The issuer took a certificate back."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_nurse(clinic, intent.caller, "record_certificate", nurse))
            events = decisions.withdraw_certificate(loaded.state, data, now)
            return decided_on(loaded, events, data.withdrawn_at)

        return await commands.run(intent, decide)

    @post("/{nurse:uuid}/availability", opt={"action": "state_availability"}, status_code=200)
    async def state_availability(
        self, nurse: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """From when until when the nurse can be booked; what was stated before stays."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_nurse(clinic, intent.caller, "state_availability", nurse))
            return decided_on(loaded, decisions.state_availability(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{nurse:uuid}/availability/withdrawals", opt={"action": "state_availability"}, status_code=200)
    async def withdraw_availability(
        self, nurse: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """Takes back what was stated, unless an exam is held or booked in that time."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_nurse(clinic, intent.caller, "state_availability", nurse))
            span = data.period(decisions.LONGEST)
            booked = bool(await clinic.periods.taken([nurse], *span))
            events = decisions.withdraw_availability(loaded.state, data, booked=booked)
            # A booking of the same moment makes this be decided again.
            return decided_on(loaded, events, now, effects=leave_free(nurse, *span))

        return await commands.run(intent, decide)


async def visible_nurse(clinic: Clinic, caller: Caller, action: str, nurse: UUID) -> Loaded[Nurse]:
    """Raises `NotFound` for someone who is no nurse or not the caller's to look at."""
    loaded = await clinic.nurse(nurse)
    if not loaded.state.registered:
        raise NotFound
    clinic.gate.require(caller, action, record_of_nurse(nurse, loaded.state.clinic))
    return loaded


def record_of_nurse(nurse: UUID, clinic: str) -> Record:
    """What policies may know of a nurse."""
    return Record("Nurse", nurse, accounts={"self": (nurse,)}, words={"clinic": clinic})

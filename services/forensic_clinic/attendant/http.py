"""Interpreters and advocates' places over HTTP: which a clinic can call upon, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.periods import Span
from services.forensic_clinic.attendant import attendant as attendants
from services.forensic_clinic.attendant.attendant import Attendant, EnterAttendant
from services.forensic_clinic.cases import Clinic, attendant_of
from services.forensic_clinic.room.http import UsablePeriod
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.periods import leave_free
from services.kernel.store import Loaded


class AttendantPage(msgspec.Struct, frozen=True, kw_only=True):
    """An interpreter, or an advocate's place, of a clinic. Nobody is named."""

    reference: UUID
    version: int
    clinic: str
    kind: str
    number: int
    languages: tuple[str, ...]
    available: tuple[UsablePeriod, ...]


class AttendantController(Controller):
    """Kept by the coordinator of their clinic, as rooms are."""

    path = "/attendants"
    tags = ["Attendants"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "enter_attendant"}, status_code=201)
    async def enter(self, data: EnterAttendant, intent: Intent, commands: Commands, clinic: Clinic) -> Response[Done]:
        """The clinic can call upon one of this kind and number."""
        attendant = attendant_of(data.clinic, data.kind, data.number)

        async def decide(now: datetime) -> Decided:
            clinic.gate.require(intent.caller, "enter_attendant", record_of_attendant(attendant, data.clinic))
            loaded = await clinic.attendant(attendant)
            events = attendants.enter(loaded.state, attendant, data, clinic.jurisdiction)
            return decided_on(loaded, events, now, status=201)

        return await commands.run(intent, decide)

    @get("/{attendant:uuid}", opt={"action": "read_attendant"})
    async def read(self, attendant: UUID, clinic: Clinic, request: Request[Any, Any, Any]) -> Response[AttendantPage]:
        """When it can be called upon."""
        loaded = await _visible(clinic, caller_of(request), "read_attendant", attendant)
        state = loaded.state
        page = AttendantPage(
            reference=attendant,
            version=loaded.version,
            clinic=state.clinic,
            kind=state.kind,
            number=state.number,
            languages=state.languages,
            available=tuple(UsablePeriod(since=each.since, until=each.until) for each in state.available),
        )
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/{attendant:uuid}/availability", opt={"action": "state_attendance"}, status_code=200)
    async def state_availability(
        self, attendant: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """From when until when it can be called upon; what was stated before stays."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(clinic, intent.caller, "state_attendance", attendant))
            return decided_on(loaded, attendants.state_availability(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{attendant:uuid}/availability/withdrawals", opt={"action": "state_attendance"}, status_code=200)
    async def withdraw_availability(
        self, attendant: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """Takes back what was stated, unless an exam is held or booked with it in that time."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(clinic, intent.caller, "state_attendance", attendant))
            span = data.period(attendants.LONGEST)
            booked = bool(await clinic.periods.taken([attendant], *span))
            events = attendants.withdraw_availability(loaded.state, data, booked=booked)
            # A booking of the same moment makes this be decided again.
            return decided_on(loaded, events, now, effects=leave_free(attendant, *span))

        return await commands.run(intent, decide)


async def _visible(clinic: Clinic, caller: Caller, action: str, attendant: UUID) -> Loaded[Attendant]:
    loaded = await clinic.attendant(attendant)
    if not loaded.exists:
        raise NotFound
    clinic.gate.require(caller, action, record_of_attendant(attendant, loaded.state.clinic))
    return loaded


def record_of_attendant(attendant: UUID, clinic: str) -> Record:
    """What policies may know of an attendant."""
    return Record("Attendant", attendant, words={"clinic": clinic})

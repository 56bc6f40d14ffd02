"""Security incidents over HTTP: anybody who is signed in reports one; those who are told acknowledge and close it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from services.identity.account.accounts import Accounts
from services.identity.account.events import AccountDescribed
from services.identity.account.http import PRIVATE
from services.identity.incident import decisions
from services.identity.incident.decisions import Kind, Text
from services.identity.incident.events import IncidentAcknowledged, IncidentClosed, IncidentReported
from services.identity.incident.incidents import Incidents
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened, and when you discovered it, with its zone. Name no child; of a case give the reference."""

    kind: Kind
    discovered_at: Annotated[datetime, msgspec.Meta(tz=True)]
    text: Text


class Close(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done about it. The note is sealed."""

    note: Text


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one of those who were told did about it, with the note of a closing; null where a court had it destroyed."""

    by: UUID
    at: datetime
    note: str | None


class IncidentPage(msgspec.Struct, frozen=True, kw_only=True):
    """An incident. `name` is that of whoever reported it; it and `text` are null where a court had them destroyed.

    It was to be reported by `due_at`; `late_seconds` is how long after that it was, null in time.
    """

    incident: UUID
    kind: str
    agency: str
    account: UUID
    name: str | None
    discovered_at: datetime
    reported_at: datetime
    due_at: datetime
    late_seconds: int | None
    rule: str
    citation: str
    text: str | None
    acknowledged: Step | None
    closed: Step | None


class IncidentController(Controller):
    """For whoever is signed in, to report one and to see what became of it; the rest for those who are told."""

    path = "/incidents"
    tags = ["Incidents"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "report_incident"}, status_code=201)
    async def report(
        self, data: Report, intent: Intent, commands: Commands, accounts: Accounts, incidents: Incidents
    ) -> Response[Done]:
        """Within the hour from when you discovered it. The administrators of your agency and the operators are told."""
        me, new = intent.caller.account, uuid4()
        if me is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            events = decisions.report(new, me, intent.caller.agency, data.kind, data.discovered_at, data.text, now)
            timed = incidents.timed(new, data.discovered_at, intent.command_id, now)
            return Decided(Changes([Change(new, 0, events), timed]), new, len(events), new, now, status=201)

        return await commands.run(intent, decide)

    @get("/{incident:uuid}", opt={"action": "read_incident"})
    async def read(
        self,
        incident: UUID,
        accounts: Accounts,
        incidents: Incidents,
        reader: Reader,
        request: Request[Any, Any, Any],
    ) -> Response[IncidentPage]:
        """What was said, by whom, and what became of it. That you read it is put on record before you see it."""
        caller = caller_of(request)
        await accounts.require_standing(caller)
        loaded = await incidents.visible(caller, "read_incident", incident)
        told = await incidents.store.happenings(incident)
        described = await accounts.described(loaded.state.account)
        await reader.record(caller, "a security incident", incident, [*told, described])
        page = await _page(incidents, reader, told, described)
        return Response(page, headers=PRIVATE)

    @post("/{incident:uuid}/acknowledgement", opt={"action": "acknowledge_incident"}, status_code=200)
    async def acknowledge(
        self, incident: UUID, intent: Intent, commands: Commands, accounts: Accounts, incidents: Incidents
    ) -> Response[Done]:
        """You have seen it and are at it."""
        me = intent.caller.account or UUID(int=0)

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            loaded = await incidents.visible(intent.caller, "acknowledge_incident", incident)
            return decided_on(loaded, decisions.acknowledge(loaded.state, me), now)

        return await commands.run(intent, decide)

    @post("/{incident:uuid}/closing", opt={"action": "close_incident"}, status_code=200)
    async def close(
        self, incident: UUID, data: Close, intent: Intent, commands: Commands, accounts: Accounts, incidents: Incidents
    ) -> Response[Done]:
        """It is dealt with."""
        me = intent.caller.account or UUID(int=0)

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            loaded = await incidents.visible(intent.caller, "close_incident", incident)
            return decided_on(loaded, decisions.close(loaded.state, me, data.note), now)

        return await commands.run(intent, decide)


async def _page(incidents: Incidents, reader: Reader, told: Sequence[Happening], described: Happening) -> IncidentPage:
    """Call it when the read is on record."""
    first, by = told[0], described.event
    reported = first.event
    if not isinstance(reported, IncidentReported) or not isinstance(by, AccountDescribed):
        raise TypeError(reported.NAME)
    clock, rule = await incidents.clock(reported.incident), await incidents.rule(reported.incident)
    return IncidentPage(
        incident=reported.incident,
        kind=reported.kind,
        agency=reported.agency,
        account=reported.account,
        name=await reader.open(SealedText(by.name, described.event_id, "name")),
        discovered_at=reported.discovered_at,
        reported_at=first.happened_at,
        due_at=clock.due_at,
        late_seconds=clock.late_seconds if clock.phase == "missed" else None,
        rule=rule.rule,
        citation=rule.citation,
        text=await reader.open(SealedText(reported.text, first.event_id, "text")),
        acknowledged=await _step(reader, told, IncidentAcknowledged),
        closed=await _step(reader, told, IncidentClosed),
    )


async def _step(
    reader: Reader, told: Sequence[Happening], kind: type[IncidentAcknowledged | IncidentClosed]
) -> Step | None:
    for each in told:
        event = each.event
        if isinstance(event, kind):
            note = event.note if isinstance(event, IncidentClosed) else None
            text = await reader.open(SealedText(note, each.event_id, "note"))
            return Step(by=event.account, at=each.happened_at, note=text)
    return None

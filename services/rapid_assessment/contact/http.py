"""Contact with the child over HTTP: made, tried, planned, or not possible for now; and the record of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.http.reading import Reader
from services.kernel.store import Change
from services.rapid_assessment.cases import CONTACT_RULE, Cases
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.contact.contact import Attempt, Contact, Moment, Step, Words
from services.rapid_assessment.contact.page import ContactRecord, contact_record, told_of

Decide = Callable[[Contact, datetime], list[Event]]


class MakeContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and where the child was seen face to face, by whoever sends this."""

    made_at: Moment
    place: Words


class ReportImpossible(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Attempts and planned steps that are not on record yet: none, where one of each is (Miss. Code 43-26-3(2)(a))."""

    attempts: Annotated[tuple[Attempt, ...], msgspec.Meta(max_length=50)]
    planned_steps: Annotated[tuple[Step, ...], msgspec.Meta(max_length=50)]


class ContactController(Controller):
    """Under a team's path; `If-Match` is the contact's version, `contact_version` on the team's page."""

    path = "/teams/{team:uuid}"
    tags = ["Contact with the child"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/contact", opt={"action": "read_contact"})
    async def read(self, team: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]) -> ContactRecord:
        """Every attempt and planned step in its words, and who was told. That you read it is put on record first."""
        caller = caller_of(request)
        loaded = await cases.visible(caller, "read_contact", team)
        contact = await cases.contact(loaded.state.tip)
        told = await told_of(cases, contact.state)
        await reader.shown(caller, "contact with a child", loaded, *((contact,) if contact.exists else ()))
        await reader.record(caller, "attempts to see a child", loaded.case or team, told)
        return await contact_record(cases, reader, contact, told)

    @post("/contact", opt={"action": "record_contact"}, status_code=200)
    async def made(
        self, team: UUID, data: MakeContact, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The child was seen. Meets the clock, or shows later that it was met in time."""
        worker = intent.caller.account
        if worker is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            stands = (await cases.visible(intent.caller, "record_contact", team)).state
            loaded = intent.expect(await cases.contact(stands.tip))
            events = contacts.made(loaded.state, data.made_at, worker, data.place, now)
            clock = await cases.clock(stands.tip, CONTACT_RULE, stands.opening)
            met = clocks.meet(clock.state, data.made_at, now)
            also = [Change(clock.id, clock.version, met)] if met else []
            return decided_on(loaded, events, data.made_at, *also)

        return await commands.run(intent, decide)

    @post("/contact/attempts", opt={"action": "record_contact"}, status_code=200)
    async def attempted(
        self, team: UUID, data: Attempt, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Somebody tried to see the child, and did not."""

        def decide(contact: Contact, now: datetime) -> list[Event]:
            return contacts.attempt(contact, data, now)

        return await _run(intent, commands, cases, team, decide, data.attempted_at)

    @post("/contact/planned-steps", opt={"action": "record_contact"}, status_code=200)
    async def planned(self, team: UUID, data: Step, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """What will be done to find the child and establish safety."""

        def decide(contact: Contact, now: datetime) -> list[Event]:
            return contacts.plan(contact, data, cases.jurisdiction.roles, now)

        return await _run(intent, commands, cases, team, decide, None)

    @post("/contact-impossible", opt={"action": "record_contact"}, status_code=200)
    async def impossible(
        self, team: UUID, data: ReportImpossible, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Contact cannot be made in time. The coordinator and law enforcement are told; the duty stays open."""

        def decide(contact: Contact, now: datetime) -> list[Event]:
            return contacts.impossible(contact, data.attempts, data.planned_steps, cases.jurisdiction.roles, now)

        return await _run(intent, commands, cases, team, decide, None)


async def _run(
    intent: Intent, commands: Commands, cases: Cases, team: UUID, decide: Decide, happened_at: datetime | None
) -> Response[Done]:
    """What is known now happened now, unless another moment is given."""

    async def decide_now(now: datetime) -> Decided:
        stands = (await cases.visible(intent.caller, "record_contact", team)).state
        loaded = intent.expect(await cases.contact(stands.tip))
        return decided_on(loaded, decide(loaded.state, now), happened_at or now)

    return await commands.run(intent, decide_now)

"""Contact with the child over HTTP: made, or not possible for now."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from services.kernel import clock as clocks
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.store import Change
from services.rapid_assessment.cases import CONTACT_RULE, Cases
from services.rapid_assessment.contact import contact as contacts

Text = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=50)]


class MakeContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and where the child was seen face to face, by whoever sends this."""

    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    place: Text


class ReportImpossible(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every attempt so far, and every step planned to find the child (Miss. Code 43-26-3(2)(a))."""

    attempts: Texts
    planned_steps: Texts


class ContactController(Controller):
    """Under a team's path; `If-Match` is the contact's version, `contact_version` on the team's page."""

    path = "/teams/{team:uuid}"
    tags = ["Contact with the child"]  # noqa: RUF012  # Litestar reads a class attribute

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

    @post("/contact-impossible", opt={"action": "record_contact"}, status_code=200)
    async def impossible(
        self, team: UUID, data: ReportImpossible, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Contact cannot be made in time. The coordinator and law enforcement are told; the duty stays open."""

        async def decide(now: datetime) -> Decided:
            stands = (await cases.visible(intent.caller, "record_contact", team)).state
            loaded = intent.expect(await cases.contact(stands.tip))
            events = contacts.impossible(loaded.state, data.attempts, data.planned_steps, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

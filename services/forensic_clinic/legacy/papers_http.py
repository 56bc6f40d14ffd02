"""Papers about legacy kits over HTTP: what was found is recorded, and taken back where it was misread."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from contracts.language import Event
from services.forensic_clinic.kit.commands import Moment, Text, WithReason, hand_of, run
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.legacy import papers
from services.forensic_clinic.legacy.papers import Call, Choice, Said
from services.kernel.http.commands import Commands, Done, Intent

RECORD = "record_kit_paper"


class FindPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the paper says, and when you found it. Leave out what it does not say: nothing is made up in its place.

    `police` is the agency called, `called_on` the day and `called_at` the hour of the call. `paper` names the paper and
    the place where it was; it is sealed.
    """

    consent: Choice
    reported_on: date | None = None
    call: Call = "not_on_file"
    police: Annotated[str, msgspec.Meta(max_length=80)] = ""
    called_on: date | None = None
    called_at: Moment | None = None
    paper: Text
    found_at: Moment


class LegacyPaperController(Controller):
    """`If-Match` is the kit's version."""

    path = "/kits/{kit:uuid}/papers"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": RECORD}, status_code=200)
    async def find(self, kit: UUID, data: FindPaper, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """A paper was found that says whether the patient of a legacy kit reported, and whether police were called."""
        said = Said(
            consent=data.consent,
            reported_on=data.reported_on,
            call=data.call,
            police=data.police,
            called_on=data.called_on,
            called_at=data.called_at,
            paper=data.paper,
        )

        def act(state: Kit, now: datetime) -> list[Event]:
            return papers.find_paper(state, hand_of(intent), said, data.found_at, kits.jurisdiction, now)

        return await run(kits, commands, intent, RECORD, kit, data.found_at, act)

    @post("/{number:int}/withdrawal", opt={"action": RECORD}, status_code=200)
    async def take_back(
        self, kit: UUID, number: int, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """It was misread. What it was read to say stays on record."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return papers.take_back_paper(state, hand_of(intent), number, data.reason)

        return await run(kits, commands, intent, RECORD, kit, None, act)

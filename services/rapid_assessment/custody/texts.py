"""What was written of a custody in free words: places, and who was spoken to. Opened for whoever may record it."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.language import Event
from services.kernel.http.commands import caller_of
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases, custody_of, custody_record_of
from services.rapid_assessment.custody.events import ChildReleased, ChildTaken, CustodyAuthorised, JudgeNotified

Field = Literal["place", "whom", "by"]
SEALED: dict[type[Event], Field] = {
    ChildTaken: "place",
    JudgeNotified: "whom",
    CustodyAuthorised: "by",
    ChildReleased: "whom",
}


class TextOnCustody(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed text, opened; null where a court had it destroyed. `number` is which taking it belongs to."""

    event: str
    number: int
    field: Field
    text: str | None


class CustodyTextsController(Controller):
    """Under a team's path."""

    path = "/teams/{team:uuid}/custody/texts"
    tags = ["Custody of the child"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_custody_texts"})
    async def read(
        self, team: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[TextOnCustody]:
        """Of the takings that are yours to record. That you read them is put on record before you see them."""
        caller = caller_of(request)
        stands = await cases.visible(caller, "read_team", team)
        told = await cases.store.happenings(custody_of(stands.state.tip))
        own = {
            each.event.number
            for each in told
            if isinstance(each.event, ChildTaken)
            and cases.gate.may_touch(caller, "read_custody_texts", custody_record_of(stands.state, each.event.agency))
        }
        if not own:
            raise NotFound
        written = [each for each in told if _sealed_in(each) is not None and getattr(each.event, "number", 0) in own]
        await reader.record(caller, "texts of a custody", stands.case or team, written)
        return [await _opened(reader, each) for each in written]


def _sealed_in(happening: Happening) -> Field | None:
    field = SEALED.get(type(happening.event))
    return field if field is not None and getattr(happening.event, field) is not None else None


async def _opened(reader: Reader, happening: Happening) -> TextOnCustody:
    event: Any = happening.event
    field = SEALED[type(event)]
    text = await reader.open(SealedText(getattr(event, field), happening.event_id, field))
    return TextOnCustody(event=event.NAME, number=event.number, field=field, text=text)

"""What a tip says about people, over HTTP: names, stories, and what was told later, which somebody must look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.http.reading import Reader, SealedText
from services.kernel.stored_form import Happening
from services.tips.tip import decisions
from services.tips.tip.events import MoreTold, PersonDescribed, WrittenToReporter
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips

REPORTER = "reporter"
TOLD_LATER = "told_later"
"""Stands for a person's part where the reporter came back and told more."""
WRITTEN = "to_reporter"
"""Stands for it where staff wrote to the reporter."""


class LookAtAdditions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many additions were on the page that was read: one that arrived since goes on waiting."""

    number: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class WriteToReporter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What whoever holds the receipt code reads: nothing that would tell a trafficker what is done."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class PersonOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a tip says about one person; null where nothing was said, and in the fields that `sealed_by_order` names:
    that was said, and a court had it destroyed, so nobody reads it any more.

    Of the part `told_later` is what the reporter came back to say, `waits` where nobody has looked at it yet; of
    `to_reporter` what staff wrote to be read with the receipt code.
    """

    person: UUID
    part: str
    told_at: datetime
    waits: bool
    name: str | None
    contact: str | None
    narrative: str | None
    sealed_by_order: tuple[str, ...]


class PersonsController(Controller):
    """Read on record, each time; looking at an addition is a command of its own."""

    path = "/tips/{tip:uuid}"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/persons", opt={"action": "read_persons"})
    async def persons(
        self, tip: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[PersonOnPage]:
        """Names and stories, and who reported to those alone who may know. The read is put on record first."""
        caller = caller_of(request)
        seen = await tips.seen(caller, "read_persons", tip)
        hidden = () if tips.gate.may_touch(caller, "read_reporter", seen.record) else (REPORTER,)
        told = [
            each
            for each in await tips.store.happenings(tip)
            if isinstance(each.event, PersonDescribed | MoreTold | WrittenToReporter)
            and getattr(each.event, "part", "") not in hidden
        ]
        question = "persons of a tip, opened in an emergency" if seen.opened_until else "persons of a tip"
        await reader.record(caller, question, seen.tip.case or tip, told)
        return await persons_on_page(reader, told, seen.tip.state)

    @post("/messages", opt={"action": "write_to_reporter"}, status_code=200)
    async def write(
        self, tip: UUID, data: WriteToReporter, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Asks or answers whoever gave the tip. They read it when they come back with their code; nobody is sent it."""

        async def decide(now: datetime) -> Decided:
            if intent.caller.account is None:
                raise NeverAllowed
            loaded = await tips.visible(intent.caller, "write_to_reporter", tip)
            events = decisions.write_to_reporter(loaded.state, intent.caller.account, data.text)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/additions/looked-at", opt={"action": "look_at_additions"}, status_code=200)
    async def look_at_additions(
        self, tip: UUID, data: LookAtAdditions, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Takes what was told later off what waits, once you have read it."""

        async def decide(now: datetime) -> Decided:
            if intent.caller.account is None:
                raise NeverAllowed
            loaded = await tips.visible(intent.caller, "look_at_additions", tip)
            return decided_on(
                loaded, decisions.look_at_additions(loaded.state, intent.caller.account, data.number), now
            )

        return await commands.run(intent, decide)


async def persons_on_page(reader: Reader, told: Sequence[Happening], tip: Tip) -> list[PersonOnPage]:
    """Opens what was said, in its order. Call it when the read is on record."""
    additions = [each.event_id for each in told if isinstance(each.event, MoreTold)]
    waiting = set(additions[tip.looked_at :])
    return [await _on_page(reader, each, waits=each.event_id in waiting) for each in told]


async def _on_page(reader: Reader, told: Happening, *, waits: bool) -> PersonOnPage:
    event = told.event
    if not isinstance(event, PersonDescribed | MoreTold | WrittenToReporter):
        raise TypeError(event.NAME)
    looked = {
        field: await reader.look(SealedText(getattr(event, field, None), told.event_id, field))
        for field in ("name", "contact", "narrative")
    }
    part = (
        event.part
        if isinstance(event, PersonDescribed)
        else WRITTEN
        if isinstance(event, WrittenToReporter)
        else TOLD_LATER
    )
    return PersonOnPage(
        person=event.person,
        part=part,
        told_at=told.happened_at,
        waits=waits,
        name=looked["name"].text,
        contact=looked["contact"].text,
        narrative=looked["narrative"].text,
        sealed_by_order=tuple(field for field, each in looked.items() if each.by_order),
    )

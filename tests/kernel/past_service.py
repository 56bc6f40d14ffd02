"""A toy service that can be looked back at: boxes that are counted, some of them late, and closed to somebody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, Personal, Reference
from services.kernel.definition import Definition
from services.kernel.http.commands import Commands, Decided, Done, Intent, at_least_in, caller_of
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.past.shut_out import ShutsOut
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from tests.kernel.toy import BOX, TOY_EVENTS, Counted, Opened, Remarked
from tests.kernel.toy_service import definition as toy

POLICIES = """
permit (principal in Role::"keeper", action in [Action::"keep", Action::"read_box"], resource);
permit (principal in Role::"auditor", action == Action::"replay", resource is Route);
permit (principal in Role::"auditor_of_the_past", action == Action::"read_box", resource);
"""


class ClosedTo(Event, frozen=True, kw_only=True):
    """Somebody must not see the box any more."""

    NAME = "box.closed_to"

    account: Reference


class OpenTo(Event, frozen=True, kw_only=True):
    """Somebody may see the box again."""

    NAME = "box.open_to"

    account: Reference


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to a box, and when; left out, now."""

    what: str
    things: int = 0
    who: UUID | None = None
    happened_at: datetime | None = None

    def event(self) -> Event:
        """As it is stored."""
        match self.what, self.who:
            case "open", _:
                return Opened(colour="red")
            case "close", UUID() as who:
                return ClosedTo(account=who)
            case "let in", UUID() as who:
                return OpenTo(account=who)
            case "remark", UUID() as who:
                return Remarked(about=Personal(who, "Example Child Marked"))
            case _:
                return Counted(things=self.things)


class Shelf(Controller):
    """Commands that check nothing, and questions of every kind."""

    path = "/shelf"

    @post("/{box:uuid}", opt={"action": "keep"}, status_code=200)
    async def step(
        self, box: UUID, data: Step, intent: Intent, commands: Commands, store: EventStore
    ) -> Response[Done]:
        """One event."""

        async def decide(now: datetime) -> Decided:
            version = (await store.load(BOX, box)).version
            changes = Changes([Change(box, version, [data.event()])])
            return Decided(changes, box, version + 1, box, data.happened_at or now)

        return await commands.run(intent, decide)

    @get("/", opt={"action": "read_box"})
    async def all(self, request: Request[Any, Any, Any], views: Views, time: TimeSource) -> list[Mapping[str, Any]]:
        """By a view."""
        statement = "SELECT id, version, things, %(now)s::timestamptz AS now FROM {table} ORDER BY id"
        values, at_least = {"now": time.now()}, at_least_in(request)
        return [dict(row) for row in await views.query("boxes", statement, values, at_least=at_least, current=True)]

    @get("/{box:uuid}", opt={"action": "read_box"})
    async def one(
        self,
        box: UUID,
        request: Request[Any, Any, Any],
        store: EventStore,
        gate: Gate,
        reader: Reader,
        time: TimeSource,
    ) -> Response[dict[str, Any]]:
        """By its stream, on record before it is shown."""
        loaded = await store.load(BOX, box)
        if not loaded.exists:
            raise NotFound
        caller = caller_of(request)
        gate.require(caller, "read_box", Record("Box", box))
        await reader.shown(caller, "box", loaded)
        told = await store.happenings(box)
        remarks = [
            await reader.open(SealedText(each.event.about, each.event_id, "about"))
            for each in told
            if isinstance(each.event, Remarked)
        ]
        page = {"things": loaded.state.things, "position": loaded.position, "now": time.now(), "remarks": remarks}
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @get("/{box:uuid}/careless", opt={"action": "read_box"})
    async def careless(self, box: UUID, store: EventStore, gate: Gate, time: TimeSource) -> None:
        """A question that changes something, as none should."""
        seen = Remarked(about=Personal(uuid4(), "Seen."))
        origin = Origin(
            actor="service:tips",
            agency="",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=box,
            policy=gate.version,
        )
        await store.append(Changes([Change(uuid4(), 0, [seen])]), origin, time.now())


def definition(policies: Path) -> Definition:
    """The service."""
    made = replace(
        toy(policies, Shelf),
        events=(*TOY_EVENTS, ClosedTo, OpenTo),
        shuts_out=ShutsOut(out={ClosedTo: "account"}, again={OpenTo: "account"}),
    )
    policies.write_text(POLICIES)
    return made

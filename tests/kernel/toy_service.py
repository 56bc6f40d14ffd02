"""A whole service over the toy domain: two routes that write, one that reads, one nobody may use."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, InvalidValue, Personal, Refused
from services.kernel.batch import Effect
from services.kernel.definition import Definition, Parts, Wiring
from services.kernel.http.commands import Commands, Decided, Done, Intent, at_least_in, caller_of
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from tests.kernel.toy import BOX, TOY_EVENTS, Counted, Opened, Remarked

POLICIES = """
permit (principal in Role::"keeper", action, resource) unless { action == Action::"burn_box" };
permit (principal in Role::"operator", action in [Action::"list_parked", Action::"rebuild_view"], resource);
permit (principal, action == Action::"count_anonymously", resource is Route);
forbid (principal, action, resource is Box) when { resource.named.contains(principal) };
"""
FULL = 100


class OpenBox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A remark about a person, and a label nobody else has."""

    colour: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    remark: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    label: str = ""


class Count(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many."""

    things: Annotated[int, msgspec.Meta(ge=1)]


class BoxPage(msgspec.Struct, frozen=True, kw_only=True):
    """A box."""

    reference: UUID
    version: int
    things: int


class Boxes(Controller):
    """The toy's routes. The person named in a remark has the account of the same id."""

    path = "/boxes"

    @post("/", opt={"action": "open_box"}, status_code=201)
    async def open_box(self, data: OpenBox, intent: Intent, commands: Commands) -> Response[Done]:
        """Opens one."""
        box, person = uuid4(), intent.caller.account or uuid4()

        async def decide(now: datetime) -> Decided:
            if data.colour == "invisible":
                raise InvalidValue("colour", "This colour cannot be seen. Choose another.")
            events: list[Event] = [Opened(colour=data.colour)]
            if data.remark:
                events.append(Remarked(about=Personal(person, data.remark)))
            reserve = "INSERT INTO reservations (kind, value, holder) VALUES ('label', %s, %s)"
            effects = [Effect(reserve, (data.label.encode(), box))] if data.label else []
            changes = Changes([Change(box, 0, events)], effects)
            return Decided(changes, box, len(events), box, now, status=201)

        return await commands.run(intent, decide)

    @post("/{box:uuid}/count", opt={"action": "count_box"}, status_code=200)
    async def count(
        self, box: UUID, data: Count, intent: Intent, commands: Commands, store: EventStore, gate: Gate
    ) -> Response[Done]:
        """Puts things in."""

        async def decide(now: datetime) -> Decided:
            loaded = await store.load(BOX, box)
            if not loaded.exists:
                raise NotFound
            named = [remark.person for remark in loaded.state.remarks]
            gate.require(intent.caller, "count_box", Record("Box", box, {"named": named}))
            intent.expect(loaded)
            if loaded.state.things + data.things > FULL:
                raise Refused("full", "The box is full.", rule="R01", citation="Example Code 9")
            changes = Changes([Change(box, loaded.version, [Counted(things=data.things)])])
            return Decided(changes, box, loaded.version + 1, box, now)

        return await commands.run(intent, decide)

    @get("/{box:uuid}", opt={"action": "read_box"})
    async def read(self, box: UUID, request: Request[Any, Any, Any], views: Views, gate: Gate) -> Response[BoxPage]:
        """Shows it."""
        statement = "SELECT * FROM {table} WHERE id = %(box)s"
        rows = await views.query("boxes", statement, {"box": box}, at_least=at_least_in(request))
        if not rows:
            raise NotFound
        (row,) = rows
        named = [row["person"]] if row["person"] else []
        gate.require(caller_of(request), "read_box", Record("Box", box, {"named": named}))
        page = BoxPage(reference=box, version=row["version"], things=row["things"])
        return Response(page, headers={"ETag": f'"{page.version}"'})

    @post("/burn", opt={"action": "burn_box"}, status_code=200)
    async def burn(self, intent: Intent) -> dict[str, str]:
        """No role may."""
        return {"burnt": intent.key}

    @get("/broken", opt={"action": "read_box"})
    async def broken(self) -> dict[str, str]:
        """Fails with a name in its words."""
        raise RuntimeError("Example Child Marked")


def project(happening: Happening) -> list[Effect]:
    """One row a box."""
    insert = "INSERT INTO {table} (id, version, things) VALUES (%s, 1, 0)"
    update = "UPDATE {table} SET version = %s, things = things + %s, person = coalesce(%s, person) WHERE id = %s"
    match happening.event:
        case Opened():
            return [Effect(insert, (happening.stream,))]
        case Counted(things=things):
            return [Effect(update, (happening.version, things, None, happening.stream))]
        case Remarked(about=about):
            return [Effect(update, (happening.version, 0, about.person, happening.stream))]
        case _:
            return []


BOXES = View("boxes", "id uuid PRIMARY KEY, version bigint, things bigint, person uuid", project)


def definition(policies: Path, *routes: type[Controller]) -> Definition:
    """The service; it calls itself tips, since the message server knows only the house's services."""
    policies.write_text(POLICIES)

    def wire(_: Parts) -> Wiring:
        return Wiring(routes=routes or (Boxes,))

    return Definition(
        name="tips",
        title="A toy",
        stream="TIPS",
        events=TOY_EVENTS,
        contract=(Opened,),
        policies=policies,
        views=(BOXES,),
        wire=wire,
    )

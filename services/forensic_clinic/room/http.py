"""Rooms over HTTP: which a clinic has, and when they can be used."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.periods import Span
from services.forensic_clinic.cases import Clinic, room_of
from services.forensic_clinic.room import room as rooms
from services.forensic_clinic.room.room import OpenRoom, Room
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.periods import leave_free
from services.kernel.store import Loaded


class UsablePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """From the first moment, and before the last."""

    since: datetime
    until: datetime


class RoomPage(msgspec.Struct, frozen=True, kw_only=True):
    """A room of a clinic."""

    reference: UUID
    version: int
    clinic: str
    number: int
    available: tuple[UsablePeriod, ...]


class RoomController(Controller):
    """Rooms are kept by the coordinator of their clinic."""

    path = "/rooms"
    tags = ["Rooms"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "open_room"}, status_code=201)
    async def open(self, data: OpenRoom, intent: Intent, commands: Commands, clinic: Clinic) -> Response[Done]:
        """The clinic has a room of this number."""
        room = room_of(data.clinic, data.number)

        async def decide(now: datetime) -> Decided:
            clinic.gate.require(intent.caller, "open_room", record_of_room(room, data.clinic))
            loaded = await clinic.room(room)
            events = rooms.open_room(loaded.state, room, data, clinic.jurisdiction)
            return decided_on(loaded, events, now, status=201)

        return await commands.run(intent, decide)

    @get("/{room:uuid}", opt={"action": "read_room"})
    async def read(self, room: UUID, clinic: Clinic, request: Request[Any, Any, Any]) -> Response[RoomPage]:
        """When it can be used."""
        loaded = await _visible(clinic, caller_of(request), "read_room", room)
        page = RoomPage(
            reference=room,
            version=loaded.version,
            clinic=loaded.state.clinic,
            number=loaded.state.number,
            available=tuple(UsablePeriod(since=each.since, until=each.until) for each in loaded.state.available),
        )
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/{room:uuid}/availability", opt={"action": "state_room_availability"}, status_code=200)
    async def state_availability(
        self, room: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """From when until when the room can be used; what was stated before stays."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(clinic, intent.caller, "state_room_availability", room))
            return decided_on(loaded, rooms.state_availability(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{room:uuid}/availability/withdrawals", opt={"action": "state_room_availability"}, status_code=200)
    async def withdraw_availability(
        self, room: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """Takes back what was stated, unless an exam is held or booked in that time."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _visible(clinic, intent.caller, "state_room_availability", room))
            span = data.period(rooms.LONGEST)
            booked = bool(await clinic.periods.taken([room], *span))
            events = rooms.withdraw_availability(loaded.state, data, booked=booked)
            # A booking of the same moment makes this be decided again.
            return decided_on(loaded, events, now, effects=leave_free(room, *span))

        return await commands.run(intent, decide)


async def _visible(clinic: Clinic, caller: Caller, action: str, room: UUID) -> Loaded[Room]:
    loaded = await clinic.room(room)
    if not loaded.exists:
        raise NotFound
    clinic.gate.require(caller, action, record_of_room(room, loaded.state.clinic))
    return loaded


def record_of_room(room: UUID, clinic: str) -> Record:
    """What policies may know of a room."""
    return Record("Room", room, words={"clinic": clinic})

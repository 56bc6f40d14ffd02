"""Rotas over HTTP, for who keeps them: open, set the turns, move a hand-over, override, end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.periods import Period
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import ROTA, Cases
from services.rapid_assessment.rota import decisions
from services.rapid_assessment.rota.decisions import MoveHandover, OpenRota, SetOverride, SetRotation
from services.rapid_assessment.rota.fitness import Lacking
from services.rapid_assessment.rota.shifts import Shift, handover, shifts_between, turn_at
from services.rapid_assessment.rota.state import Rota, Swap
from services.rapid_assessment.rotas import People, people_of, record_of_rota, visible_rota

SHOWN = timedelta(days=28)


class RotaPage(msgspec.Struct, frozen=True, kw_only=True):
    """A rota and its shifts of the four weeks from `at`. `lacks`, for who keeps it, is of those who take turns.

    `next_handover` is None where nobody takes turns.
    """

    at: datetime
    version: int
    rota: Rota
    shifts: list[Shift]
    next_handover: datetime | None
    lacks: list[Lacking]


class RotaController(Controller):
    """`If-Match` is the rota's version. What `…/check` answers is what the command beside it would ask about."""

    path = "/rotas"
    tags = ["Rotas"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "open_rota"}, status_code=201)
    async def open(self, data: OpenRota, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """For a seat and an area; nobody takes turns yet."""

        async def decide(now: datetime) -> Decided:
            loaded = await cases.store.load(ROTA, uuid4())
            return decided_on(loaded, decisions.open_rota(loaded.id, data, cases.jurisdiction), now, status=201)

        return await commands.run(intent, decide)

    @get("/{rota:uuid}", opt={"action": "read_rota"})
    async def read(
        self, rota: UUID, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> Response[RotaPage]:
        """Whose turns are when, what was put in their place, and what was swapped."""
        caller, now = caller_of(request), time.now()
        loaded = await visible_rota(cases, caller, "read_rota", rota)
        keeps = cases.gate.may_touch(caller, "keep_rota", record_of_rota(loaded.state, now))
        return Response(await rota_page(cases, loaded, now, keeps=keeps), headers={"ETag": f'"{loaded.version}"'})

    @post("/{rota:uuid}/rotation", opt={"action": "keep_rota"}, status_code=200)
    async def set_rotation(
        self, rota: UUID, data: SetRotation, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Who takes turns, in which order, for how long. Swaps of turns before it fall away with those."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "keep_rota", rota))
            people = await people_of(cases, data.participants)
            new, lacks = uuid4(), _lacks_in_turn(cases, loaded.state, data, people, now)
            events = decisions.set_rotation(loaded.state, data, new, people.known, lacks, now)
            return decided_on(loaded, events, now, rests_on=people.rests_on)

        return await commands.run(intent, decide)

    @post("/{rota:uuid}/rotation/check", opt={"action": "keep_rota"}, status_code=200)
    async def check_rotation(
        self, rota: UUID, data: SetRotation, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[Lacking]:
        """What each of them lacks for the turns they would have. Changes nothing."""
        loaded = await visible_rota(cases, caller_of(request), "keep_rota", rota)
        people = await people_of(cases, data.participants)
        return _lacks_in_turn(cases, loaded.state, data, people, time.now())

    @post("/{rota:uuid}/handover", opt={"action": "keep_rota"}, status_code=200)
    async def move_handover(
        self, rota: UUID, data: MoveHandover, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Earlier or later, from the next on. The turns stay the same ones, and what was swapped moves with them."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "keep_rota", rota))
            return decided_on(loaded, decisions.move_handover(loaded.state, data, now), now)

        return await commands.run(intent, decide)

    @post("/{rota:uuid}/overrides", opt={"action": "keep_rota"}, status_code=200)
    async def set_override(
        self, rota: UUID, data: SetOverride, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Somebody in place of whoever's turn it is. They are told."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "keep_rota", rota))
            people = await people_of(cases, [data.account])
            lacks = _lacks_in_place(cases, loaded.state, data, people, now)
            events = decisions.set_override(loaded.state, data, uuid4(), people.known, lacks, now)
            return decided_on(loaded, events, now, rests_on=people.rests_on)

        return await commands.run(intent, decide)

    @post("/{rota:uuid}/overrides/check", opt={"action": "keep_rota"}, status_code=200)
    async def check_override(
        self, rota: UUID, data: SetOverride, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[Lacking]:
        """What they lack for that time. Changes nothing."""
        loaded = await visible_rota(cases, caller_of(request), "keep_rota", rota)
        people = await people_of(cases, [data.account])
        return _lacks_in_place(cases, loaded.state, data, people, time.now())

    @post("/{rota:uuid}/overrides/{override:uuid}/withdrawal", opt={"action": "keep_rota"}, status_code=200)
    async def withdraw_override(
        self, rota: UUID, override: UUID, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """From now on whoever's turn it is is on call again."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "keep_rota", rota))
            return decided_on(loaded, decisions.withdraw_override(loaded.state, override, now), now)

        return await commands.run(intent, decide)

    @post("/{rota:uuid}/end", opt={"action": "keep_rota"}, status_code=200)
    async def end(self, rota: UUID, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """From now on nobody is on call by it. What was stays."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "keep_rota", rota))
            return decided_on(loaded, decisions.end(loaded.state, now), now)

        return await commands.run(intent, decide)


async def rota_page(cases: Cases, loaded: Loaded[Rota], now: datetime, *, keeps: bool) -> RotaPage:
    """As it stands. Of swaps, those are told that still wait or concern turns to come."""
    rota = loaded.state
    people = await people_of(cases, rota.people(now))
    shifts = shifts_between(rota, people.away(rota.people(now), now), now, now + SHOWN)
    given = {
        who: [Period(each.since, each.until) for each in shifts if each.account == who] for who in rota.people(now)
    }
    seat = cases.jurisdiction.seat(rota.seat)
    turns = rota.rotation if rota.ended_at is None else None
    return RotaPage(
        at=now,
        version=loaded.version,
        rota=msgspec.structs.replace(rota, swaps=_to_come(rota, now)),
        shifts=shifts,
        next_handover=handover(turns, turn_at(turns, max(now, turns.since)) + 1) if turns is not None else None,
        lacks=people.lacks(given, seat, cases.jurisdiction, now) if keeps else [],
    )


def _to_come(rota: Rota, now: datetime) -> tuple[Swap, ...]:
    turns = {each.rotation: each for each in rota.rotations}
    return tuple(each for each in rota.swaps if handover(turns[each.rotation], each.number + 1) > now)


def _lacks_in_turn(cases: Cases, rota: Rota, command: SetRotation, people: People, now: datetime) -> list[Lacking]:
    """For the turns of as many days as the board looks ahead, and of one whole round in any case."""
    turns = decisions.rotation_of(command, rota.rota, now)
    until = turns.since + timedelta(days=cases.jurisdiction.responders.board_days)
    given: Mapping[UUID, Sequence[Period]] = {
        who: decisions.turns_of(turns, who, until) for who in command.participants
    }
    return people.lacks(given, cases.jurisdiction.seat(rota.seat), cases.jurisdiction, now)


def _lacks_in_place(cases: Cases, rota: Rota, command: SetOverride, people: People, now: datetime) -> list[Lacking]:
    given = {command.account: [decisions.override_period(command, now)]}
    return people.lacks(given, cases.jurisdiction.seat(rota.seat), cases.jurisdiction, now)

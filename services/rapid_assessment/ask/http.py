"""Answering by the code of a message, without signing in: what may be seen is the seat and the time left, no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, post

from contracts.language import Event
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Intent
from services.kernel.http.limits import Doorstep, Rate
from services.kernel.http.problems import NotFound
from services.kernel.settings import ProcessSettings
from services.kernel.store import Change, Changes, Loaded
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask.ask import Ask, answered
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.proposals import standing
from services.rapid_assessment.cases import ASK, Cases
from services.rapid_assessment.responder.state import Responder
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.http import met_by
from services.rapid_assessment.team.state import Team, evolve

PER_ADDRESS = Rate(60, timedelta(minutes=15))
PER_CODE = Rate(10, timedelta(minutes=15))

Code = Annotated[str, msgspec.Meta(min_length=20, max_length=60)]
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class ByCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code goes in the body, so no log or address bar keeps it."""

    code: Code


class DeclineByCode(ByCode, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No, and why."""

    reason: Reason


class AcceptByCode(ByCode, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Yes; `under_way` says in the same breath that they are on their way."""

    under_way: bool = False


class AskPage(msgspec.Struct, frozen=True):
    """All that a code shows: not the child, not the place, nobody's name, and no reference."""

    seat: str
    team_due_at: datetime | None
    code_until: datetime


class Taken(msgspec.Struct, frozen=True):
    """All that the answer to an answer tells."""

    answer: str


class AskDoor:
    """How often an address and a code may be tried."""

    def __init__(self, settings: ProcessSettings, codes: AskCodes) -> None:
        self._doorstep = Doorstep(settings, address=PER_ADDRESS, target=PER_CODE)
        self._codes = codes

    def opened(self, code: str, request: Request[Any, Any, Any]) -> UUID:
        """The reference of the ask that the code would be of. Raises `TooManyRequests`."""
        reference = self._codes.ask_of(code)
        self._doorstep.count(request, reference.hex)
        return reference


class AskController(Controller):
    """Open to whoever holds a code. One that is unknown, over, used or overtaken is answered alike, with equal work."""

    path = "/asks"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/look", opt={"action": "answer_by_code"}, status_code=200)
    async def look(
        self,
        data: ByCode,
        cases: Cases,
        ask_door: AskDoor,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> AskPage:
        """Changes nothing."""
        ask, team = await _asked(ask_door.opened(data.code, request), cases, time.now())
        until = ask.state.until
        if until is None:
            raise NotFound
        return AskPage(ask.state.seat, team.state.due_at, until)

    @post("/acceptance", opt={"action": "answer_by_code"}, status_code=200)
    async def accept(
        self,
        data: AcceptByCode,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        ask_door: AskDoor,
        request: Request[Any, Any, Any],
    ) -> Taken:
        """Takes the seat. The code is used up in the same commit."""
        reference = ask_door.opened(data.code, request)

        async def decide(now: datetime) -> Decided:
            ask, team = await _asked(reference, cases, now)
            who = ask.state.responder
            wanted = decisions.seat_named(ask.state.seat, team.state, cases.jurisdiction)
            found = await cases.candidates(team.state, who)
            if who not in found.people:
                raise NotFound
            events = decisions.accept(team.state, wanted, who, found.people, cases.jurisdiction, now)
            met = await met_by(cases, team.state, events, now)
            if data.under_way:
                events += decisions.say_under_way(reduce(evolve, events, team.state), wanted, who)
            return _decided(ask, team, events, now, met, found.responders)

        await commands.perform(await _in_their_name(intent, reference, cases), decide)
        return Taken("accepted")

    @post("/decline", opt={"action": "answer_by_code"}, status_code=200)
    async def decline(
        self,
        data: DeclineByCode,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        ask_door: AskDoor,
        request: Request[Any, Any, Any],
    ) -> Taken:
        """Says no. The code is used up in the same commit."""
        reference = ask_door.opened(data.code, request)

        async def decide(now: datetime) -> Decided:
            ask, team = await _asked(reference, cases, now)
            wanted = decisions.seat_named(ask.state.seat, team.state, cases.jurisdiction)
            events = decisions.decline(team.state, wanted, ask.state.responder, data.reason)
            return _decided(ask, team, events, now)

        await commands.perform(await _in_their_name(intent, reference, cases), decide)
        return Taken("declined")


async def _asked(reference: UUID, cases: Cases, now: datetime) -> tuple[Loaded[Ask], Loaded[Team]]:
    """Raises `NotFound`. A code that was never given is looked up as one that was."""
    ask = await cases.store.load(ASK, reference)
    team = await cases.team(ask.state.team)
    stands = await standing(cases, team, ask.state.seat, ask.state.responder)
    if not ask.state.answers(stands, now):
        raise NotFound
    return ask, team


async def _in_their_name(intent: Intent, reference: UUID, cases: Cases) -> Intent:
    """What is recorded names the person the code was given to; that it came by a code stands beside it."""
    ask = (await cases.store.load(ASK, reference)).state
    return msgspec.structs.replace(intent, caller=Caller(ask.responder, await cases.agency_of(ask.responder)))


def _decided(
    ask: Loaded[Ask],
    team: Loaded[Team],
    events: Sequence[Event],
    now: datetime,
    also: Sequence[Change] = (),
    rests_on: Sequence[Loaded[Responder]] = (),
) -> Decided:
    case: UUID = team.case or team.id
    used = Change(ask.id, ask.version, [answered(ask.state)])
    return Decided(
        Changes([Change(team.id, team.version, events), used, *also], rests_on=rests_on),
        team.id,
        team.version + len(events),
        case,
        now,
        status=204,
    )

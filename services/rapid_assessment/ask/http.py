"""Answering by the code of a message, without signing in: what may be seen is the seat and the time left, no more."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, post

from services.kernel.http.commands import Commands, Decided, Intent
from services.kernel.http.limits import Doorstep, Rate
from services.kernel.http.problems import NotFound
from services.kernel.settings import ProcessSettings
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask import answering
from services.rapid_assessment.ask.ask import answered
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.cases import Cases

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
        ask, team = await answering.asked(ask_door.opened(data.code, request), cases, time.now())
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
            return await answering.accepted(reference, cases, now, answered, under_way=data.under_way)

        await commands.perform(await answering.in_their_name(intent, reference, cases), decide)
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
            return await answering.declined(reference, cases, now, answered, reason=data.reason)

        await commands.perform(await answering.in_their_name(intent, reference, cases), decide)
        return Taken("declined")

"""Replay over HTTP: a case as it was known, or as it was true, at any moment. Each telling is itself put on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream
from psycopg_pool import AsyncConnectionPool

from contracts.language import InvalidValue, not_in_future
from services.audit.replay.events import CaseReplayed
from services.audit.replay.reading import CaseRow, list_cases, read_case
from services.audit.replay.telling import Sentence, tell
from services.audit.replay.words import Words
from services.audit.sources import NAMES
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

PAGE_LIMIT = 500
LONGEST_TIME = 40
NOBODYS = UUID(int=0)


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A case told. `cases` are the case asked for and those linked with it as of then.

    `positions` are how far the copy of each service's log had come.
    """

    case: UUID
    cases: list[UUID]
    as_of: datetime
    by: Literal["recorded", "happened"]
    positions: dict[str, int]
    sentences: list[Sentence]


class CasePage(msgspec.Struct, frozen=True):
    """Cases by their newest event. `more` says whether a next page holds others."""

    cases: list[CaseRow]
    more: bool


@dataclass(frozen=True)
class Replays:
    """What a replay is made with. A protocol such as the source of time cannot be handed to a route by itself."""

    pool: AsyncConnectionPool
    store: EventStore
    gate: Gate
    time: TimeSource
    words: Words


CASES = Listed("cases", CaseRow, ("case",))


class ReplayController(Controller):
    """What happened, who knew it when, and why."""

    path = "/cases"
    tags = ["Replay"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_cases"})
    async def cases(
        self,
        request: Request[Any, Any, Any],
        replays: Replays,
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    ) -> CasePage:
        """References only, none of a case you are kept out of; `limit` and `skip` page on."""
        found = await _cases(replays, caller_of(request), limit + 1, skip)
        return CasePage(list(found[:limit]), len(found) > limit)

    @post("/export", opt={"action": "list_cases"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, request: Request[Any, Any, Any], replays: Replays, exports: Exports) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, CASES, lambda: _cases(replays, caller_of(request), ASKED_FOR, 0))

    @get("/{case:uuid}/replay", opt={"action": "replay_case"})
    async def replay(
        self,
        case: UUID,
        request: Request[Any, Any, Any],
        replays: Replays,
        as_of: Annotated[str | None, Parameter(max_length=LONGEST_TIME)] = None,
        by: Literal["recorded", "happened"] = "recorded",
    ) -> Replay:
        """The case in sentences. `as_of` is a moment with its zone; without it, the present.

        `by=recorded` tells what was known then; `by=happened` what was true then, whenever it was typed in.
        """
        now = replays.time.now()
        moment = now if as_of is None else _moment_in(as_of, now)
        caller = caller_of(request)

        def may_see(kept_out: frozenset[UUID]) -> bool:
            record = Record("Case", case, accounts={"kept_out": sorted(kept_out)})
            return replays.gate.may_touch(caller, "replay_case", record)

        reading = await read_case(replays.pool, case, moment, by, replays.words.keeps_out, may_see)
        if reading is None:
            raise NotFound
        sentences = list(tell(reading.rows, as_of=moment, by=by, order=NAMES, known=reading.known, words=replays.words))
        answer = Replay(
            case=case,
            cases=sorted(reading.cases),
            as_of=moment,
            by=by,
            positions=reading.positions,
            sentences=sentences,
        )
        await _record(replays, caller, answer, now)
        return answer


async def _cases(replays: Replays, caller: Caller, limit: int, skip: int) -> Sequence[CaseRow]:
    """None that the caller is kept out of."""

    def may_see(kept_out: frozenset[UUID]) -> bool:
        record = Record("Case", NOBODYS, accounts={"kept_out": sorted(kept_out)})
        return replays.gate.may_touch(caller, "list_cases", record)

    me = caller.account or NOBODYS
    return await list_cases(replays.pool, limit, skip, me, replays.words.keeps_out, may_see)


def _moment_in(text: str, now: datetime) -> datetime:
    """Raises `InvalidValue`."""
    # In an address a plus sign not written as %2B arrives as a space.
    written = text.strip().replace(" ", "+") if text.strip().count(" ") == 1 and "T" in text else text
    try:
        moment = msgspec.convert(written, datetime)
    except msgspec.ValidationError as error:
        sentence = "Give a time with its zone, for example 2026-11-02T18:00:00-06:00."
        raise InvalidValue("as_of", sentence) from error
    not_in_future("as_of", moment, now)
    return moment


async def _record(replays: Replays, caller: Caller, told: Replay, now: datetime) -> None:
    event = CaseReplayed(
        case=told.case,
        told=tuple(told.cases),
        as_of=told.as_of,
        by=told.by,
        sources=tuple(sorted(told.positions)),
        positions=tuple(told.positions[source] for source in sorted(told.positions)),
        sentences=len(told.sentences),
    )
    origin = Origin(
        actor=caller.actor,
        agency=caller.agency,
        command_id=uuid4(),
        causation_id=None,
        correlation_id=told.case,
        policy=replays.gate.version,
    )
    await replays.store.append(Changes([Change(uuid4(), 0, [event])]), origin, now)

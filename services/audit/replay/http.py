"""Replay over HTTP: a case as it was known, or as it was true, at any moment. Each telling is itself put on record."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event, InvalidValue
from services.audit.replay.access import put_on_record
from services.audit.replay.events import CaseReplayed, ReadersTold
from services.audit.replay.readers import Read, readers_of
from services.audit.replay.reading import CaseRow, Wanted, list_cases, read_case
from services.audit.replay.telling import Sentence, tell
from services.audit.replay.words import Language, Words
from services.audit.sources import NAMES
from services.audit.views.finding_list import cases_with_findings
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed, put_search_on_record
from services.kernel.http.gate import Gate, Record
from services.kernel.http.moments import moment_in, require_moments
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader
from services.kernel.store import EventStore
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

PAGE_LIMIT = 500
LONGEST_TIME = 40
NOBODYS = UUID(int=0)
Beginning = Annotated[str, Parameter(pattern=r"^[0-9a-fA-F-]{0,36}$", max_length=36)]


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


class ReadersPage(msgspec.Struct, frozen=True):
    """A page of the reads, and how many there are in all."""

    reads: list[Read]
    total: int


@dataclass(frozen=True)
class Replays:
    """What a replay is made with. A protocol such as the source of time cannot be handed to a route by itself.

    `words` are English, and know whom an event keeps out, which is the same in every language. `withheld` are the seats
    of which it is told to nobody here who was asked for them (28 CFR 94.115).
    """

    pool: AsyncConnectionPool
    store: EventStore
    gate: Gate
    time: TimeSource
    words: Words
    languages: Mapping[Language, Words]
    counties: Collection[str]
    withheld: Collection[str]


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
        views: Views,
        reader: Reader,
        reference: Beginning = "",
        received_since: datetime | None = None,
        received_before: datetime | None = None,
        county: Annotated[str, Parameter(max_length=60)] = "",
        missed: bool = False,  # noqa: FBT001, FBT002 - Litestar passes what the address says by name
        open_finding: bool = False,  # noqa: FBT001, FBT002
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    ) -> CasePage:
        """References only, none of a case you are kept out of; `limit` and `skip` page on.

        `reference` is how it begins; `missed` are cases with a missed clock, `open_finding` those whose rows one is of.
        """
        caller = caller_of(request)
        require_moments(request, received_since=received_since, received_before=received_before)
        wanted = _wanted(replays, caller, reference, received_since, received_before, county, missed=missed)
        found = await _cases(replays, views, caller, wanted, limit + 1, skip, open_finding=open_finding)
        await put_search_on_record(
            reader,
            request,
            CASES,
            found[:limit],
            reference=reference or None,
            received_since=received_since,
            received_before=received_before,
            county=county or None,
            missed=missed or None,
            open_finding=open_finding or None,
        )
        return CasePage(list(found[:limit]), len(found) > limit)

    @post("/export", opt={"action": "list_cases"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        request: Request[Any, Any, Any],
        replays: Replays,
        views: Views,
        exports: Exports,
        reference: Beginning = "",
        received_since: datetime | None = None,
        received_before: datetime | None = None,
        county: Annotated[str, Parameter(max_length=60)] = "",
        missed: bool = False,  # noqa: FBT001, FBT002
        open_finding: bool = False,  # noqa: FBT001, FBT002
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        caller = caller_of(request)
        require_moments(request, received_since=received_since, received_before=received_before)
        wanted = _wanted(replays, caller, reference, received_since, received_before, county, missed=missed)
        return await exports.take(
            request,
            CASES,
            lambda: _cases(replays, views, caller, wanted, ASKED_FOR, 0, open_finding=open_finding),
            reference=reference or None,
            received_since=received_since,
            received_before=received_before,
            county=county or None,
            missed=missed or None,
            open_finding=open_finding or None,
        )

    @get("/{case:uuid}/readers", opt={"action": "read_readers"})
    async def readers(
        self,
        case: UUID,
        request: Request[Any, Any, Any],
        replays: Replays,
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    ) -> ReadersPage:
        """Who has read the case, newest first; that you were told is put on record before you are."""
        caller = caller_of(request)

        def may_see(kept_out: frozenset[UUID]) -> bool:
            record = Record("Case", case, accounts={"kept_out": sorted(kept_out)})
            return replays.gate.may_touch(caller, "read_readers", record)

        found = await readers_of(replays.pool, case, replays.words.keeps_out, may_see)
        if found is None:
            raise NotFound
        told = ReadersTold(case=case, told=tuple(sorted(found.cases)), reads=len(found.reads))
        await _put(replays, caller, case, told, replays.time.now())
        return ReadersPage(list(found.reads[skip : skip + limit]), len(found.reads))

    @get("/{case:uuid}/replay", opt={"action": "replay_case", "looks_back_itself": True})
    async def replay(
        self,
        case: UUID,
        request: Request[Any, Any, Any],
        replays: Replays,
        as_of: Annotated[str | None, Parameter(max_length=LONGEST_TIME)] = None,
        by: Literal["recorded", "happened"] = "recorded",
        language: Language = "en",
    ) -> Replay:
        """The case in sentences. `as_of` is a moment with its zone; without it, the present.

        `by=recorded` tells what was known then; `by=happened` what was true then, whenever it was typed in. In either
        `language` the same events are told, in the same order.
        """
        now = replays.time.now()
        moment = now if as_of is None else moment_in("as_of", as_of, now)
        caller = caller_of(request)

        def may_see(kept_out: frozenset[UUID]) -> bool:
            record = Record("Case", case, accounts={"kept_out": sorted(kept_out)})
            return replays.gate.may_touch(caller, "replay_case", record)

        reading = await read_case(replays.pool, case, moment, by, replays.words.keeps_out, may_see)
        if reading is None:
            raise NotFound
        words = replays.languages[language]
        rows, known, withheld = reading.rows, reading.known, replays.withheld
        # Ten thousand events take a third of a second: meanwhile others are answered.
        told = await asyncio.to_thread(
            tell, rows, as_of=moment, by=by, order=NAMES, known=known, words=words, withheld=withheld
        )
        cases, positions = sorted(reading.cases), reading.positions
        await record_replay(replays, caller, case, cases, moment, by, positions, sentences=len(told))
        return Replay(case=case, cases=cases, as_of=moment, by=by, positions=positions, sentences=list(told))


def _wanted(
    replays: Replays,
    caller: Caller,
    reference: str,
    since: datetime | None,
    before: datetime | None,
    county: str,
    *,
    missed: bool,
) -> Wanted:
    """Raises `InvalidValue`, and `NeverAllowed` for whoever may not ask by county."""
    if county and not replays.gate.may_use(caller, "find_by_county"):
        raise NeverAllowed
    if county and county not in replays.counties:
        # What is no county may be anything, a name too, and a file puts it on record.
        raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
    return Wanted(
        reference=reference.lower(), received_since=since, received_before=before, county=county, missed=missed
    )


async def _cases(
    replays: Replays, views: Views, caller: Caller, wanted: Wanted, limit: int, skip: int, *, open_finding: bool
) -> Sequence[CaseRow]:
    """None that the caller is kept out of."""

    def may_see(kept_out: frozenset[UUID]) -> bool:
        record = Record("Case", NOBODYS, accounts={"kept_out": sorted(kept_out)})
        return replays.gate.may_touch(caller, "list_cases", record)

    me = caller.account or NOBODYS
    if open_finding:
        wanted = msgspec.structs.replace(wanted, among=await cases_with_findings(views))
    return await list_cases(replays.pool, wanted, limit, skip, me, replays.words.keeps_out, may_see)


async def record_replay(
    replays: Replays,
    caller: Caller,
    case: UUID,
    told: Collection[UUID],
    as_of: datetime,
    by: Literal["recorded", "happened"],
    positions: Mapping[str, int],
    *,
    sentences: int,
) -> None:
    """That the caller was told of the case, before they are."""
    event = CaseReplayed(
        case=case,
        told=tuple(told),
        as_of=as_of,
        by=by,
        sources=tuple(sorted(positions)),
        positions=tuple(positions[source] for source in sorted(positions)),
        sentences=sentences,
    )
    await _put(replays, caller, case, event, replays.time.now())


async def _put(replays: Replays, caller: Caller, case: UUID, event: Event, now: datetime) -> None:
    await put_on_record(replays.store, replays.gate, caller, case, event, now)

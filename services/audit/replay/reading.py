"""Reads from the copy what a replay tells, all of one moment of the copy."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.events.tips import TipCorrected, TipLinked, TipParted, TipReceived
from services.audit.replay.rights import NOTED, OF_ACCOUNTS, rights_given
from services.audit.replay.telling import (
    By,
    CopiedRow,
    Known,
    RightsGiven,
    Told,
    kept_out_by,
    linked_with,
    links_standing,
    moment_of,
    read,
)
from services.audit.replay.words import KeepsOut
from services.kernel.clock import ClockMissed
from services.kernel.operations import RecordShown

_FIRST = "SELECT 1 FROM copied_events WHERE source = 'tips' AND correlation = %s AND stream = %s AND topic = %s"
_LINKS = "SELECT source, position, stream, topic, state FROM copied_events WHERE topic = ANY(%s)"
_ROWS = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE (correlation = ANY(%(cases)s) OR (source = 'tips' AND stream = ANY(%(cases)s)))
"""
# Who was shown the case is a question of its own (readers.py): told between the facts, it would drown them.
STORY = f"{_ROWS} AND topic <> %(shown)s"
_NAMES = "SELECT event_id, topic FROM copied_events WHERE event_id = ANY(%s)"
_ONE = "SELECT source, position, stream, topic, state FROM copied_events WHERE event_id = %s"
_RIGHTS = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE source = 'identity' AND (topic = %s OR (stream = ANY(%s) AND topic = ANY(%s))) ORDER BY position
"""
_KEPT_OUT = f"{_ROWS} AND topic = ANY(%(topics)s)"
_POSITIONS = "SELECT source, max(position) FROM copied_events GROUP BY source"
_NAMING = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%(topics)s) AND state LIKE %(who)s
"""
_CASES = """
    SELECT correlation, min(recorded_at), max(recorded_at), count(*), count(*) FILTER (WHERE topic = %(missed)s)
    FROM copied_events
    WHERE correlation IN (
            SELECT stream FROM copied_events WHERE topic = %(received)s
                AND (%(since)s::timestamptz IS NULL
                    OR (convert_from(state, 'UTF8')::json #>> '{data,received_at}')::timestamptz >= %(since)s)
                AND (%(before)s::timestamptz IS NULL
                    OR (convert_from(state, 'UTF8')::json #>> '{data,received_at}')::timestamptz < %(before)s)
        )
        AND (%(county)s = '' OR correlation IN (
            SELECT stream FROM copied_events
            WHERE topic = ANY(%(placed)s) AND convert_from(state, 'UTF8')::json #>> '{data,county}' = %(county)s
        ))
        AND starts_with(correlation::text, %(reference)s)
        AND (%(among)s::uuid[] IS NULL OR correlation = ANY(%(among)s))
        AND NOT correlation = ANY(%(hidden)s)
    GROUP BY correlation HAVING NOT %(only_missed)s OR count(*) FILTER (WHERE topic = %(missed)s) > 0
    ORDER BY max(recorded_at) DESC, correlation LIMIT %(limit)s OFFSET %(skip)s
"""


class Reading(msgspec.Struct, frozen=True):
    """All that is needed to tell a case."""

    cases: frozenset[UUID]
    rows: Sequence[CopiedRow]
    known: Known
    positions: dict[str, int]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows the list. `reference` is how a case's begins; `county` is where a tip was ever said to be from.

    `among` are the cases that have an open finding, where only those are asked for.
    """

    reference: str = ""
    received_since: datetime | None = None
    received_before: datetime | None = None
    county: str = ""
    missed: bool = False
    among: Sequence[UUID] | None = None


class CaseRow(msgspec.Struct, frozen=True):
    """A case of the list, and how many of its clocks were missed. It says nothing of what the case is about."""

    case: UUID
    first_recorded_at: datetime
    last_recorded_at: datetime
    events: int
    missed_clocks: int


async def read_case(
    pool: AsyncConnectionPool,
    case: UUID,
    as_of: datetime,
    by: By,
    keeps_out: KeepsOut,
    may_see: Callable[[frozenset[UUID]], bool],
) -> Reading | None:
    """The case, with those linked with it as of then; None when no tip began it, or none yet, or it is hidden.

    `keeps_out` says of which events which field holds an account that must not see the case, and `may_see` whether
    the caller may, by these accounts.
    """
    async with pool.connection() as connection, connection.transaction():
        # One snapshot: positions and rows belong together.
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        links = await links_of(connection, case, keeps_out, may_see)
        if links is None:
            return None
        cases = cases_linked(case, [link for link in links if moment_of(link, by) <= as_of])
        rows = await rows_of(connection, STORY, {"cases": list(cases), "shown": RecordShown.NAME})
        return Reading(cases, rows, await known_of(connection, rows), await positions_of(connection))


async def outside_of(pool: AsyncConnectionPool, cause: UUID) -> Sequence[Told]:
    """What led to an event from outside its case, back to an act of somebody, or to another case, which is not told."""
    async with pool.connection() as connection:
        found: list[Told] = []
        ahead: UUID | None = cause
        while ahead is not None and ahead not in {each.event_id for each in found}:
            rows = await rows_of(connection, _ONE, (ahead,))
            if not rows:
                break
            event = read(rows[0])
            found.append(event)
            of_a_case = await fetch(connection, _FIRST, (event.correlation_id, event.correlation_id, TipReceived.NAME))
            is_decided = event.causation_id == event.command_id
            ahead = None if of_a_case or is_decided else event.causation_id
        return found


async def positions_of(connection: AsyncConnection) -> dict[str, int]:
    """How far the copy of each service's log has come."""
    return {str(source): int(last) for source, last in await fetch(connection, _POSITIONS, ())}


async def links_of(
    connection: AsyncConnection, case: UUID, keeps_out: KeepsOut, may_see: Callable[[frozenset[UUID]], bool]
) -> Sequence[Told] | None:
    """All that was said of links between cases; None when no tip began this one, or it is hidden."""
    began = await fetch(connection, _FIRST, (case, case, TipReceived.NAME))
    links = await _links(connection)
    # Who is kept out is asked of today, however far back the telling goes; and of a case there is not, too: it must
    # not be told from a hidden one by the time the answer takes.
    kept_out = await _kept_out(connection, cases_linked(case, links), keeps_out)
    return links if began and may_see(kept_out) else None


def cases_linked(case: UUID, links: Sequence[Told]) -> frozenset[UUID]:
    """The case and all that are linked with it, by links that were not taken back."""
    return linked_with(case, links_standing(links))


async def list_cases(
    pool: AsyncConnectionPool,
    wanted: Wanted,
    limit: int,
    skip: int,
    account: UUID,
    keeps_out: KeepsOut,
    may_see: Callable[[frozenset[UUID]], bool],
) -> Sequence[CaseRow]:
    """Cases by their newest event, newest first; those the account is kept out of as far as `may_see` lets it."""
    async with pool.connection() as connection:
        hidden = [] if may_see(frozenset({account})) else await kept_from(connection, account, keeps_out)
        values = {
            "received": TipReceived.NAME,
            "placed": [TipReceived.NAME, TipCorrected.NAME],
            "missed": ClockMissed.NAME,
            "reference": wanted.reference,
            "since": wanted.received_since,
            "before": wanted.received_before,
            "county": wanted.county,
            "only_missed": wanted.missed,
            "among": None if wanted.among is None else list(wanted.among),
            "hidden": hidden,
            "limit": limit,
            "skip": skip,
        }
        return [CaseRow(*row) for row in await fetch(connection, _CASES, values)]


async def _links(connection: AsyncConnection) -> Sequence[Told]:
    return [read(row) for row in await rows_of(connection, _LINKS, ([TipLinked.NAME, TipParted.NAME],))]


async def known_of(connection: AsyncConnection, rows: Sequence[CopiedRow]) -> Known:
    """What a telling of these rows needs beside them."""
    events = [read(row) for row in rows]
    causes = {event.causation_id for event in events if event.causation_id is not None}
    found = await fetch(connection, _NAMES, (list(causes),))
    actors = {event.actor for event in events}
    rights = await rights_of(connection, actors)
    return Known({event_id: str(name) for event_id, name in found}, rights)


async def rights_of(connection: AsyncConnection, actors: Iterable[str]) -> Mapping[str, Sequence[RightsGiven]]:
    """By actor, from when on an account acted in which roles, and where."""
    accounts = [UUID(actor.partition(":")[2]) for actor in actors if actor.startswith("account:")]
    return rights_given(await rows_of(connection, _RIGHTS, (NOTED, accounts, list(OF_ACCOUNTS))))


async def _kept_out(connection: AsyncConnection, cases: frozenset[UUID], keeps_out: KeepsOut) -> frozenset[UUID]:
    rows = await rows_of(connection, _KEPT_OUT, {"cases": list(cases), "topics": _topics(keeps_out)})
    return frozenset(account for _, account in kept_out_by(map(read, rows), keeps_out))


async def kept_from(connection: AsyncConnection, account: UUID, keeps_out: KeepsOut) -> list[UUID]:
    """The cases the account is kept out of, and those linked with them."""
    values = {"topics": _topics(keeps_out), "who": f"%{account}%".encode()}
    events = [read(row) for row in await rows_of(connection, _NAMING, values)]
    links = links_standing(await _links(connection))
    named = {case for case, who in kept_out_by(events, keeps_out) if who == account}
    return sorted({each for case in named for each in linked_with(case, links)})


def _topics(keeps_out: KeepsOut) -> list[str]:
    return sorted({name for name, _ in (*keeps_out.out, *keeps_out.again)})


async def rows_of(connection: AsyncConnection, statement: str, values: Any) -> Sequence[CopiedRow]:
    """Of the copy, or of the audit service's own log."""
    return [CopiedRow(r[0], r[1], r[2], r[3], bytes(r[4])) for r in await fetch(connection, statement, values)]


async def fetch(connection: AsyncConnection, statement: str, values: Any) -> Sequence[tuple[Any, ...]]:
    found = await connection.execute(statement.encode(), values)
    rows: Sequence[tuple[Any, ...]] = await found.fetchall()
    return rows

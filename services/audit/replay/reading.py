"""Reads from the copy what a replay tells, all of one moment of the copy."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.events.tips import TipLinked, TipReceived
from services.audit.replay.roles import ROLE_EVENTS, roles_given
from services.audit.replay.telling import By, CopiedRow, Known, Told, linked_with, moment_of, read

_FIRST = "SELECT 1 FROM copied_events WHERE source = 'tips' AND correlation = %s AND stream = %s AND topic = %s"
_LINKS = "SELECT source, position, stream, topic, state FROM copied_events WHERE topic = %s"
_ROWS = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE (correlation = ANY(%(cases)s) OR (source = 'tips' AND stream = ANY(%(cases)s)))
"""
_NAMES = "SELECT event_id, topic FROM copied_events WHERE event_id = ANY(%s)"
_ROLES = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE source = 'identity' AND stream = ANY(%s) AND topic = ANY(%s) ORDER BY position
"""
_KEPT_OUT = f"{_ROWS} AND topic = ANY(%(topics)s)"
_POSITIONS = "SELECT source, max(position) FROM copied_events GROUP BY source"
_NAMING = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%(topics)s) AND state LIKE %(who)s
"""
_CASES = """
    SELECT correlation, min(recorded_at), max(recorded_at), count(*) FROM copied_events
    WHERE correlation IN (SELECT stream FROM copied_events WHERE topic = %(received)s)
        AND NOT correlation = ANY(%(hidden)s)
    GROUP BY correlation ORDER BY max(recorded_at) DESC, correlation LIMIT %(limit)s OFFSET %(skip)s
"""

KeepsOut = Mapping[tuple[str, int], str]
"""By name and version of an event: its field with the account that must not see the case."""


class Reading(msgspec.Struct, frozen=True):
    """All that is needed to tell a case."""

    cases: frozenset[UUID]
    rows: Sequence[CopiedRow]
    known: Known
    positions: dict[str, int]


class CaseRow(msgspec.Struct, frozen=True):
    """A case of the list. It says nothing of what the case is about."""

    case: UUID
    first_recorded_at: datetime
    last_recorded_at: datetime
    events: int


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
        began = await _fetch(connection, _FIRST, (case, case, TipReceived.NAME))
        links = [read(row) for row in await _rows(connection, _LINKS, (TipLinked.NAME,))]
        # Who is kept out is asked of today, however far back the telling goes; and of a case there is not, too: it must
        # not be told from a hidden one by the time the answer takes.
        kept_out = await _kept_out(connection, linked_with(case, _ends(links)), keeps_out)
        if not began or not may_see(kept_out):
            return None
        cases = linked_with(case, _ends([link for link in links if moment_of(link, by) <= as_of]))
        rows = await _rows(connection, _ROWS, {"cases": list(cases)})
        positions = {str(source): int(last) for source, last in await _fetch(connection, _POSITIONS, ())}
        return Reading(cases, rows, await _known(connection, rows), positions)


async def list_cases(
    pool: AsyncConnectionPool,
    limit: int,
    skip: int,
    account: UUID,
    keeps_out: KeepsOut,
    may_see: Callable[[frozenset[UUID]], bool],
) -> Sequence[CaseRow]:
    """Cases by their newest event, newest first; those the account is kept out of as far as `may_see` lets it."""
    async with pool.connection() as connection:
        hidden = [] if may_see(frozenset({account})) else await _kept_from(connection, account, keeps_out)
        values = {"received": TipReceived.NAME, "hidden": hidden, "limit": limit, "skip": skip}
        return [CaseRow(*row) for row in await _fetch(connection, _CASES, values)]


def _ends(links: Sequence[Told]) -> Sequence[tuple[UUID, UUID]]:
    return [(UUID(link.data["tip"]), UUID(link.data["other"])) for link in links]


async def _known(connection: AsyncConnection, rows: Sequence[CopiedRow]) -> Known:
    events = [read(row) for row in rows]
    causes = {event.causation_id for event in events if event.causation_id is not None}
    found = await _fetch(connection, _NAMES, (list(causes),))
    actors = {event.actor for event in events}
    accounts = [UUID(actor.partition(":")[2]) for actor in actors if actor.startswith("account:")]
    changes = await _rows(connection, _ROLES, (accounts, list(ROLE_EVENTS)))
    return Known({event_id: str(name) for event_id, name in found}, roles_given(changes))


async def _kept_out(connection: AsyncConnection, cases: frozenset[UUID], keeps_out: KeepsOut) -> frozenset[UUID]:
    topics = [name for name, _ in keeps_out]
    rows = await _rows(connection, _KEPT_OUT, {"cases": list(cases), "topics": topics})
    events = [event for event in map(read, rows) if (event.name, event.version) in keeps_out]
    return frozenset(UUID(event.data[keeps_out[event.name, event.version]]) for event in events)


async def _kept_from(connection: AsyncConnection, account: UUID, keeps_out: KeepsOut) -> list[UUID]:
    """The cases the account is kept out of, and those linked with them."""
    values = {"topics": [name for name, _ in keeps_out], "who": f"%{account}%".encode()}
    events = [read(row) for row in await _rows(connection, _NAMING, values)]
    links = _ends([read(row) for row in await _rows(connection, _LINKS, (TipLinked.NAME,))])
    named = {
        event.correlation_id
        for event in events
        if (form := (event.name, event.version)) in keeps_out and event.data[keeps_out[form]] == str(account)
    }
    return sorted({each for case in named for each in linked_with(case, links)})


async def _rows(connection: AsyncConnection, statement: str, values: Any) -> Sequence[CopiedRow]:
    return [CopiedRow(r[0], r[1], r[2], r[3], bytes(r[4])) for r in await _fetch(connection, statement, values)]


async def _fetch(connection: AsyncConnection, statement: str, values: Any) -> Sequence[tuple[Any, ...]]:
    found = await connection.execute(statement.encode(), values)
    rows: Sequence[tuple[Any, ...]] = await found.fetchall()
    return rows

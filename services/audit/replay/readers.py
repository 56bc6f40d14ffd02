"""Who has read a case: every page of it opened, every search that returned it, every file it is in, every telling.

From the reads on record in the copy, and from the audit service's own log for what auditors were told.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from services.audit.case_file.events import CaseFileMade
from services.audit.replay.events import CaseReplayed, ReadersTold, WhyTold
from services.audit.replay.reading import cases_linked, known_of, links_of, rows_of
from services.audit.replay.telling import CopiedRow, Known, Told, read, role_of
from services.audit.replay.words import KeepsOut
from services.audit.sources import OWN
from services.kernel.operations import ListExported, ListSearched, PageRead, RecordShown

_STREAMS = """
    SELECT DISTINCT stream FROM copied_events WHERE correlation = ANY(%(cases)s) AND topic <> ALL(%(reads)s)
"""
_READS = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%(reads)s) AND (correlation = ANY(%(cases)s) OR state LIKE ANY(%(records)s))
    UNION ALL
    SELECT %(own)s, notification_id, originator_id, topic, state FROM stored_events
    WHERE topic = ANY(%(told)s) AND state LIKE ANY(%(records)s)
"""
_LISTS = [ListExported.NAME, ListSearched.NAME]
_IN_COPY = [RecordShown.NAME, PageRead.NAME, *_LISTS]
_IN_OWN_LOG = [CaseFileMade.NAME, CaseReplayed.NAME, ReadersTold.NAME, WhyTold.NAME, *_LISTS]


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """One page read, one search, one file taken, or one telling. `account` is None for the public.

    `records` are those of this case, `positions` where in the log of `service` what was read stood; of a file, how far
    the log had come. `narrowed` is by what was searched, or a file was narrowed. How many other cases it held is not
    said: with a county that was searched by, the number would tell of one that is hidden.
    """

    recorded_at: datetime
    account: UUID | None
    agency: str
    role: str
    service: str
    name: str
    question: str
    records: list[UUID]
    positions: list[int]
    narrowed: list[str]


class Readers(msgspec.Struct, frozen=True):
    """`cases` are the case and those linked with it; `reads` are newest first."""

    cases: frozenset[UUID]
    reads: Sequence[Read]


async def readers_of(
    pool: AsyncConnectionPool, case: UUID, keeps_out: KeepsOut, may_see: Callable[[frozenset[UUID]], bool]
) -> Readers | None:
    """None when no tip began the case, or it is hidden."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        links = await links_of(connection, case, keeps_out, may_see)
        if links is None:
            return None
        cases = cases_linked(case, links)
        streams = await _streams(connection, cases)
        rows = await _rows(connection, cases, streams)
        known = await known_of(connection, rows)
    newest_first = sorted(
        map(read, rows), key=lambda each: (each.recorded_at, each.source, each.position), reverse=True
    )
    return Readers(cases, [_read(each, cases | streams, known) for each in newest_first])


async def reads_on_record(pool: AsyncConnectionPool, cases: frozenset[UUID], account: UUID) -> Sequence[Told]:
    """Every page of these cases the account was shown, and every search or file with one of their records in it."""
    async with pool.connection() as connection:
        rows = await _rows(connection, cases, await _streams(connection, cases))
    return [each for each in map(read, rows) if each.account == account]


async def _streams(connection: AsyncConnection, cases: frozenset[UUID]) -> frozenset[UUID]:
    found = await connection.execute(_STREAMS.encode(), {"cases": list(cases), "reads": _IN_COPY})
    return frozenset(row[0] for row in await found.fetchall())


async def _rows(connection: AsyncConnection, cases: frozenset[UUID], streams: frozenset[UUID]) -> Sequence[CopiedRow]:
    values: dict[str, Any] = {
        "cases": list(cases),
        "records": [f"%{each}%".encode() for each in sorted(cases | streams)],
        "reads": _IN_COPY,
        "told": _IN_OWN_LOG,
        "own": OWN,
    }
    return await rows_of(connection, _READS, values)


def _read(event: Told, records: frozenset[UUID], known: Known) -> Read:
    data = event.data
    named = [UUID(each) for each in data.get("records", data.get("told", ()))]
    positions = data.get("positions", [data["position"]] if "position" in data else [])
    return Read(
        recorded_at=event.recorded_at,
        account=event.account,
        agency=event.agency,
        role=role_of(event, known),
        service=event.source,
        name=event.name,
        question=data.get("question", ""),
        records=[each for each in named if each in records],
        positions=list(positions),
        narrowed=data.get("narrowed", []),
    )

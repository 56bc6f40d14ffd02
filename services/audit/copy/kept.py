"""The copy of one service's log as it stands: read for comparisons, and added to where it lacks rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg_pool import AsyncConnectionPool

from services.audit.finding.decisions import Span
from services.audit.finding.state import Finding, FindingKind
from services.kernel.batch import Effect
from services.kernel.connections import reading
from services.kernel.log import Log
from services.kernel.proof.leaves import Row
from services.kernel.stored_form import BadState

_INSERT = """
    INSERT INTO copied_events
        (source, position, stream, version, topic, state, event_id, correlation, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ROWS = """
    SELECT position, stream, version, topic, state FROM copied_events
    WHERE source = %s AND position > %s AND position <= %s ORDER BY position LIMIT %s
"""
_LAST = "SELECT coalesce(max(position), 0) FROM copied_events WHERE source = %s"
_COUNT = "SELECT count(*) FROM copied_events WHERE source = %s AND position BETWEEN %s AND %s"
_ELSEWHERE = """
    SELECT moved.position FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::text[], %s::bytea[])
        AS moved (position, stream, version, topic, state)
    JOIN copied_events AS kept
      ON kept.source = %s AND kept.stream = moved.stream AND kept.version = moved.version
     AND kept.topic = moved.topic AND kept.state = moved.state AND kept.position <> moved.position
"""
_UNLED = """
    SELECT led.position FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[]) AS led (position, stream, version)
    WHERE NOT EXISTS (
        SELECT 1 FROM copied_events AS kept
        WHERE kept.source = %s AND kept.stream = led.stream AND kept.version = led.version - 1
          AND kept.position < led.position
    )
"""


_RESTORED = "SELECT first, last FROM declared_restores WHERE source = %s ORDER BY first"


class Head(msgspec.Struct, frozen=True):
    """What of a stored state the copy is searched by. Whatever else the state holds, of any version, is kept unread."""

    event_id: UUID
    correlation_id: UUID
    recorded_at: datetime


def head_of(state: bytes) -> Head:
    """Raises `BadState`; the message carries nothing of the event."""
    try:
        return msgspec.json.decode(state, type=Head)
    except msgspec.MsgspecError as error:
        raise BadState("The row lacks an event id, a correlation id or the time it was recorded.") from error


class Copy:
    """`follower` is the name under which the copy's progress is kept."""

    def __init__(self, source: str, follower: str, pool: AsyncConnectionPool, events: Log) -> None:
        self._source = source
        self._follower = follower
        self._pool = pool
        self._events = events

    async def reached(self) -> int:
        """Up to where the road has been followed; what is missing before that does not come by itself."""
        return await self._events.tracked(self._follower) or 0

    async def last(self) -> int:
        """The highest position there is a row of."""
        ((last,),) = await self._fetch(_LAST, (self._source,))
        return int(last)

    async def between(self, after: int, until: int, limit: int | None = None) -> Sequence[Row]:
        """In order; `limit` None for all."""
        found = await self._fetch(_ROWS, (self._source, after, until, limit))
        return [Row(r[0], r[1], r[2], r[3], bytes(r[4])) for r in found]

    async def is_whole(self, finding: Finding, adding: Sequence[Row]) -> bool:
        """Whether every position of the finding has a row, with those being added."""
        ((kept,),) = await self._fetch(_COUNT, (self._source, finding.first, finding.last))
        added = sum(finding.first <= row.position <= finding.last for row in adding)
        return int(kept) + added == finding.last - finding.first + 1

    async def elsewhere(self, rows: Sequence[Row]) -> frozenset[int]:
        """The positions of those of `rows` that the copy has, the same, at another position."""
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []]
        return frozenset(row[0] for row in await self._fetch(_ELSEWHERE, (*columns, self._source)))

    async def unled(self, rows: Sequence[Row]) -> Sequence[int]:
        """The positions of those of `rows` whose predecessor in their stream the copy has nowhere before them."""
        columns = ([r.position for r in rows], [r.stream for r in rows], [r.version for r in rows])
        return [row[0] for row in await self._fetch(_UNLED, (*columns, self._source))]

    async def restored(self) -> Sequence[Span]:
        """The positions of which it was declared that the log lost them, when its database was put back."""
        found = await self._fetch(_RESTORED, (self._source,))
        return [Span(FindingKind.ROLLED_BACK, first, last) for first, last in found]

    def keep(self, row: Row) -> Effect:
        """Adds a row the copy lacks; one that stands is never overwritten. Raises `BadState`."""
        head = head_of(row.state)
        return Effect(_INSERT, (self._source, *row, head.event_id, head.correlation_id, head.recorded_at))

    async def _fetch(self, statement: str, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
        async with reading(self._pool) as connection:
            found = await connection.execute(statement.encode(), values)
            rows: Sequence[tuple[Any, ...]] = await found.fetchall()
            return rows

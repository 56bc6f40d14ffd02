"""The audit service's own log beside itself: nobody keeps a copy of it, but it can be seen to be in order."""

from collections.abc import Sequence
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.audit.finding.decisions import Span
from services.audit.finding.state import Finding
from services.kernel.batch import Effect
from services.kernel.connections import reading
from services.kernel.log import Log
from services.kernel.proof.leaves import Row
from services.kernel.stored_form import BadState, Logged

READ_LIMIT = 200

_UNLED = """
    SELECT led.position FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[]) AS led (position, stream, version)
    WHERE NOT EXISTS (
        SELECT 1 FROM stored_events AS kept
        WHERE kept.originator_id = led.stream AND kept.originator_version = led.version - 1
          AND kept.notification_id < led.position
    )
"""


class OwnLog:
    """Answers as the copy of another service's log does."""

    def __init__(self, events: Log, pool: AsyncConnectionPool) -> None:
        self._events = events
        self._pool = pool

    async def page(self, after: int) -> Sequence[Row]:
        """What follows a position, in order."""
        return [_row(each) for each in await self._events.after(after, READ_LIMIT)]

    async def reached(self) -> int:
        return await self._events.last_position()

    async def last(self) -> int:
        """What is appended meanwhile is read too, so there is nothing beyond."""
        return 0

    async def between(self, after: int, until: int, limit: int | None = None) -> Sequence[Row]:
        found = await self._events.between(after + 1, until, READ_LIMIT if limit is None else limit)
        return [_row(each) for each in found]

    async def is_whole(self, finding: Finding, adding: Sequence[Row]) -> bool:
        """What is gone from it is gone."""
        return False

    async def elsewhere(self, rows: Sequence[Row]) -> frozenset[int]:
        return frozenset()

    async def unled(self, rows: Sequence[Row]) -> Sequence[int]:
        """The positions of those of `rows` whose predecessor in their stream is nowhere before them."""
        columns = ([r.position for r in rows], [r.stream for r in rows], [r.version for r in rows])
        async with reading(self._pool) as connection:
            found = await connection.execute(_UNLED, columns)
            return [row[0] for row in await found.fetchall()]

    async def restored(self) -> Sequence[Span]:
        """Nobody declares it of the audit service's own log."""
        return ()

    def keep(self, row: Row) -> Effect:
        """Raises `BadState`."""
        raise BadState("Nothing is put into the service's own log from elsewhere.")


def _row(event: Logged) -> Row:
    return Row(event.id, UUID(str(event.originator_id)), event.originator_version, event.topic, event.state)

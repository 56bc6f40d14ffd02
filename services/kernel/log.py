"""The reading side of a service's log: streams, the log in its order, and how far a follower has come."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.kernel.background import end
from services.kernel.batch import KeyRow
from services.kernel.connections import reading
from services.kernel.stored_form import Logged

_NOTIFICATIONS = """
    SELECT originator_id, originator_version, topic, state, notification_id FROM stored_events
    WHERE notification_id >= %(start)s AND (%(stop)s::bigint IS NULL OR notification_id <= %(stop)s)
      AND (%(any_topic)s OR topic = ANY(%(topics)s))
    ORDER BY notification_id LIMIT %(limit)s
"""
_EVENTS = """
    SELECT originator_id, originator_version, topic, state, notification_id FROM stored_events
    WHERE originator_id = %(stream)s AND (%(gt)s::bigint IS NULL OR originator_version > %(gt)s)
      AND (%(lte)s::bigint IS NULL OR originator_version <= %(lte)s)
"""


_OF_STREAMS = """
    SELECT originator_id, originator_version, topic, state, notification_id FROM stored_events
    WHERE originator_id = ANY(%(streams)s) ORDER BY originator_id, originator_version
"""

_MENTIONING = """
    SELECT notification_id, state FROM stored_events
    WHERE EXISTS (SELECT FROM unnest(%s::bytea[]) AS word WHERE position(word IN state) > 0)
    ORDER BY notification_id
"""

# One row of columns: the client waits once for a page of it, and else for each 16 kB of its rows.
_PAGE = f"""
    SELECT array_agg(originator_id ORDER BY notification_id), array_agg(originator_version ORDER BY notification_id),
      array_agg(topic ORDER BY notification_id), array_agg(state ORDER BY notification_id),
      array_agg(notification_id ORDER BY notification_id)
    FROM ({_NOTIFICATIONS}) AS page
"""

PAGE = 1_000


class Log:
    """Reads committed events only; what it shows at one position never changes afterwards."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def stream(
        self,
        stream: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Logged]:
        """One aggregate's events in order of version."""
        statement = _EVENTS + (" ORDER BY originator_version " + ("DESC" if desc else "ASC"))
        values: dict[str, object] = {"stream": stream, "gt": gt, "lte": lte}
        if limit is not None:
            statement += " LIMIT %(limit)s"
            values["limit"] = limit
        return await self._logged(statement, values)

    async def streams(self, streams: Sequence[UUID]) -> Sequence[Logged]:
        """All events of several aggregates, those of each together and in order of version."""
        return await self._logged(_OF_STREAMS, {"streams": list(streams)})

    async def after(self, position: int, limit: int) -> Sequence[Logged]:
        """What follows a position, in log order."""
        return await self.between(position + 1, None, limit)

    async def between(self, start: int, stop: int | None, limit: int, topics: Sequence[str] = ()) -> Sequence[Logged]:
        """Positions from `start` to `stop`, both included, of the topics named (all when none is)."""
        return await self._logged(_NOTIFICATIONS, _positions(start, stop, limit, topics))

    async def pages(self, start: int, stop: int, topics: Sequence[str] = ()) -> AsyncGenerator[Sequence[Logged], None]:
        """As `between`, all of it: the database looks for the next page while this one is worked on."""
        ahead = asyncio.create_task(self._page(start, stop, topics))
        try:
            while page := await ahead:
                ahead = asyncio.create_task(self._page(page[-1].id + 1, stop, topics))
                # Else the question would be sent after the work.
                await asyncio.sleep(0)
                yield page
        finally:
            await end([ahead])

    async def _page(self, start: int, stop: int, topics: Sequence[str]) -> Sequence[Logged]:
        async with reading(self._pool) as connection:
            found = await connection.execute(_PAGE, _positions(start, stop, PAGE, topics), binary=True)
            columns = await found.fetchone()
        return list(map(Logged, *columns)) if columns and columns[0] else []

    async def mentioning(self, words: Sequence[bytes]) -> Sequence[tuple[int, bytes]]:
        """Position and state of every row whose state has one of these bytes in it. Reads the whole log."""
        if not words:
            return []
        async with reading(self._pool) as connection:
            found = await connection.execute(_MENTIONING, (list(words),), binary=True)
            return [(row[0], bytes(row[1])) for row in await found.fetchall()]

    async def last_position(self) -> int:
        """0 for an empty log."""
        async with reading(self._pool) as connection:
            row = await (await connection.execute("SELECT max(notification_id) FROM stored_events")).fetchone()
        return (row[0] or 0) if row else 0

    async def tracked(self, follower: str) -> int | None:
        """The last position of its source whose effects a follower has committed."""
        async with reading(self._pool) as connection:
            found = await connection.execute(
                "SELECT notification_id FROM notification_tracking WHERE application_name = %s", (follower,)
            )
            row = await found.fetchone()
        return row[0] if row else None

    async def command_key(self, key_digest: bytes) -> KeyRow | None:
        """What a command key was used for, if it was."""
        async with reading(self._pool) as connection:
            found = await connection.execute(
                "SELECT request_digest, reference, version, position, status FROM command_keys WHERE key_digest = %s",
                (key_digest,),
            )
            row = await found.fetchone()
        return KeyRow(bytes(row[0]), *row[1:]) if row else None

    async def _logged(self, statement: str, values: Mapping[str, object]) -> Sequence[Logged]:
        async with reading(self._pool) as connection:
            found = await connection.execute(statement, values, binary=True)
            rows = await found.fetchall()
        return [Logged(*row) for row in rows]


def _positions(start: int, stop: int | None, limit: int, topics: Sequence[str]) -> Mapping[str, object]:
    return {"start": start, "stop": stop, "limit": limit, "any_topic": not topics, "topics": list(topics)}

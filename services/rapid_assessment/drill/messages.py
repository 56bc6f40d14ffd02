"""Pages of drills: each is written down before it goes out, once for a channel, apart from what asks for a seat.

What a crash left unknown goes out once more, marked, and never a third time. A drill is braked by nothing and brakes
nothing: no message of a case is held back because of one.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.rapid_assessment.seat_messages import Leave, known_of

_BEFORE = "SELECT tries, outcome FROM drill_messages WHERE page = %s AND channel = %s"
_BEGIN = """
    INSERT INTO drill_messages (page, channel, tries, outcome, last_at) VALUES (%s, %s, 1, 'unknown', %s)
    ON CONFLICT (page, channel) DO UPDATE SET tries = drill_messages.tries + 1, last_at = excluded.last_at
"""
_END = "UPDATE drill_messages SET outcome = %s WHERE page = %s AND channel = %s"


class DrillMessages(Protocol):
    """Keeps what went out. A page is named as its code is."""

    async def begin(self, page: UUID, channel: str, now: datetime) -> Leave:
        """Writes it down, if it may go out."""
        ...

    async def end(self, page: UUID, channel: str, *, taken: bool) -> None:
        """What the carrier said."""
        ...


class KeptDrillMessages:
    """In the service's own database."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def begin(self, page: UUID, channel: str, now: datetime) -> Leave:
        async with self._pool.connection() as connection:
            before = await (await connection.execute(_BEFORE, (page, channel))).fetchone()
            known = known_of(before)
            if known is not None:
                return known
            await connection.execute(_BEGIN, (page, channel, now))
            return Leave.ONCE_MORE if before else Leave.GO

    async def end(self, page: UUID, channel: str, *, taken: bool) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(_END, ("taken" if taken else "refused", page, channel))

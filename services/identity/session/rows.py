"""The table of sessions that nothing has ended: whose secret is whose, and when each was last used."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect
from services.kernel.connections import reading

WRITTEN_EVERY = timedelta(minutes=1)

_ADD = "INSERT INTO sessions (secret, session, account, ends_at, used_at) VALUES (%s, %s, %s, %s, %s)"
_FIND = "SELECT session, used_at FROM sessions WHERE secret = %s"
_OF_ACCOUNT = "SELECT session FROM sessions WHERE account = %s"
_USE = "UPDATE sessions SET used_at = %s WHERE session = %s AND used_at <= %s"
_UNLOCK = "UPDATE sessions SET used_at = %s WHERE session = %s"
_REMOVE = "DELETE FROM sessions WHERE session = %s"
_REMOVE_OVER = "DELETE FROM sessions WHERE account = %s AND ends_at <= %s"


class Row(msgspec.Struct, frozen=True):
    """A session, and when it was last used, to the minute."""

    session: UUID
    used_at: datetime


def add(secret: bytes, session: UUID, account: UUID, ends_at: datetime, now: datetime) -> list[Effect]:
    """Goes with the session's first event; clears away the account's sessions whose time is over."""
    return [Effect(_REMOVE_OVER, (account, now)), Effect(_ADD, (secret, session, account, ends_at, now))]


def used(session: UUID, now: datetime) -> Effect:
    """Goes with the event that unlocks."""
    return Effect(_UNLOCK, (now, session))


def remove(session: UUID) -> Effect:
    """Goes with the event that ends it."""
    return Effect(_REMOVE, (session,))


class SessionRows:
    """Finds sessions, and keeps when each was used."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def find(self, secret: bytes) -> Row | None:
        """By the keyed digest of its secret."""
        async with reading(self._pool) as connection:
            row = await (await connection.execute(_FIND, (secret,))).fetchone()
        return Row(*row) if row else None

    async def of_account(self, account: UUID) -> list[UUID]:
        """Every session of an account that has a row still."""
        async with reading(self._pool) as connection:
            rows = await (await connection.execute(_OF_ACCOUNT, (account,))).fetchall()
        return [row[0] for row in rows]

    async def use(self, session: UUID, now: datetime) -> None:
        """Written when a minute has passed since the last time."""
        async with self._pool.connection() as connection:
            await connection.execute(_USE, (now, session, now - WRITTEN_EVERY))

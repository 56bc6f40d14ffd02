"""One instance at a time does a named job of a service; when it dies, another takes over at once.

The lease is a session's advisory lock, so it ends with its holder's connection and needs no clock. What the job
commits is fenced besides: its checkpoint moves only from the position its holder last saw.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg

TRY_AGAIN_SECONDS = 0.5


class LeaseLost(Exception):
    """The holder's connection died: someone else may act by now."""


class Lease:
    """A held lease. Ask `check` before acting outside the database."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    async def check(self) -> None:
        """Raises `LeaseLost`."""
        try:
            await self._connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise LeaseLost from error


@asynccontextmanager
async def lease(conninfo: Callable[[], str], name: str) -> AsyncIterator[Lease]:
    """Waits until the job `name` is free, and holds it."""
    connection = await psycopg.AsyncConnection.connect(conninfo(), autocommit=True, connect_timeout=5)
    try:
        while True:
            found = await connection.execute("SELECT pg_try_advisory_lock(hashtext('lease'), hashtext(%s))", (name,))
            row = await found.fetchone()
            if row and row[0]:
                break
            await asyncio.sleep(TRY_AGAIN_SECONDS)
        yield Lease(connection)
    finally:
        await connection.close()

"""One instance at a time does a named job of a service; when it dies, another takes over at once.

The lease is a session's advisory lock, so it ends with its holder's connection and needs no clock. What the job
commits is fenced besides: its checkpoint moves only from the position its holder last saw.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg

TRY_AGAIN_SECONDS = 0.5


class LeaseLost(Exception):
    """The holder's connection died: someone else may act by now."""


class Lease:
    """A held lease. Ask `check` before acting outside the database."""

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection

    async def check(self) -> None:
        """Raises `LeaseLost`."""
        try:
            await self._connection.look()
        except psycopg.Error as error:
            raise LeaseLost from error


class _Connection:
    """That of all leases. An append has all their holders look at once: one look serves those who asked before it."""

    def __init__(self, own: psycopg.AsyncConnection) -> None:
        self.own = own
        self._looking = asyncio.Lock()
        self._begun = self._seen = 0

    async def look(self) -> None:
        """Raises psycopg.Error when it has died."""
        asked = self._begun
        async with self._looking:
            if self._seen <= asked or self.own.closed:
                self._begun += 1
                await self.own.execute("SELECT 1")
                self._seen = self._begun


class Leases:
    """Of one instance, on one connection: one for each job would be a process of PostgreSQL each, for nothing else.

    When that connection dies, all of them are lost together.
    """

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._connection: _Connection | None = None
        self._connecting = asyncio.Lock()
        self._one_of_each: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asked_for = 0

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[Lease]:
        """Waits until the job `name` is free, and holds it."""
        # A session is given its own lock twice: that does not keep a second of this instance out.
        async with self._one_of_each[name]:
            self._asked_for += 1
            try:
                connection = await self._connected()
                while True:
                    if await _is_given(connection.own, name):
                        break
                    await asyncio.sleep(TRY_AGAIN_SECONDS)
                yield Lease(connection)
            finally:
                self._asked_for -= 1
                await self._give_back(name)

    async def _connected(self) -> _Connection:
        async with self._connecting:
            if self._connection is None or self._connection.own.closed:
                own = await psycopg.AsyncConnection.connect(self._conninfo(), autocommit=True, connect_timeout=5)
                self._connection = _Connection(own)
            return self._connection

    async def _give_back(self, name: str) -> None:
        """Whether or not it was given: who is cancelled while asking does not know. It is never kept for nobody."""
        connection = self._connection.own if self._connection is not None else None
        if connection is None or connection.closed:
            return
        if self._asked_for == 0:
            await connection.close()
            return
        try:
            await connection.execute("SELECT pg_advisory_unlock(hashtext('lease'), hashtext(%s))", (name,))
        except psycopg.Error:
            await connection.close()
        except BaseException:
            await connection.close()
            raise


async def _is_given(connection: psycopg.AsyncConnection, name: str) -> bool:
    found = await connection.execute("SELECT pg_try_advisory_lock(hashtext('lease'), hashtext(%s))", (name,))
    row = await found.fetchone()
    return bool(row and row[0])

"""The pool of connections to a service's database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

SIZE = 8
FREE_WITHIN_SECONDS = 5.0


def pool_of(conninfo: str) -> AsyncConnectionPool:
    """Not yet open. Waits at most five seconds for a free connection, then raises `PoolTimeout`.

    After PostgreSQL was started again every idle connection is dead. The first one met has all of them replaced: met
    one by one, each would cost a request its answer, or a job or the pool itself a pause that doubles.
    """

    async def still_there(connection: AsyncConnection) -> None:
        try:
            _look(connection)
        except psycopg.OperationalError:
            await pool.drain()
            raise

    pool = AsyncConnectionPool(
        conninfo, min_size=1, max_size=SIZE, open=False, timeout=FREE_WITHIN_SECONDS, check=still_there
    )
    return pool


@asynccontextmanager
async def reading(pool: AsyncConnectionPool) -> AsyncIterator[AsyncConnection]:
    """A connection for one statement that only reads: one round trip, where a transaction around it takes three."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        try:
            yield connection
        finally:
            if not connection.closed:
                await connection.set_autocommit(False)


def _look(connection: AsyncConnection) -> None:
    """Raises for a connection that the server has ended, without asking the server anything."""
    # Twice: the first look may find the server's last words, the second its going.
    for _ in range(2):
        connection.pgconn.consume_input()

"""The pool of connections to a service's database."""

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


def _look(connection: AsyncConnection) -> None:
    """Raises for a connection that the server has ended, without asking the server anything."""
    # Twice: the first look may find the server's last words, the second its going.
    for _ in range(2):
        connection.pgconn.consume_input()

"""`python -m tests.bench.peer_handler PORT`: the handler beside `POST /tips`. One INSERT a request, and no checks.

It takes the same body, decodes it, and is served as a service is. The connection string is on its standard input.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Litestar, get, post
from psycopg_pool import AsyncConnectionPool

from services.kernel.serving import serve
from services.kernel.settings import NatsSettings, ProcessSettings

TABLE = "CREATE TABLE received (id uuid PRIMARY KEY, body bytea NOT NULL)"
LINES = 32


class Received(msgspec.Struct, frozen=True):
    """As little as can be answered."""

    reference: UUID


def application(conninfo: str) -> Litestar:
    """With a connection for each line that asks."""
    pool = AsyncConnectionPool(
        conninfo, min_size=LINES, max_size=LINES, open=False, kwargs={"autocommit": True}, timeout=30
    )

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with pool:
            await pool.wait()
            yield

    @post("/tips", status_code=201)
    async def receive(data: dict[str, Any]) -> Received:
        reference = uuid4()
        async with pool.connection() as connection:
            await connection.execute("INSERT INTO received VALUES (%s, %s)", (reference, msgspec.json.encode(data)))
        return Received(reference)

    @get("/health/ready")
    async def ready() -> dict[str, str]:
        return {}

    return Litestar([receive, ready], lifespan=[lifespan], openapi_config=None)


def main() -> None:
    """Until it is told to stop."""
    nobody = Path("/nonexistent")
    settings = ProcessSettings(
        service="peer",
        http_host="127.0.0.1",
        http_port=int(sys.argv[1]),
        origin="http://localhost",
        nats=NatsSettings("", nobody),
        data_kind="real",
        secrets=nobody,
        verify_key_file=nobody,
        peers={},
    )
    serve(application(sys.stdin.readline().strip()), settings)


if __name__ == "__main__":
    main()

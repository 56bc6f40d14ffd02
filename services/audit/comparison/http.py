"""Compares the copy with a service's own rows, asked for in the caller's own name."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from litestar import Controller, Request, Response, post
from litestar.exceptions import ServiceUnavailableException
from psycopg_pool import AsyncConnectionPool

from services.audit.comparison.comparing import Difference, Row, first_difference
from services.audit.comparison.events import CopyCompared
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Intent
from services.kernel.http.problems import NeverAllowed, NotFound, NotSignedIn
from services.kernel.settings import Settings
from services.kernel.store import Change, Changes, EventStore

ANSWER_WITHIN_SECONDS = 20.0

_HERE = """
    SELECT position, stream, version, topic, state FROM copied_events
    WHERE source = %s AND position > %s AND position <= %s
"""
_LAST = "SELECT coalesce(max(position), 0) FROM copied_events WHERE source = %s"


class Compare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which service's log."""

    source: str


class Comparison(msgspec.Struct, frozen=True):
    """Rows there and here, and the first difference; `at` is its position, 0 when both are the same."""

    source: str
    there: int
    here: int
    same: bool
    difference: str
    at: int


class _RawRow(msgspec.Struct, frozen=True):
    position: int
    stream: UUID
    version: int
    name: str
    state: str


class ComparisonController(Controller):
    """Row by row; what was found is put on record."""

    path = "/comparisons"
    tags = ["Comparison"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "compare_copy"}, status_code=200)
    async def compare(
        self,
        data: Compare,
        request: Request[Any, Any, Any],
        intent: Intent,
        commands: Commands,
        settings: Settings,
        pool: AsyncConnectionPool,
        store: EventStore,
    ) -> Response[Comparison]:
        """Reads the whole log of one service. What is there and not yet here, because it is new, is a difference too.

        The same key is answered with what was found the first time.
        """
        address = settings.peers.get(data.source)
        if address is None:
            raise NotFound
        comparison = uuid4()

        async def decide(now: datetime) -> Decided:
            headers = {"Authorization": request.headers.get("authorization", "")}
            async with httpx.AsyncClient(
                base_url=address, headers=headers, timeout=ANSWER_WITHIN_SECONDS, trust_env=False
            ) as peer:
                found = await _compare(data.source, peer, pool)
            return Decided(Changes([Change(comparison, 0, [found])]), comparison, 1, comparison, now)

        done, status = await commands.perform(intent, decide)
        (happening,) = await store.happenings(done.reference)
        headers = {POSITION_HEADER: str(done.position)}
        return Response(_answer(happening.event), status_code=status, headers=headers)


async def _compare(source: str, peer: httpx.AsyncClient, pool: AsyncConnectionPool) -> CopyCompared:
    # Ours first: what the service appends meanwhile must not look like rows that only we have.
    last_here = await _last_here(pool, source)
    there = here = position = 0
    difference = Difference()
    while True:
        theirs = await _rows_there(source, peer, position)
        until = theirs[-1].position if theirs else last_here
        ours = await _rows_here(pool, source, position, until)
        there, here = there + len(theirs), here + len(ours)
        if not difference.kind:
            difference = first_difference(theirs, ours)
        if not theirs:
            return CopyCompared(source=source, there=there, here=here, difference=difference.kind, at=difference.at)
        position = until


async def _rows_there(source: str, peer: httpx.AsyncClient, after: int) -> list[Row]:
    try:
        answer = await peer.get("/operator/rows", params={"after": after})
    except httpx.TransportError as error:
        raise _unavailable(source) from error
    match answer.status_code:
        case 200:
            rows = msgspec.json.decode(answer.content, type=list[_RawRow])
            return [Row(r.position, r.stream, r.version, r.name, base64.b64decode(r.state)) for r in rows]
        case 401:
            raise NotSignedIn
        case 403:
            raise NeverAllowed
        case _:
            raise _unavailable(source)


def _unavailable(source: str) -> ServiceUnavailableException:
    return ServiceUnavailableException(
        detail=f"The service {source} does not answer just now, so nothing was compared. Try again in a moment."
    )


async def _rows_here(pool: AsyncConnectionPool, source: str, after: int, until: int) -> list[Row]:
    async with pool.connection() as connection:
        found = await connection.execute(_HERE, (source, after, until))
        return [Row(r[0], r[1], r[2], r[3], bytes(r[4])) for r in await found.fetchall()]


async def _last_here(pool: AsyncConnectionPool, source: str) -> int:
    async with pool.connection() as connection:
        row = await (await connection.execute(_LAST, (source,))).fetchone()
    return int(row[0]) if row else 0


def _answer(event: object) -> Comparison:
    if not isinstance(event, CopyCompared):
        raise TypeError(type(event).__name__)
    return Comparison(event.source, event.there, event.here, not event.difference, event.difference, event.at)

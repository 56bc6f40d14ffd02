"""The job that has a log compared with the auditors' copy of it, over and over, a piece at a time.

The log asks, signed with its own key, as it asks for a countersignature: the witness needs no right to read anything.
It sends digests of blocks of rows, and the rows of a block alone where the witness holds another.
"""

import asyncio
import base64
import http
import logging
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from psycopg_pool import AsyncConnectionPool

from services.kernel.connections import reading
from services.kernel.lease import Leases
from services.kernel.log import Log
from services.kernel.metrics import Gauge
from services.kernel.proof.asking import Unanswered, post
from services.kernel.proof.blocks import (
    AT_ONCE,
    BLOCK,
    Compare,
    Held,
    LostFrom,
    Show,
    ShownRow,
    blocks_between,
    changes_in,
    digests_of_log,
)
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import Signer
from services.kernel.settings import ProofSettings
from services.kernel.stored_form import stream_of

NAME = "comparing"
REST = 19
"""Pauses for so many times as long as a piece took: a twentieth of a processor on either side. Some seconds at most."""
MOST_SHOWN = 20
"""Blocks that differ and are shown in one reading of the log: enough to call somebody; `muster verify` tells all."""
MOST_BYTES = 400_000
"""Of states sent at once."""
ANSWER_WITHIN_SECONDS = 20.0

_LAST = "SELECT coalesce(max(notification_id), 0) FROM stored_events"
_POSITION = "SELECT position FROM checkpoints WHERE name = %s"
_KEEP = """
    INSERT INTO checkpoints (name, position) VALUES (%s, %s)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""

log = logging.getLogger(__name__)


class Comparing:
    """Of one service's log. What it does is done by one instance at a time, and goes on after a start."""

    def __init__(
        self,
        settings: ProofSettings,
        signer: Signer,
        pool: AsyncConnectionPool,
        events: Log,
        leases: Leases,
        asking: Callable[[str], ssl.SSLContext],
    ) -> None:
        """`asking` is by what the witness is known at its address."""
        self._settings = settings
        self._signer = signer
        self._pool = pool
        self._events = events
        self._leases = leases
        self._asking = asking
        self._reached = 0
        self._changes: tuple[int, int] | None = None
        self._hurrying = False
        self._shown = self._compared = self._refused_with = 0

    async def run(self) -> None:
        """For ever; a witness that does not answer is asked again."""
        loop = asyncio.get_running_loop()
        async with self._leases.lease(NAME) as held:
            position = await self._position()
            while True:
                began = loop.time()
                try:
                    position = await self._piece(position)
                except Unanswered:
                    await asyncio.sleep(self._settings.compare_seconds)
                    await held.check()
                    continue
                await self._keep(position)
                # A short log is read through in one piece, and not more often than is of use.
                longest = self._settings.compare_seconds
                rest = 0.0 if self._hurrying else min(REST * (loop.time() - began), longest)
                await asyncio.sleep(rest if position else longest)
                await held.check()

    async def _piece(self, after: int) -> int:
        """Some blocks after a position, the end of one; answers where it goes on, 0 when all was read."""
        if not self._reached:
            self._reached = (await self._ask(0, 0, ())).reached
            return after
        until = min(self._reached, after + AT_ONCE * BLOCK)
        changes = await changes_in(self._pool, "stored_events")
        held = await self._ask(after, until, await digests_of_log(self._pool, after, until))
        blocks = blocks_between(after, until)
        for block in held.differing:
            if block in blocks and self._shown < MOST_SHOWN:
                self._shown += 1
                await self._show(block * BLOCK, min(until, (block + 1) * BLOCK))
        reached, self._reached = self._reached, held.reached
        before, self._changes = self._changes, (changes, held.changes)
        if before not in {None, self._changes}:
            # Somebody changed rows, here or there: all of them are read now, without a rest.
            self._hurrying, self._shown = True, 0
            if after:
                return 0
        return self._next(until, reached)

    def _next(self, until: int, reached: int) -> int:
        if until < reached:
            return until
        self._compared = until
        self._hurrying = False
        self._shown = 0
        return 0

    async def _ask(self, after: int, until: int, digests: Sequence[str]) -> Held:
        question = Compare(
            origin=self._signer.verifier.name,
            last=await self._last(),
            until=until,
            first=after // BLOCK,
            digests=list(digests),
        )
        said = await self._post("compare", msgspec.json.encode(question))
        try:
            return msgspec.json.decode(said, type=Held)
        except msgspec.MsgspecError as error:
            raise Unanswered from error

    async def _show(self, after: int, until: int) -> None:
        found = await self._events.between(after + 1, until, BLOCK)
        rows = [Row(e.id, stream_of(e), e.originator_version, e.topic, e.state) for e in found]
        for first, last, some in _portions(after, until, rows):
            shown = Show(
                origin=self._signer.verifier.name, after=first, until=last, rows=[ShownRow.of(row) for row in some]
            )
            await self._post("rows", msgspec.json.encode(shown))

    async def lost(self, first: int) -> Sequence[bytes]:
        """The leaves of what stood from a position on, in a log that was put back; none before that is declared."""
        if not self._settings.compares_at:
            return ()
        question = LostFrom(origin=self._signer.verifier.name, first=first)
        try:
            said = await self._post("lost", msgspec.json.encode(question))
            return [base64.b64decode(each) for each in msgspec.json.decode(said, type=list[str])]
        except (Unanswered, ValueError):
            return ()

    async def _post(self, route: str, body: bytes) -> str:
        address = f"{self._settings.compares_at}/{route}"
        status, said = await asyncio.to_thread(
            post, address, body, self._signer.vouch(body), self._asking, ANSWER_WITHIN_SECONDS
        )
        if status not in {http.HTTPStatus.OK, http.HTTPStatus.NO_CONTENT}:
            if status != self._refused_with:
                log.warning("the witness does not take it", extra={"asked": route, "status": status})
            self._refused_with = status
            raise Unanswered
        self._refused_with = 0
        return said

    async def _last(self) -> int:
        async with reading(self._pool) as connection:
            row = await (await connection.execute(_LAST)).fetchone()
        return int(row[0]) if row else 0

    async def _position(self) -> int:
        async with reading(self._pool) as connection:
            row = await (await connection.execute(_POSITION, (NAME,))).fetchone()
        # Whatever stands there, a block is begun at its beginning.
        return int(row[0]) // BLOCK * BLOCK if row else 0

    async def _keep(self, position: int) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(_KEEP, (NAME, position))

    def gauge(self) -> Gauge:
        """For a scrape."""
        return Gauge("proof_compared", "Up to where the last whole comparison with the auditors' copy went.", self._to)

    async def _to(self) -> Mapping[tuple[()], float]:
        return {(): float(self._compared)}


def _portions(after: int, until: int, rows: Sequence[Row]) -> Iterator[tuple[int, int, Sequence[Row]]]:
    """Rows after one position and up to another, cut where more would be too much to send at once."""
    some: list[Row] = []
    for row in rows:
        if some and sum(len(each.state) for each in some) + len(row.state) > MOST_BYTES:
            yield after, some[-1].position, some
            after, some = some[-1].position, []
        some.append(row)
    yield after, until, some

"""The job that makes the trees of all logs anew from the copies of them, and holds them against the signed heads.

A piece at a time, with a rest that is many times as long: how far it has come is kept, and goes on after a start. Of
the audit service's own log, which nobody copies, its own rows are read.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.audit.comparison.own_log import OwnLog
from services.audit.copy.kept import Copy
from services.audit.finding.decisions import Span
from services.audit.finding.recording import Recording
from services.audit.finding.state import FindingKind
from services.audit.sources import OWN
from services.audit.witness.heads import Heads
from services.kernel.connections import reading
from services.kernel.log import Log
from services.kernel.proof.blocks import changes_in
from services.kernel.proof.kept import KeptTree
from services.kernel.proof.leaves import FIRST, Row, leaf_of
from services.kernel.proof.notes import Checkpoint
from services.kernel.proof.tree import Frontier, edge

PIECE = 250
"""Rows: some milliseconds of the process."""
REST = 49
"""Pauses for so many times as long as a piece took, some seconds at most; as long as it took when rows were changed."""
HASH_BYTES = 32
LEAVES_AT_ONCE = 1_000

_STATE = "SELECT position, held, edge FROM recomputed_logs WHERE source = %s"
_KEEP = """
    INSERT INTO recomputed_logs (source, position, held, edge) VALUES (%s, %s, %s, %s)
    ON CONFLICT (source) DO UPDATE SET position = excluded.position, held = excluded.held, edge = excluded.edge
"""
_BEFORE = """
    SELECT kept.stream, kept.version, made.leaf
    FROM unnest(%(streams)s::uuid[], %(versions)s::bigint[]) AS wanted (stream, version)
    JOIN copied_events AS kept
      ON kept.source = %(source)s AND kept.stream = wanted.stream AND kept.version = wanted.version
    JOIN recomputed_leaves AS made ON made.source = kept.source AND made.position = kept.position
    WHERE kept.position <= %(until)s ORDER BY kept.position
"""
_MADE = """
    SELECT position, leaf FROM recomputed_leaves WHERE source = %s AND position BETWEEN %s AND %s ORDER BY position
"""
_KEEP_LEAVES = """
    INSERT INTO recomputed_leaves AS made (source, position, leaf)
    SELECT %s, * FROM unnest(%s::bigint[], %s::bytea[])
    ON CONFLICT (source, position) DO UPDATE SET leaf = excluded.leaf WHERE made.leaf <> excluded.leaf
"""


class Reached(NamedTuple):
    """How far a reading has come: with what edge of the tree, and up to which head it held."""

    frontier: Frontier
    held: int


class Rows(Protocol):
    """The rows there are of a log, in order."""

    async def between(self, after: int, until: int, limit: int | None = None) -> Sequence[Row]: ...
    async def last(self) -> int: ...


class Recomputing:
    """Of every log. What differs is found; what was found before is not found again."""

    def __init__(
        self,
        pool: AsyncConnectionPool,
        events: Log,
        copies: Mapping[str, Copy],
        recording: Recording,
        every_seconds: float,
    ) -> None:
        self._pool = pool
        self._rows: Mapping[str, Rows] = {**copies, OWN: OwnLog(events, pool)}
        self._tree = KeptTree(pool)
        self._recording = recording
        self._every_seconds = every_seconds
        self._changes: tuple[int, int] | None = None
        self._noticed = False

    async def run(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self._look()
            # Noticed on the way, it is for what was read before that, too.
            hurrying, self._noticed = self._noticed, False
            for source in self._rows:
                while await self._piece_and_rest(source, hurrying=hurrying):
                    pass
            await asyncio.sleep(max(0.0, began + self._every_seconds - loop.time()))

    async def _piece_and_rest(self, source: str, *, hurrying: bool) -> bool:
        loop = asyncio.get_running_loop()
        began = loop.time()
        more = await self.piece(source)
        await self._look()
        rest = (1 if hurrying or self._noticed else REST) * (loop.time() - began)
        await asyncio.sleep(min(rest, self._every_seconds))
        return more

    async def _look(self) -> None:
        """Whether somebody changed rows here since the last look. After a start nothing is known of it."""
        now = await changes_in(self._pool, "copied_events"), await changes_in(self._pool, "stored_events")
        before, self._changes = self._changes, now
        self._noticed |= before not in {None, now}

    async def piece(self, source: str) -> bool:
        """The next rows of it; whether there are more. At the end the next reading begins at the first row."""
        reached = await self._reached(source)
        size = reached.frontier.size
        # Of the own log the leaves before a row are those of its tree, which may be behind in a burst.
        until = size + PIECE if source != OWN else min(size + PIECE, await self._tree.size())
        rows = _unbroken(size, await self._rows[source].between(size, until, PIECE))
        heads = await self._heads(source, size, rows[-1].position) if rows else ()
        leaves = await self._leaves(source, rows)
        differs = reached_with(reached, rows, leaves, heads)
        if isinstance(differs, Span):
            root = reached.frontier.root().hex()
            signed = next(each for each in heads if each.size == differs.last).root.hex()
            kind = FindingKind.ROOT_DIFFERS if source == OWN else FindingKind.COPY_CHANGED
            await self._recording.found(source, [differs._replace(kind=kind)], lambda _: (root, signed))
        # At its end, and where it differs, the next reading begins at the first row.
        goes_on = None if isinstance(differs, Span) or len(rows) < PIECE else differs
        await self._keep(source, goes_on or Reached(Frontier(), 0), rows, leaves)
        return goes_on is not None

    async def _reached(self, source: str) -> Reached:
        async with reading(self._pool) as connection:
            row = await (await connection.execute(_STATE, (source,), binary=True)).fetchone()
        if row is None:
            return Reached(Frontier(), 0)
        position, held, kept = row[0], row[1], bytes(row[2])
        hashes = [kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES)]
        # Whoever changed what is kept here has it begin anew.
        fits = len(hashes) == len(edge(position))
        return Reached(Frontier(position, hashes), held) if fits else Reached(Frontier(), 0)

    async def _heads(self, source: str, after: int, until: int) -> Sequence[Checkpoint]:
        heads, found = Heads(source, self._pool), list[Checkpoint]()
        while some := await heads.between(found[-1].size if found else after, until):
            found += some
        return found

    async def _leaves(self, source: str, rows: Sequence[Row]) -> Sequence[bytes]:
        """Each with the hash of the one before it in its stream, as it was made on this same reading."""
        wanted = {(row.stream, row.version - 1) for row in rows if row.version > 1}
        before = dict(await self._before(source, wanted, rows[0].position)) if wanted else {}
        leaves = []
        for row in rows:
            leaf = leaf_of(row, before.get((row.stream, row.version - 1), FIRST))
            # After a restore a stream has some versions twice; it goes on from the later one.
            before[row.stream, row.version] = leaf
            leaves.append(leaf)
        return leaves

    async def _before(
        self, source: str, wanted: Collection[tuple[UUID, int]], until: int
    ) -> Mapping[tuple[UUID, int], bytes]:
        if source == OWN:
            # Nobody declares that audit lost rows: one version of a stream is needed from before a piece.
            first = dict(sorted(wanted, key=lambda each: -each[1]))
            return {(stream, first[stream]): leaf for stream, leaf in (await self._tree.leaves_of(first)).items()}
        streams, versions = [each for each, _ in wanted], [each for _, each in wanted]
        values = {"source": source, "streams": streams, "versions": versions, "until": until}
        async with reading(self._pool) as connection:
            found = await connection.execute(_BEFORE.encode(), values, binary=True)
            return {(row[0], row[1]): bytes(row[2]) for row in await found.fetchall()}

    async def leaves_from(self, source: str, first: int, last: int) -> Sequence[bytes]:
        """As far as they were made, in order, without a gap."""
        async with reading(self._pool) as connection:
            found = await connection.execute(_MADE.encode(), (source, first, min(last, first + LEAVES_AT_ONCE - 1)))
            rows = await found.fetchall()
        return [bytes(leaf) for at, (position, leaf) in enumerate(rows, start=first) if position == at]

    async def _keep(self, source: str, reached: Reached, rows: Sequence[Row], leaves: Sequence[bytes]) -> None:
        frontier = reached.frontier
        async with self._pool.connection() as connection:
            if source != OWN and rows:
                await connection.execute(_KEEP_LEAVES.encode(), (source, [row.position for row in rows], list(leaves)))
            await connection.execute(_KEEP.encode(), (source, frontier.size, reached.held, b"".join(frontier.hashes)))


def reached_with(
    reached: Reached, rows: Sequence[Row], leaves: Sequence[bytes], heads: Sequence[Checkpoint]
) -> Reached | Span:
    """How far it comes with these rows, or the positions among which the rows are not what the first head says.

    The frontier grows by them, in that case to the size of the head.
    """
    frontier, held = reached
    waiting = list(heads)
    for row, leaf in zip(rows, leaves, strict=True):
        frontier.add(leaf)
        while waiting and waiting[0].size <= row.position:
            head = waiting.pop(0)
            if head.root != frontier.root():
                # Of two heads of one size one is right at most, and the other is of another past.
                return Span(FindingKind.COPY_CHANGED, held + 1 if held < head.size else 1, head.size)
            held = head.size
    return Reached(frontier, held)


def _unbroken(after: int, rows: Sequence[Row]) -> Sequence[Row]:
    """Those without a gap before them: what is missing is found by its absence, and waited for here."""
    return [row for at, row in enumerate(rows, start=after + 1) if row.position == at]

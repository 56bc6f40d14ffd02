"""The tree of one service as it lies in its database, with the checkpoints that were signed of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from services.kernel.connections import reading
from services.kernel.proof.notes import Note, read_note
from services.kernel.proof.tree import Frontier, Node, Span, consistency, edge, hash_of, inclusion, kept_for

_SIZE = "SELECT coalesce(max(index) + 1, 0) FROM proof_nodes WHERE level = 0"
_NODES = """
    SELECT kept.level, kept.index, kept.hash FROM unnest(%b::smallint[], %b::bigint[]) AS wanted (level, index)
    JOIN proof_nodes AS kept ON kept.level = wanted.level AND kept.index = wanted.index
"""
_ADD_NODES = """
    INSERT INTO proof_nodes (level, index, hash) SELECT * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[])
"""
_LEAVES_OF = """
    SELECT wanted.stream, kept.hash FROM unnest(%b::uuid[], %b::bigint[]) AS wanted (stream, version)
    JOIN stored_events AS event ON event.originator_id = wanted.stream AND event.originator_version = wanted.version
    JOIN proof_nodes AS kept ON kept.level = 0 AND kept.index = event.notification_id - 1
"""
_NEWEST = "SELECT note FROM proof_checkpoints ORDER BY size DESC LIMIT 1"
_AT = "SELECT note FROM proof_checkpoints WHERE size = %s"
_LINES = "SELECT line FROM proof_cosignatures WHERE size = %s ORDER BY witness"
_SIGNED = "INSERT INTO proof_checkpoints (size, note, signed_at) VALUES (%s, %s, %s)"
_COSIGNED = "INSERT INTO proof_cosignatures (witness, size, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_NEWEST_WRITTEN = "SELECT size, note FROM proof_checkpoints ORDER BY size DESC LIMIT 1"
_STAMPED = "INSERT INTO proof_stamps (size, response, stamped_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_STAMP = """
    SELECT size, signed.note, stamp.response FROM proof_stamps AS stamp JOIN proof_checkpoints AS signed USING (size)
    ORDER BY size DESC LIMIT 1
"""
_LAST_COSIGNED = "SELECT coalesce(max(size), 0) FROM proof_cosignatures WHERE witness = %s"


class KeptTree:
    """Added to, never changed."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def frontier(self, size: int | None = None) -> Frontier:
        """Where the tree grows on, or grew on at some size. Raises `KeyError` when nodes are missing."""
        if size is None:
            ((size,),) = await self._rows(_SIZE, ())
        spans = [Span(node.place << node.level, 1 << node.level) for node in edge(size)]
        return Frontier(size, await self.hashes(spans))

    async def size(self) -> int:
        """How many leaves it has."""
        ((size,),) = await self._rows(_SIZE, ())
        return int(size)

    async def leaf(self, index: int) -> bytes | None:
        """None when the tree has no such leaf."""
        return (await self._nodes([Node(0, index)])).get(Node(0, index))

    async def leaves_of(self, versions: Mapping[UUID, int]) -> Mapping[UUID, bytes]:
        """The leaf of that version of each stream, of those that have one."""
        values = (list(versions.keys()), list(versions.values()))
        return {row[0]: bytes(row[1]) for row in await self._rows(_LEAVES_OF, values, binary=True)}

    async def prove_inclusion(self, index: int, size: int) -> Sequence[bytes]:
        """Raises `KeyError` when the tree is not so large, or is damaged."""
        return await self.hashes(inclusion(index, size))

    async def prove_consistency(self, old: int, new: int) -> Sequence[bytes]:
        """Raises `KeyError` when the tree is not so large, or is damaged."""
        return await self.hashes(consistency(old, new))

    async def hashes(self, spans: Sequence[Span]) -> Sequence[bytes]:
        """Of each span. Raises `KeyError`."""
        kept = await self._nodes(kept_for(spans))
        return [hash_of(span, kept) for span in spans]

    async def add(self, nodes: Sequence[tuple[Node, bytes]]) -> None:
        """Raises `UniqueViolation` when another has grown the tree meanwhile."""
        columns = ([n.level for n, _ in nodes], [n.place for n, _ in nodes], [each for _, each in nodes])
        async with self._pool.connection() as connection:
            await connection.execute(_ADD_NODES, columns)

    async def newest(self) -> Note | None:
        """The newest checkpoint with all countersignatures; None before the first."""
        return await self._note(_NEWEST, ())

    async def at(self, size: int) -> Note | None:
        """The checkpoint of that size, if one was signed."""
        return await self._note(_AT, (size,))

    async def keep(self, note: Note, at: datetime) -> None:
        """A checkpoint just signed."""
        async with self._pool.connection() as connection:
            await connection.execute(_SIGNED, (note.checkpoint.size, note.written, at))

    async def keep_lines(self, size: int, witness: str, line: str) -> None:
        """A countersignature just given."""
        async with self._pool.connection() as connection:
            await connection.execute(_COSIGNED, (witness, size, line))

    async def newest_written(self) -> tuple[int, str] | None:
        """Size and text of the newest checkpoint, with the log's own signature alone; None before the first."""
        found = await self._rows(_NEWEST_WRITTEN, ())
        return (found[0][0], found[0][1]) if found else None

    async def keep_stamp(self, size: int, response: bytes, at: datetime) -> None:
        """What a time-stamp authority answered about the checkpoint of that size."""
        async with self._pool.connection() as connection:
            await connection.execute(_STAMPED, (size, response, at))

    async def last_stamped(self) -> int:
        """The size of the largest checkpoint that was stamped; 0 for none."""
        found = await self._rows(_STAMP, ())
        return int(found[0][0]) if found else 0

    async def stamp(self) -> tuple[str, bytes] | None:
        """The text of the largest checkpoint that was stamped, and its stamp."""
        found = await self._rows(_STAMP, ())
        return (found[0][1], bytes(found[0][2])) if found else None

    async def last_cosigned(self, witness: str) -> int:
        """Up to which size this witness has countersigned, as far as is known here."""
        ((size,),) = await self._rows(_LAST_COSIGNED, (witness,))
        return int(size)

    async def _note(self, statement: str, values: Sequence[Any]) -> Note | None:
        found = await self._rows(statement, values)
        if not found:
            return None
        note = read_note(found[0][0])
        lines = await self._rows(_LINES, (note.checkpoint.size,))
        return note._replace(lines=[*note.lines, *(line for (line,) in lines)])

    async def _nodes(self, nodes: Iterable[Node]) -> dict[Node, bytes]:
        wanted = list(nodes)
        if not wanted:
            return {}
        columns = ([node.level for node in wanted], [node.place for node in wanted])
        return {Node(row[0], row[1]): bytes(row[2]) for row in await self._rows(_NODES, columns, binary=True)}

    async def _rows(self, statement: str, values: Sequence[Any], *, binary: bool = False) -> Sequence[tuple[Any, ...]]:
        async with reading(self._pool) as connection:
            return await _fetched(connection, statement, values, binary=binary)


async def _fetched(
    connection: AsyncConnection, statement: str, values: Sequence[Any], *, binary: bool
) -> Sequence[tuple[Any, ...]]:
    found = await connection.execute(statement.encode(), values, binary=binary)
    rows: Sequence[tuple[Any, ...]] = await found.fetchall()
    return rows

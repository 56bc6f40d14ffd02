"""A log in blocks of rows, so that log and copy are compared by digests and rows travel only where those differ.

The digests are made by the database, on both sides from the bytes as they are stored: a row costs it some microseconds,
and the process nothing.
"""

import base64
from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

import msgspec
from psycopg_pool import AsyncConnectionPool

from services.kernel.connections import reading
from services.kernel.proof.leaves import Row

BLOCK = 200
"""Rows. Block n holds the positions from n * 200 + 1 on."""
AT_ONCE = 25
"""Blocks that one question asks about."""

Position = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

_DIGESTS = """
    SELECT ({position} - 1) / 200 AS block, encode(sha256(string_agg(sha256(
        int8send({position}) || uuid_send({stream}) || int8send({version})
        || int8send(octet_length(topic)) || convert_to(topic, 'UTF8') || state
    ), ''::bytea ORDER BY {position})), 'hex')
    FROM {table} WHERE {position} > %(after)s AND {position} <= %(until)s AND {more} GROUP BY block
"""
_OF_LOG = _DIGESTS.format(
    table="stored_events",
    position="notification_id",
    stream="originator_id",
    version="originator_version",
    more="true",
)
_OF_COPY = _DIGESTS.format(
    table="copied_events", position="position", stream="stream", version="version", more="source = %(source)s"
)
_CHANGES = """
    SELECT coalesce(pg_stat_get_tuples_updated(to_regclass(%s)) + pg_stat_get_tuples_deleted(to_regclass(%s)), 0)
"""


class Compare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a log asks the house's witness: whether the copy has these blocks, from block `first` on.

    The log `origin` ends at `last`. No row beyond `until` is in a digest; that of a block without rows is empty.
    """

    origin: str
    last: Position
    until: Position
    first: Position
    digests: Annotated[list[str], msgspec.Meta(max_length=AT_ONCE)]


class Held(msgspec.Struct, frozen=True):
    """The witness's answer: how far its copy has come, and which blocks are others in it.

    `changes` grows when somebody changed or deleted rows of the copy.
    """

    reached: int
    changes: int
    differing: list[int]


class ShownRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row as it is stored; `state` in base64."""

    position: Position
    stream: UUID
    version: int
    name: str
    state: str

    @classmethod
    def of(cls, row: Row) -> Self:
        """To be sent."""
        return cls(row.position, row.stream, row.version, row.name, base64.b64encode(row.state).decode())

    @property
    def row(self) -> Row:
        """Raises `ValueError`."""
        return Row(self.position, self.stream, self.version, self.name, base64.b64decode(self.state, validate=True))


class Show(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rows that the log `origin` has after one position and up to another, where a block was another."""

    origin: str
    after: Position
    until: Position
    rows: Annotated[list[ShownRow], msgspec.Meta(max_length=BLOCK)]


class LostFrom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log `origin` was put back, and asks for the leaves of what stood there from position `first` on."""

    origin: str
    first: Position


def blocks_between(after: int, until: int) -> range:
    """The blocks that have positions after one, the end of a block, and up to another."""
    return range(after // BLOCK, -(-until // BLOCK))


async def digests_of_log(pool: AsyncConnectionPool, after: int, until: int) -> Sequence[str]:
    """Of each block there, empty for one without rows."""
    return await _digests(pool, _OF_LOG, after, until, "")


async def digests_of_copy(pool: AsyncConnectionPool, source: str, after: int, until: int) -> Sequence[str]:
    """The same of what is kept of another service's log."""
    return await _digests(pool, _OF_COPY, after, until, source)


async def changes_in(pool: AsyncConnectionPool, table: str) -> int:
    """How many rows were ever changed or deleted, as the database counts it by the way; rows of a log never are.

    A superuser can keep it from counting: it says when to hurry, and proves nothing.
    """
    async with reading(pool) as connection:
        row = await (await connection.execute(_CHANGES.encode(), (table, table))).fetchone()
    return int(row[0]) if row else 0


async def _digests(pool: AsyncConnectionPool, statement: str, after: int, until: int, source: str) -> Sequence[str]:
    async with reading(pool) as connection:
        found = await connection.execute(statement.encode(), {"after": after, "until": until, "source": source})
        by_block = dict(await found.fetchall())
    return [by_block.get(block, "") for block in blocks_between(after, until)]

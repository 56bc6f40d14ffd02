"""Reads from the copy what a case file is made of, all of one moment of the copy."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.audit.case_file.choosing import Place
from services.audit.replay.reading import cases_linked, fetch, known_of, links_of, positions_of
from services.audit.replay.telling import CopiedRow, Known
from services.audit.replay.words import KeepsOut
from services.kernel.operations import RecordShown
from services.kernel.proof.leaves import Row

_OF_CASE = """
    (correlation = ANY(%(cases)s) OR (source = 'tips' AND stream = ANY(%(cases)s))) AND topic <> %(shown)s
"""
# Whole streams: a leaf holds the hash of the one before it, back to the first.
_STREAMS = f"""
    SELECT source, position, stream, version, topic, state, {_OF_CASE} FROM copied_events
    WHERE (source, stream) IN (SELECT DISTINCT source, stream FROM copied_events WHERE {_OF_CASE})
    ORDER BY source, position
"""


class Material(NamedTuple):
    """`streams` are, by service, all rows of every stream the case is in; `rows` those of the case."""

    cases: frozenset[UUID]
    rows: Sequence[CopiedRow]
    streams: Mapping[str, Sequence[Row]]
    known: Known
    positions: Mapping[str, int]

    @property
    def states(self) -> Mapping[Place, bytes]:
        """Of the case's rows, by place."""
        return {(each.source, each.position): each.state for each in self.rows}


async def material_of(
    pool: AsyncConnectionPool, case: UUID, keeps_out: KeepsOut, may_see: Callable[[frozenset[UUID]], bool]
) -> Material | None:
    """The case, and those linked with it; None when no tip began it, or it is hidden."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        links = await links_of(connection, case, keeps_out, may_see)
        if links is None:
            return None
        cases = cases_linked(case, links)
        found = await fetch(connection, _STREAMS, {"cases": list(cases), "shown": RecordShown.NAME})
        rows, streams = _sorted(found)
        return Material(cases, rows, streams, await known_of(connection, rows), await positions_of(connection))


def _sorted(found: Sequence[tuple[Any, ...]]) -> tuple[Sequence[CopiedRow], Mapping[str, Sequence[Row]]]:
    rows: list[CopiedRow] = []
    streams: dict[str, list[Row]] = {}
    for source, position, stream, version, name, state, of_case in found:
        row = Row(position, stream, version, name, bytes(state))
        streams.setdefault(source, []).append(row)
        if of_case:
            rows.append(CopiedRow(source, row.position, row.stream, row.name, row.state))
    return rows, streams

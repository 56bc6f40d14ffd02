"""Rows of due moments claimed by the worker that fires them, with what is told of their clocks, and removed by it.

Whatever comes due is later by each answer that is waited for: a round waits for one here, and for the recorder.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from services.kernel.due_moments import DUE, WARN
from services.kernel.stored_form import Logged

# So many are read together and stored in one commit. A second instance finds what is beyond them.
AT_ONCE = 128

CLAIM = """
    SELECT clock, moment, due_at FROM due_moments WHERE due_at <= %s AND clock <> ALL(%s::uuid[])
    ORDER BY due_at, clock LIMIT %s FOR UPDATE SKIP LOCKED
"""
# In a subquery that is sorted: each stream is found by its index, whatever the database makes of the table's size.
CLAIM_AND_READ = f"""
    WITH claimed AS ({CLAIM})
    SELECT clock, moment, due_at, originator_version, topic, state, notification_id
    FROM claimed LEFT JOIN LATERAL (
        SELECT originator_version, topic, state, notification_id FROM stored_events
        WHERE originator_id = clock AND split_part(moment, ' ', 1) IN ('{WARN}', '{DUE}') ORDER BY originator_version
    ) AS told ON true ORDER BY due_at, clock, moment, originator_version
"""
REMOVE = "DELETE FROM due_moments USING unnest(%s::uuid[], %s::text[]) AS fired (c, m) WHERE clock = c AND moment = m"

Row = tuple[UUID, str, datetime]
"""A clock, or another aggregate; its moment's name; when that is due."""


async def claim_next(
    connection: AsyncConnection, done: Sequence[tuple[UUID, str]], now: datetime, aside: Collection[UUID]
) -> Mapping[Row, Sequence[Logged]]:
    """Removes what is done with and, in a transaction that begins then and stays open, claims what is due.

    Of each row of a clock the clock's events; of a moment of a service's own none are read. `aside` are passed over.
    """
    async with connection.pipeline():
        if done:
            # Were the removal lost with the machine, the rows would come again and nothing be left to do.
            await connection.execute("SET LOCAL synchronous_commit = off")
            await connection.execute(
                REMOVE, ([clock for clock, _ in done], [moment for _, moment in done]), prepare=True
            )
            await connection.execute("COMMIT")
            await connection.execute("BEGIN")
        found = await connection.execute(CLAIM_AND_READ, (now, list(aside), AT_ONCE), binary=True, prepare=True)
    came: dict[Row, list[Logged]] = {}
    for clock, moment, due_at, version, topic, state, position in await found.fetchall():
        stored = came.setdefault((clock, moment, due_at), [])
        if version is not None:
            stored.append(Logged(clock, version, topic, state, id=position))
    return came

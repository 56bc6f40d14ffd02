"""Publishes a service's own log, in its order, to the service's stream.

One message at a time: the next is sent when the one before is acknowledged, so the stream has the log's order whatever
fails. A message whose acknowledgement was lost is sent again and dropped by its id. Nothing is published before it is
stored, and the checkpoint moves after the acknowledgement, so nothing stored stays unpublished.
"""

import logging

from nats.aio.client import Client
from psycopg_pool import AsyncConnectionPool

from services.kernel.bell import set_within, until_next_look
from services.kernel.connections import reading
from services.kernel.lease import Leases
from services.kernel.messages import headers_of, subject_of
from services.kernel.tail import READ_LIMIT, Tail
from services.kernel.traces import OFF, TRACEPARENT, Since, Traces, traceparent_of

NAME = "relay"
ACKNOWLEDGED_WITHIN_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


class CheckpointMoved(Exception):
    """Another relay, or an operator, moved the checkpoint: this one starts again from there."""


class Relay:
    """`contract` names the topics other services may read."""

    def __init__(
        self,
        service: str,
        stream: str,
        contract: frozenset[str],
        leases: Leases,
        pool: AsyncConnectionPool,
        tail: Tail,
        nats: Client,
        traces: Traces = OFF,
    ) -> None:
        self._service = service
        self._stream = stream
        self._contract = contract
        self._leases = leases
        self._pool = pool
        self._nats = nats
        self._tail = tail
        self._traces = traces

    async def run(self) -> None:
        """For ever; raises when the database, the message server or the lease is lost, and is then started again."""
        jetstream = self._nats.jetstream(timeout=ACKNOWLEDGED_WITHIN_SECONDS)
        async with self._leases.lease(NAME) as held:
            position = await self.position()
            while True:
                appended = self._tail.next()
                events = await self._tail.after(position)
                for event in events:
                    since = Since()
                    subject = subject_of(self._service, event.topic, self._contract)
                    headers = headers_of(self._service, event)
                    if traceparent := traceparent_of(event):
                        headers[TRACEPARENT] = traceparent
                    await jetstream.publish(subject, event.state, stream=self._stream, headers=headers)
                    self._traces.published(event, traceparent, since)
                if events:
                    await self._advance(position, events[-1].id)
                    position = events[-1].id
                if len(events) < READ_LIMIT:
                    # What was appended since the look has rung the bell.
                    await set_within(appended, until_next_look(LOOK_AGAIN_SECONDS))
                    await held.check()
                    # An operator may have set it back, to publish again.
                    position = await self.position()

    async def position(self) -> int:
        """The last position published."""
        async with reading(self._pool) as connection:
            found = await connection.execute("SELECT position FROM checkpoints WHERE name = %s", (NAME,))
            row = await found.fetchone()
        return int(row[0]) if row else 0

    async def _advance(self, before: int, after: int) -> None:
        async with self._pool.connection() as connection:
            moved = await connection.execute(
                "INSERT INTO checkpoints AS c (name, position) VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE c.position = %s",
                (NAME, after, before),
            )
        if moved.rowcount != 1:
            raise CheckpointMoved


PUBLISH_AGAIN = """
    UPDATE checkpoints SET position = LEAST(position, %s) WHERE name = 'relay'
"""

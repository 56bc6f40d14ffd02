"""Takes events in order; the effect of each commits in one transaction with how far the follower has come.

What cannot be processed is parked with its reason, together with what follows for the same aggregate; other
aggregates go on. An operator has parked events tried again, or discards them, by a recorded command.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import Tracking
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event, InvalidValue, Refused
from services.kernel.batch import AlreadyProcessed, Effect, StaleVersion
from services.kernel.connections import reading
from services.kernel.log import Log
from services.kernel.messages import Incoming
from services.kernel.recorder import Overloaded, StoreUnavailable
from services.kernel.store import Changes, EventStore
from services.kernel.stored_form import Happening, Logged, Origin, Registry, StructMapper, UnreadableEvent
from services.kernel.time_source import TimeSource
from services.kernel.traces import OFF, Traces

ATTEMPTS = 3
DECIDE_AGAIN_TIMES = 20
PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0

log = logging.getLogger(__name__)

Handler = Callable[[Happening], Awaitable[Changes | None]]
"""What a reaction does with one event; None when it concerns it not. It may be called again for the same event."""


@dataclass(frozen=True)
class Reacted:
    """What an event leads to."""

    changes: Changes
    origin: Origin
    happened_at: datetime


Process = Callable[[Incoming], Awaitable[Reacted | None]]


class Reactions:
    """The handlers of one source's events. An event of a name or version not known is unreadable, not ignored."""

    def __init__(
        self,
        registry: Registry,
        handlers: Mapping[type[Event], Sequence[Handler]],
        time: TimeSource,
        actor: str,
        policy: str,
    ) -> None:
        self._mapper = StructMapper(registry, lambda event, _: event)
        self._handlers = handlers
        self._time = time
        self._actor = actor
        self._policy = policy

    async def __call__(self, incoming: Incoming) -> Reacted | None:
        """Raises `UnreadableEvent`, and what a handler raises."""
        happening = self._mapper.to_domain_event(incoming.notification)
        found = [await handle(happening) for handle in self._handlers.get(type(happening.event), ())]
        changes = [each for each in found if each is not None]
        if not changes:
            return None
        origin = Origin(
            actor=self._actor,
            agency="",
            command_id=uuid4(),
            causation_id=happening.event_id,
            correlation_id=happening.origin.correlation_id,
            policy=self._policy,
        )
        streams = [stream for each in changes for stream in each.streams]
        effects = [effect for each in changes for effect in each.effects]
        rests_on = [loaded for each in changes for loaded in each.rests_on]
        # What a service does by itself happens when it does it, however old the news.
        return Reacted(Changes(streams, effects, rests_on), origin, self._time.now())

    def pass_over(self, incoming: Incoming) -> bool:
        """Whether it can be read and nobody here wants events of its kind."""
        try:
            return type(self._mapper.to_domain_event(incoming.notification).event) not in self._handlers
        except UnreadableEvent:
            return False


class _Stands(NamedTuple):
    """Where a follower is, whether something of a stream waits already, and whether anything is to be tried again."""

    position: int
    parked: bool
    to_retry: bool


class Follower:
    """One service's reader of one source. Only one instance runs at a time (the caller holds the lease).

    What comes again is skipped, unless the process `rereads`: then it is asked what to make of that, too.
    """

    def __init__(
        self,
        name: str,
        process: Process,
        store: EventStore,
        events: Log,
        pool: AsyncConnectionPool,
        time: TimeSource,
        *,
        rereads: bool = False,
        traces: Traces = OFF,
    ) -> None:
        self.name = name
        self._process = process
        self._rereads = rereads
        self._store = store
        self._events = events
        self._pool = pool
        self._time = time
        self._traces = traces

    async def position(self) -> int:
        """The last position whose effect is committed."""
        return await self._events.tracked(self.name) or 0

    async def take(self, incoming: Incoming) -> None:
        """Returns when the event's effect, or its parking, is durable. Taking it again changes nothing.

        What an operator asked to try again is tried before it.
        """
        stands = await self._stands(incoming.stream)
        if stands.to_retry:
            await self.retry_parked()
            stands = await self._stands(incoming.stream)
        if incoming.position <= stands.position:
            if self._rereads:
                await self._take_again(incoming)
            return
        tracking = Tracking(self.name, incoming.position)
        try:
            if stands.parked:
                await self._park(incoming, "waits for an earlier event", tracking)
                return
            reason = await self._attempt(incoming, (), tracking)
            if reason is not None:
                log.error("event parked", extra={"follower": self.name, "position": incoming.position, "why": reason})
                await self._park(incoming, reason, tracking)
        except AlreadyProcessed:
            return

    async def take_all(self, batch: Sequence[Incoming]) -> None:
        """Each in order. What nobody wants is passed over together with what follows.

        A commit for each would keep the others waiting: after a stop there may be thousands.
        """
        passed: Incoming | None = None
        for incoming in batch:
            if isinstance(self._process, Reactions) and self._process.pass_over(incoming):
                passed = incoming
            else:
                passed = None
                await self.take(incoming)
        if passed is not None:
            with contextlib.suppress(AlreadyProcessed):
                await self._store.append_beside((), Tracking(self.name, passed.position))

    async def retry_parked(self) -> None:
        """Tries again what an operator asked to, and what follows for the same aggregate, in order."""
        for stream in await self._streams_to_retry():
            for incoming in await self._parked_of(stream):
                reason = await self._attempt(incoming, (Effect(UNPARK, (self.name, incoming.position)),), None)
                if reason is not None:
                    await self._keep_parked(stream, incoming.position, reason)
                    break

    async def _take_again(self, incoming: Incoming) -> None:
        reason = await self._attempt(incoming, (), None)
        if reason is not None:
            log.error("not taken again", extra={"follower": self.name, "position": incoming.position, "why": reason})

    async def _attempt(self, incoming: Incoming, beside: Sequence[Effect], tracking: Tracking | None) -> str | None:
        """None when the effect is durable, else why it cannot be."""
        with self._traces.reaction(self.name, incoming) as work:
            reason = await self._try(incoming, beside, tracking)
            work.failed = reason is not None
        return reason

    async def _try(self, incoming: Incoming, beside: Sequence[Effect], tracking: Tracking | None) -> str | None:
        failures = stale = 0
        pause = PAUSE_SECONDS
        while True:
            try:
                with self._traces.step("decide"):
                    reacted = await self._process(incoming)
                await self._commit(reacted, beside, tracking)
                return None
            except AlreadyProcessed:
                raise
            except StaleVersion:
                # Someone changed what the reaction decided on: decide again. Not for ever: a reaction that never looks
                # at what stands would hold up all others.
                stale += 1
                if stale >= DECIDE_AGAIN_TIMES:
                    return "decided on what no longer stands, again and again"
            except (StoreUnavailable, Overloaded, psycopg.OperationalError):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            except UnreadableEvent as error:
                return str(error)
            except (Refused, InvalidValue) as error:
                return f"refused: {error}"
            except Exception as error:  # noqa: BLE001  # whatever a handler raises, the event is parked, not lost
                failures += 1
                if failures >= ATTEMPTS:
                    # The class alone: a message may quote what must not be logged.
                    return type(error).__name__
                await asyncio.sleep(pause)

    async def _commit(self, reacted: Reacted | None, beside: Sequence[Effect], tracking: Tracking | None) -> None:
        if reacted is None:
            if beside or tracking is not None:
                await self._store.append_beside(beside, tracking)
            return
        changes = Changes(reacted.changes.streams, [*reacted.changes.effects, *beside], reacted.changes.rests_on)
        await self._store.append(changes, reacted.origin, reacted.happened_at, tracking=tracking)

    async def _park(self, incoming: Incoming, reason: str, tracking: Tracking) -> None:
        event = incoming.notification
        row = (
            self.name,
            event.id,
            event.originator_id,
            event.originator_version,
            event.topic,
            event.state,
            reason,
            self._time.now(),
        )
        while True:
            try:
                await self._store.append_beside([Effect(PARK, row)], tracking)
                return
            except (StoreUnavailable, Overloaded):
                await asyncio.sleep(PAUSE_SECONDS)

    async def _stands(self, stream: UUID) -> _Stands:
        (row,) = await self._rows(STANDS, {"follower": self.name, "stream": stream})
        return _Stands(row[0] or 0, *row[1:])

    async def _streams_to_retry(self) -> Sequence[UUID]:
        rows = await self._rows(
            "SELECT DISTINCT originator_id FROM parked_events WHERE follower = %s AND retry", (self.name,)
        )
        return [row[0] for row in rows]

    async def _parked_of(self, stream: UUID) -> Sequence[Incoming]:
        rows = await self._rows(
            "SELECT originator_id, originator_version, topic, state, position FROM parked_events"
            " WHERE follower = %s AND originator_id = %s ORDER BY position",
            (self.name, stream),
        )
        return [Incoming(self.name, Logged(r[0], r[1], r[2], bytes(r[3]), id=r[4])) for r in rows]

    async def _keep_parked(self, stream: UUID, position: int, reason: str) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "UPDATE parked_events SET retry = false WHERE follower = %s AND originator_id = %s",
                (self.name, stream),
            )
            await connection.execute(
                "UPDATE parked_events SET reason = %s WHERE follower = %s AND position = %s",
                (reason, self.name, position),
            )

    async def _rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        async with reading(self._pool) as connection:
            found = await connection.execute(statement, values)
            rows: Sequence[tuple[Any, ...]] = await found.fetchall()
            return rows


# One round trip where there were three: at each event, of each source.
STANDS = """
    SELECT
        (SELECT notification_id FROM notification_tracking WHERE application_name = %(follower)s),
        EXISTS (SELECT FROM parked_events WHERE follower = %(follower)s AND originator_id = %(stream)s),
        EXISTS (SELECT FROM parked_events WHERE follower = %(follower)s AND retry)
"""
PARK = """
    INSERT INTO parked_events (follower, position, originator_id, originator_version, topic, state, reason, parked_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
UNPARK = "DELETE FROM parked_events WHERE follower = %s AND position = %s"
RETRY = "UPDATE parked_events SET retry = true WHERE follower = %s AND position = %s"

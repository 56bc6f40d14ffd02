"""Fires what is due: warnings and misses of clocks, exactly once, never early, after any downtime, in order.

In the order in which they were due. A clock past due is missed at its due time, and gives no warning any more.

Rows are claimed with SKIP LOCKED, some at once, so two instances share the work. A crash between the append and the
removal of a row fires it again, and the clock's state then decides that nothing is left to do. A clock that cannot be
handled is put aside for a while, so that it holds up no other; the watchdog reports it.

Rows are claimed, decided and recorded by one look at the time. Were the time set back between two looks, a moment found
due would be taken for one yet to come, and its row removed.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import IntegrityError
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.bell import Bell
from services.kernel.claims import AT_ONCE, claim_next
from services.kernel.clock import Clock
from services.kernel.connections import reading
from services.kernel.due_moments import DUE, WARN
from services.kernel.recorder import Overloaded, StoreUnavailable
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Logged, Origin, UnreadableEvent
from services.kernel.time_source import TimeSource
from services.kernel.traces import OFF, Traces, Work

CLOCK = Kind("clock", Clock(), clocks.evolve)
# How long the worker sleeps when nothing is set; a row added by another instance is seen at the latest then.
LOOK_AGAIN = timedelta(seconds=5)
OVERDUE_AFTER = timedelta(seconds=60)
HELD_ELSEWHERE_SECONDS = 0.05
WATCH_SECONDS = 30.0
ASIDE_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DueMoment:
    """One row: a clock, or another aggregate with a moment of its own, and the moment that came."""

    clock: UUID
    kind: str
    due_at: datetime


@dataclass(frozen=True)
class Claimed:
    """A row with its name within its clock."""

    moment: str
    due: DueMoment


@dataclass(frozen=True)
class Fired:
    """What a moment that came leads to, decided on an aggregate of the case. It happened at the moment that came."""

    decided_on: Loaded[Any]
    changes: Changes
    happened_at: datetime


Timer = Callable[[DueMoment, datetime], Awaitable[Fired | None]]
"""What a service does about a moment of its own; None when its state no longer asks for anything."""


class DueWorker:
    """One service's timer. `policy` is the version of the rules it acts under, kept with each event."""

    def __init__(
        self,
        pool: AsyncConnectionPool,
        store: EventStore,
        time: TimeSource,
        appended: Bell,
        actor: str,
        policy: str,
        traces: Traces = OFF,
    ) -> None:
        self._pool = pool
        self._store = store
        self._time = time
        self._appended = appended
        self._actor = actor
        self._policy = policy
        self._timers: dict[str, Timer] = {}
        self._traces = traces
        self._aside: dict[UUID, float] = {}

    def handle(self, kind: str, timer: Timer) -> None:
        """Has moments of a kind handled by the service; those of clocks are the kernel's own."""
        self._timers[kind] = timer

    async def run(self) -> None:
        """For ever; raises what the database raises, and is then started again."""
        while True:
            appended, looked_at = self._appended.next(), self._time.now()
            if await self.fire_due():
                continue
            next_due = await self._next_due()
            # What came due since the look is only looked for again.
            if next_due <= looked_at:
                # Another instance is at it: looking at once, again and again, would only burn the processor.
                await asyncio.sleep(HELD_ELSEWHERE_SECONDS)
            await self._time.sleep_until(next_due, appended)

    async def watch(self) -> None:
        """For ever: says so in the log when something is overdue and unhandled. Health says it too."""
        while True:
            overdue = await self.overdue()
            if overdue:
                log.error("moments overdue", extra={"count": overdue})
            await asyncio.sleep(WATCH_SECONDS)

    async def fire_due(self) -> int:
        """Handles what is due now, and answers how many moments that were."""
        handled = 0
        done: Sequence[Claimed] = ()
        async with self._pool.connection() as connection:
            while True:
                now = self._time.now()
                removed = [(each.due.clock, each.moment) for each in done]
                rows = await claim_next(connection, removed, now, self._put_aside())
                if not rows:
                    return handled
                came = {_claimed(*row): stored for row, stored in rows.items()}
                read = self._read(came)
                claimed = in_order(list(came), {clock: loaded.state for clock, loaded in read.items()}, now)
                fired = await self._fire_all([each.due for each in claimed], read, now)
                done = [each for each, is_done in zip(claimed, fired, strict=True) if is_done]
                handled += len(claimed)

    async def _fire_all(
        self, dues: Sequence[DueMoment], read: Mapping[UUID, Loaded[Clock]], now: datetime
    ) -> Sequence[bool]:
        """In their order, as far as nobody else changes a clock meanwhile. Which of them are done with."""
        # Each puts what it decided into the queue of the log before the next begins, and waits there with the others.
        fired = await asyncio.gather(
            *(self._fire_one(due, now, read.get(due.clock)) for due in dues), return_exceptions=True
        )
        for each in fired:
            if isinstance(each, BaseException):
                raise each
        return [each is True for each in fired]

    def _read(self, came: Mapping[Claimed, Sequence[Logged]]) -> Mapping[UUID, Loaded[Clock]]:
        """Without those that cannot be read: each of them is tried again alone, and put aside alone."""
        read: dict[UUID, Loaded[Clock]] = {}
        for each, stored in came.items():
            if stored:
                with contextlib.suppress(UnreadableEvent):
                    read[each.due.clock] = self._store.fold(CLOCK, each.due.clock, stored)
        return read

    async def _fire_one(self, due: DueMoment, now: datetime, read: Loaded[Clock] | None) -> bool:
        with self._traces.work(f"timer {due.kind}") as work:
            try:
                await self._fire(due, now, read, work)
            except (StoreUnavailable, Overloaded, psycopg.OperationalError):
                raise
            except Exception as error:  # whatever one clock raises, the others are fired
                work.failed = True
                self._aside[due.clock] = asyncio.get_running_loop().time() + ASIDE_SECONDS
                log.exception("clock not handled", extra={"clock": str(due.clock), "why": type(error).__name__})
                return False
        return True

    def _put_aside(self) -> list[UUID]:
        now = asyncio.get_running_loop().time()
        self._aside = {clock: until for clock, until in self._aside.items() if until > now}
        return list(self._aside)

    async def overdue(self) -> int:
        """How many moments are past due and unhandled for longer than any worker should need."""
        async with self._pool.connection() as connection:
            before = self._time.now() - OVERDUE_AFTER
            found = await connection.execute("SELECT count(*) FROM due_moments WHERE due_at < %s", (before,))
            row = await found.fetchone()
        return int(row[0]) if row else 0

    async def _fire(self, due: DueMoment, now: datetime, read: Loaded[Clock] | None, work: Work) -> None:
        while True:
            fired = await self._decide(due, now, read)
            if fired is None:
                return
            loaded = fired.decided_on
            if loaded.case is not None and loaded.last_event is not None:
                work.caused_by(loaded.case, loaded.last_event)
            origin = Origin(
                actor=self._actor,
                agency="",
                command_id=uuid4(),
                causation_id=loaded.last_event,
                correlation_id=loaded.case or due.clock,
                policy=self._policy,
            )
            try:
                await self._store.append(fired.changes, origin, fired.happened_at, not_before=now)
            except IntegrityError:
                # Someone met, extended or excused the clock meanwhile: decide again on what stands.
                read = None
                continue
            log.info("clock fired", extra={"clock": str(due.clock), "moment": due.kind})
            return

    async def _decide(self, due: DueMoment, now: datetime, read: Loaded[Clock] | None) -> Fired | None:
        if due.kind in self._timers:
            return await self._timers[due.kind](due, now)
        loaded = read or await self._store.load(CLOCK, due.clock)
        clock = loaded.state
        due = as_it_ends(clock, due, now)
        events = decide(clock, due, now)
        return Fired(loaded, Changes([Change(due.clock, loaded.version, events)]), due.due_at) if events else None

    async def _next_due(self) -> datetime:
        async with reading(self._pool) as connection:
            found = await connection.execute(
                "SELECT min(due_at) FROM due_moments WHERE clock <> ALL(%s::uuid[])", (self._put_aside(),)
            )
            row = await found.fetchone()
        latest = self._time.now() + LOOK_AGAIN
        return min(row[0], latest) if row and row[0] else latest


def _claimed(clock: UUID, moment: str, due_at: datetime) -> Claimed:
    return Claimed(moment, DueMoment(clock, moment.partition(" ")[0], due_at))


def in_order(came: Sequence[Claimed], read: Mapping[UUID, Clock], now: datetime) -> Sequence[Claimed]:
    """Of the moments that came, those to handle now, in the order in which it happens: one of each clock.

    A clock's second is decided on when its first is stored, so what happens after it waits for it.
    """

    def happens_at(each: Claimed) -> datetime:
        clock = read.get(each.due.clock)
        return each.due.due_at if clock is None else as_it_ends(clock, each.due, now).due_at

    def is_settled_by_its_first(each: Claimed) -> bool:
        clock = read.get(each.due.clock)
        return clock is not None and (clock.phase != "running" or now >= clock.due_at)

    first: dict[UUID, Claimed] = {}
    again = [each for each in came if first.setdefault(each.due.clock, each) is not each]
    beyond = [each for each in again if not is_settled_by_its_first(each)] + list(came[AT_ONCE - 1 :])
    until = min((each.due.due_at for each in beyond), default=now)
    one_of_each = sorted(first.values(), key=happens_at)
    return [each for each in one_of_each if happens_at(each) <= until] or one_of_each


def as_it_ends(clock: Clock, due: DueMoment, now: datetime) -> DueMoment:
    """The moment itself, but of a clock past due that it is: too late to warn, it ends now.

    Were it left to its own row and the clock set back before that came up, it would go on running with a warning lost.
    An extended clock is missed at its new due time, whichever of its rows comes first.
    """
    if clock.phase != "running" or now < clock.due_at:
        return due
    return replace(due, kind=DUE, due_at=clock.due_at)


def decide(clock: Clock, due: DueMoment, now: datetime) -> list[Event]:
    """State decides whether a moment that came still matters."""
    if due.kind == WARN:
        return clocks.warn(clock, due.due_at, now)
    if due.kind == DUE:
        return clocks.expire(clock, now)
    return []

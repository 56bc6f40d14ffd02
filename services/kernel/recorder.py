"""The append side of the log: many commands in one commit, ids without gaps, durable before anyone is told.

One connection appends. Callers queue; what has gathered while the last commit was on its way goes into the next one.
Two instances of a service exclude each other by an advisory lock, which needs no right on the tables.

While nobody else appends, what the last commit left is where the next begins: it is written without looking first. The
keys of the tables refuse it where that was wrong, and the batch is then decided on what the database holds.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Self

import psycopg

from services.kernel.batch import (
    Append,
    Decision,
    EffectRefused,
    Ground,
    KeyRow,
    PeriodTaken,
    Stamp,
    Stored,
    decide_batch,
)
from services.kernel.bell import Bell
from services.kernel.metrics import Metrics
from services.kernel.stored_form import recorded_at_of

QUEUE_LIMIT = 1024
BATCH_LIMIT = 256
GIVE_UP_AFTER_SECONDS = 10.0
RETRY_PAUSE_SECONDS = 0.05
# Held by whoever appends to this database; released with the transaction.
APPEND_LOCK = 0x4D75_7374


class Overloaded(Exception):
    """The queue is full: nothing was stored."""


class StoreUnavailable(Exception):
    """The database did not answer in time. Whether the append stands is unknown: ask again with the same key."""


class _Waiting:
    __slots__ = ("append", "done", "stamped")

    def __init__(self, append: Append, done: "asyncio.Future[Stored]") -> None:
        self.append = append
        self.done = done
        self.stamped: Sequence[bytes] | None = None


class Recorder:
    """Appends to one service's log. Use it as an async context manager; safe for any number of callers of one loop."""

    def __init__(
        self,
        conninfo: Callable[[], str],
        now: Callable[[], datetime],
        *,
        stamp: Stamp | None,
        queue_limit: int = QUEUE_LIMIT,
        batch_limit: int = BATCH_LIMIT,
        give_up_after: float = GIVE_UP_AFTER_SECONDS,
        metrics: Metrics | None = None,
    ) -> None:
        self._conninfo = conninfo
        self._now = now
        self._stamp = stamp
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._give_up_after = give_up_after
        self._metrics = metrics
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._connection: psycopg.AsyncConnection | None = None
        # What the log ended with after the last commit here, and whether nobody else had appended before that.
        self._left: Ground | None = None
        self._alone = False
        self._writer: asyncio.Task[None] | None = None
        self._closing = False
        self.appended = Bell()

    async def __aenter__(self) -> Self:
        await self._connected()
        self._writer = asyncio.create_task(self._write(), name="recorder")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stores what is queued, then closes."""
        self._closing = True
        self._arrived.set()
        if self._writer is not None:
            await self._writer
        await self._disconnect()

    @property
    def queued(self) -> int:
        """How many appends wait for a commit."""
        return len(self._waiting)

    @property
    def queue_limit(self) -> int:
        """How many may wait at most; whoever comes then is refused."""
        return self._queue_limit

    async def append(self, append: Append) -> Stored:
        """Returns when the append is durable.

        Raises `StaleVersion`, `AlreadyProcessed`, `EffectRefused` (all IntegrityError), `AlreadyDone`,
        `KeyUsedOtherwise`: nothing was stored; `Overloaded`: nothing was stored, try later; `StoreUnavailable`.
        A caller that is cancelled may still see its append stored.
        """
        if self._closing or len(self._waiting) >= self._queue_limit:
            raise Overloaded
        waiting = _Waiting(append, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        began = time.perf_counter()
        stored = await waiting.done
        if self._metrics is not None:
            self._metrics.appended(time.perf_counter() - began)
        return stored

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            batch = self._waiting[: self._batch_limit]
            del self._waiting[: len(batch)]
            if not self._waiting and not self._closing:
                self._arrived.clear()
            if batch:
                await self._store(batch)
            elif self._closing:
                return

    async def _store(self, batch: list[_Waiting]) -> None:
        """Ends with every future of the batch answered."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._give_up_after
        while True:
            try:
                await self._attempt(batch)
                return
            except psycopg.OperationalError:
                # The connection is gone; the commit may stand. The next attempt looks before it writes.
                await self._disconnect()
                if loop.time() >= deadline:
                    for waiting in batch:
                        _answer(waiting, StoreUnavailable())
                    return
                await asyncio.sleep(RETRY_PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001  # whatever one append raises, the writer goes on for the others
                # Refused by the database, or not fit to be sent: each alone, so that one refuses no neighbour.
                if len(batch) == 1:
                    _answer(batch[0], _as_refusal(error))
                    return
                for waiting in batch:
                    await self._store([waiting])
                return

    async def _attempt(self, batch: list[_Waiting]) -> None:
        connection = await self._connected()
        appends = [waiting.append for waiting in batch]
        lost = {i: w.stamped for i, w in enumerate(batch) if w.stamped is not None}
        try:
            decision = None if lost else await self._write_unseen(connection, batch, appends)
            if decision is None:
                decision = await self._look_and_write(connection, batch, appends, lost)
        except Exception:
            if not connection.closed:
                with contextlib.suppress(psycopg.Error):
                    await connection.rollback()
            raise
        if decision.rows:
            self.appended.ring()
        if self._metrics is not None and decision.accepted:
            self._metrics.committed(len(decision.accepted))
        for waiting, verdict in zip(batch, decision.verdicts, strict=True):
            _answer(waiting, verdict)

    async def _write_unseen(
        self, connection: psycopg.AsyncConnection, batch: Sequence[_Waiting], appends: Sequence[Append]
    ) -> Decision | None:
        """On what the last commit left. None when it was not written, because that does not stand or is not known."""
        # What an append rests on is only read, so no key would refuse it.
        if self._left is None or not self._alone or any(append.rests_on for append in appends):
            return None
        decision = decide_batch(appends, self._left, self._now(), self._stamp, {})
        self._remember(batch, decision)
        try:
            await _insert(connection, decision, locking=True)
        except psycopg.IntegrityError:
            await connection.rollback()
            self._alone = False
            return None
        self._left = decision.left(self._left)
        return decision

    async def _look_and_write(
        self,
        connection: psycopg.AsyncConnection,
        batch: Sequence[_Waiting],
        appends: Sequence[Append],
        lost: Mapping[int, Sequence[bytes]],
    ) -> Decision:
        ground = await _take_ground(connection, appends)
        decision = decide_batch(appends, ground, self._now(), self._stamp, lost)
        if decision.accepted:
            self._remember(batch, decision)
            await _insert(connection, decision)
        else:
            await connection.rollback()
        self._alone = self._left is not None and self._left.last_id == ground.last_id
        self._left = decision.left(ground)
        return decision

    @staticmethod
    def _remember(batch: Sequence[_Waiting], decision: Decision) -> None:
        """Keeps what was stamped, so that an attempt with unknown outcome can be recognised."""
        states = {(row.stream, row.version): row.state for row in decision.rows}
        for waiting, verdict in zip(batch, decision.verdicts, strict=True):
            if isinstance(verdict, Stored) and (verdict.recorded_at is not None or not waiting.append.events):
                waiting.stamped = [states[e.originator_id, e.originator_version] for e in waiting.append.events]  # type: ignore[index]  # UUID streams only

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._conninfo(), connect_timeout=5)
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._left = None
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()


def _answer(waiting: _Waiting, verdict: Stored | Exception) -> None:
    if waiting.done.done():
        return
    if isinstance(verdict, Stored):
        waiting.done.set_result(verdict)
    else:
        waiting.done.set_exception(verdict)
        # A caller that was cancelled never collects it; that is no news for the log.
        waiting.done.exception()


def _as_refusal(error: Exception) -> Exception:
    if isinstance(error, psycopg.errors.ExclusionViolation):
        return PeriodTaken()
    return EffectRefused(error.sqlstate or "refused") if isinstance(error, psycopg.IntegrityError) else error


_LOCK = "SELECT pg_advisory_xact_lock(%b)"
_LAST = "SELECT notification_id, state FROM stored_events ORDER BY notification_id DESC LIMIT 1"
_STANDING = """
    SELECT originator_id, originator_version, notification_id, state FROM stored_events
    JOIN unnest(%b::uuid[], %b::bigint[]) AS wanted (id, version)
      ON originator_id = wanted.id AND originator_version = wanted.version
"""
_TRACKED = "SELECT application_name, notification_id FROM notification_tracking WHERE application_name = ANY(%b)"
_KEYS = """
    SELECT key_digest, request_digest, reference, version, position, status FROM command_keys
    WHERE key_digest = ANY(%b)
"""


async def _take_ground(connection: psycopg.AsyncConnection, appends: Sequence[Append]) -> Ground:
    """Begins the transaction, takes the append lock, and reads what the decision needs, in one round trip."""
    wanted = [(event.originator_id, event.originator_version) for append in appends for event in append.events]
    wanted += [(stream, version + 1) for append in appends for stream, version in append.rests_on]
    names = [append.tracking.application_name for append in appends if append.tracking]
    digests = [append.command.key_digest for append in appends if append.command]
    async with connection.pipeline():
        await connection.execute(_LOCK, (APPEND_LOCK,), binary=True)
        last = await connection.execute(_LAST, binary=True)
        standing = tracked = keys = None
        if wanted:
            pairs = ([stream for stream, _ in wanted], [version for _, version in wanted])
            standing = await connection.execute(_STANDING, pairs, binary=True)
        if names:
            tracked = await connection.execute(_TRACKED, (names,), binary=True)
        if digests:
            keys = await connection.execute(_KEYS, (digests,), binary=True)
    row = await last.fetchone()
    states = {(r[0], r[1]): (r[2], bytes(r[3])) for r in await standing.fetchall()} if standing else {}
    return Ground(
        last_id=row[0] if row else 0,
        last_recorded_at=recorded_at_of(row[1]) if row else None,
        states=states,
        tracking=dict(await tracked.fetchall()) if tracked else {},
        keys={bytes(r[0]): KeyRow(bytes(r[1]), *r[2:]) for r in await keys.fetchall()} if keys else {},
    )


_INSERT = """
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %b::bigint[])
"""
# A position that would not move forward becomes null, which the table refuses.
_TRACK = """
    INSERT INTO notification_tracking AS t (application_name, notification_id) VALUES (%s, %s)
    ON CONFLICT (application_name) DO UPDATE
    SET notification_id = CASE WHEN t.notification_id < excluded.notification_id THEN excluded.notification_id END
"""
_KEEP_KEY = """
    INSERT INTO command_keys (key_digest, request_digest, reference, version, position, status)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


async def _insert(connection: psycopg.AsyncConnection, decision: Decision, *, locking: bool = False) -> None:
    """Writes and commits in one round trip; with `locking`, takes the append lock in it, too."""
    async with connection.pipeline():
        if locking:
            await connection.execute(_LOCK, (APPEND_LOCK,), binary=True)
        rows = decision.rows
        if rows:
            columns = (
                [row.stream for row in rows],
                [row.version for row in rows],
                [row.topic for row in rows],
                [row.state for row in rows],
                [row.id for row in rows],
            )
            await connection.execute(_INSERT, columns)
        for append, stored in decision.accepted:
            await _insert_beside(connection, append, stored.position)
        # As a statement: the connection's own commit waits for an answer, and the end of the pipeline for another.
        await connection.execute("COMMIT")


async def _insert_beside(connection: psycopg.AsyncConnection, append: Append, position: int) -> None:
    tracking, command = append.tracking, append.command
    if tracking is not None:
        await connection.execute(_TRACK, (tracking.application_name, tracking.notification_id))
    if command is not None:
        row = (command.key_digest, command.request_digest, command.reference, command.version)
        await connection.execute(_KEEP_KEY, (*row, position, command.status))
    for effect in append.effects:
        await connection.execute(effect.statement, effect.parameters)

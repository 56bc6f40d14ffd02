"""How late timers are, and how many a second, with many clocks open of which some come due; beside a bare loop.

The loop claims and removes the same rows, as many at once, and does nothing else. Ours decides and records each, and
does not wait for the disk when it removes the rows of what is recorded: should they come again, nothing is left to do.
A run in which a clock is lost, early or ended twice fails.
"""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg

from contracts.deadline import Terms
from services.kernel import clock as clocks
from services.kernel.claims import AT_ONCE, CLAIM, REMOVE
from services.kernel.clock import Clock, ClockMissed
from services.kernel.due import DueWorker
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening, StructMapper, recorded_at_of, stamp_recorded_at
from services.kernel.time_source import RealTime
from tests.bench.measuring import Result, at_least, at_most, beside, in_turn
from tests.bench.sizes import Size
from tests.bench.stage import Stage
from tests.bench.views import INTO
from tests.kernel.toy import Kernel, eventually, job, kernel, origin, registry
from tests.support.servers import Database

AT_MOST = 2.0
CALLERS = 256
AHEAD_LEAST = timedelta(seconds=8)
AHEAD_OF_ROWS = timedelta(seconds=2)
CLOCKS_A_SECOND = 1_000
"""So many are surely started in a second: the first comes due after the last is started."""
FAR = timedelta(days=30)


class Lateness(NamedTuple):
    """From due to recorded, in milliseconds; and how many a second were done with that were all due at once."""

    p50: float
    p99: float
    rate: float

    @classmethod
    def of(cls, seconds: Sequence[float], rate: float) -> "Lateness":
        """Of one round."""
        cuts = statistics.quantiles(seconds, n=100)
        return cls(cuts[49] * 1000, cuts[98] * 1000, rate)


def measure(stage: Stage) -> Sequence[Result]:
    """In turn, each on a database of its own."""
    size = stage.size
    # As a service does before it begins (services/kernel/serving.py).
    gc.freeze()
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner() as runner,
        stage.database() as mine,
        stage.database() as plain,
    ):
        _open_clocks(mine, size.clocks - size.due)
        with psycopg.connect(plain.login) as connection:
            _add(connection, [datetime.now(UTC) + FAR] * (size.clocks - size.due))
        for database in (mine, plain):
            with psycopg.connect(database.admin, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        works = {
            "ours": lambda: runner.run(_ours(mine, Path(folder), size)),
            "bare": lambda: _bare(plain, size),
        }
        found = in_turn(works, size.rounds)
    ours, bare = found["ours"], found["bare"]
    peer = "a bare claim of the same rows"
    many = f"{size.clocks:,} clocks open, {size.due:,} due"
    evenly = f"{many} within {size.within.total_seconds():g} s, late at"
    return [
        beside(f"{evenly} p50", "ms", [each.p50 for each in ours], peer, [each.p50 for each in bare]),
        beside(f"{evenly} p99", "ms", [each.p99 for each in ours], peer, [each.p99 for each in bare], at_most(AT_MOST)),
        beside(
            f"{many} at once",
            "clocks/s",
            [each.rate for each in ours],
            peer,
            [each.rate for each in bare],
            at_least(1 / AT_MOST),
        ),
    ]


def _open_clocks(database: Database, many: int) -> None:
    """Those that are open all the time, and not due: their events and their rows, as an append leaves them."""
    mapper = StructMapper(registry(), lambda event, _: event)
    now = datetime.now(UTC)
    streams = [uuid4() for _ in range(many)]
    with psycopg.connect(database.admin) as connection:
        with connection.cursor().copy(INTO) as copy:
            for position, stream in enumerate(streams, start=1):
                (event,) = clocks.start(Clock(), _terms(now, now + FAR), uuid4(), uuid4(), now)
                happening = Happening(
                    stream=stream, version=1, event_id=uuid4(), happened_at=now, origin=origin(), event=event
                )
                stored = mapper.to_stored_event(happening)
                copy.write_row((stream, 1, stored.topic, stamp_recorded_at(stored.state, now), position))
        _add(connection, [now + FAR] * many, streams)


async def _ours(database: Database, folder: Path, size: Size) -> Lateness:
    """One round of the kernel's worker. Raises AssertionError for what is lost, early or twice."""
    async with kernel(database, folder, RealTime()) as one:
        started = await _start(one, _due_times(size, _ahead(size)))
        async with _at_work(one):
            await asyncio.sleep((max(started.values()) - datetime.now(UTC)).total_seconds())
            await eventually(partial(_none_left, database), within=300)
        late = _ended(database, started)
        at = datetime.now(UTC) + _ahead(size)
        at_once = await _start(one, [at] * size.due)
        await asyncio.sleep((at - datetime.now(UTC)).total_seconds())
        began = time.perf_counter()
        async with _at_work(one):
            await eventually(partial(_none_left, database), within=300)
        rate = size.due / (time.perf_counter() - began)
        _ended(database, at_once)
    return Lateness.of(late, rate)


@asynccontextmanager
async def _at_work(one: Kernel) -> AsyncIterator[None]:
    # What this program keeps of the clocks is nothing that a service has to look through.
    gc.collect()
    gc.freeze()
    worker = DueWorker(one.pool, one.store, one.time, one.recorder.appended, "service:tips", "none")
    async with job(worker.run()):
        yield


def _ended(database: Database, started: dict[UUID, datetime]) -> Sequence[float]:
    """Seconds from due to recorded. Raises AssertionError for what is lost, early or twice."""
    ended: dict[UUID, float] = {}
    with psycopg.connect(database.login) as connection:
        rows = connection.execute(
            "SELECT originator_id, state FROM stored_events WHERE topic = %s AND originator_id = ANY(%s)",
            (ClockMissed.NAME, list(started)),
        )
        for clock, state in rows:
            assert clock not in ended, "ended twice"
            recorded_at = recorded_at_of(bytes(state))
            assert recorded_at is not None
            ended[clock] = (recorded_at - started[clock]).total_seconds()
    assert ended.keys() == started.keys(), "lost"
    assert min(ended.values()) >= 0, "early"
    return list(ended.values())


async def _start(one: Kernel, due_times: Sequence[datetime]) -> dict[UUID, datetime]:
    """Clocks without warnings, many at once."""
    started = {uuid4(): due_at for due_at in due_times}
    waiting = iter(started.items())

    async def call() -> None:
        for stream, due_at in waiting:
            now = one.time.now()
            events = clocks.start(Clock(), _terms(now, due_at), uuid4(), uuid4(), now)
            await one.store.append(Changes([Change(stream, 0, events)]), origin(), now)

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    assert datetime.now(UTC) < min(started.values()), "The first was due before the last was started."
    return started


def _terms(now: datetime, due_at: datetime) -> Terms:
    return Terms(
        rule="C06",
        version=1,
        citation="Example Code 1-2-3",
        started_at=now,
        due_at=due_at,
        warn_at=(),
        arithmetic="as it was reckoned",
    )


def _bare(database: Database, size: Size) -> Lateness:
    """One round of the bare loop."""
    with psycopg.connect(database.login) as connection:
        _add(connection, _due_times(size, AHEAD_OF_ROWS))
        late = _claimed(connection, size.due)
        _add(connection, [datetime.now(UTC)] * size.due)
        began = time.perf_counter()
        _claimed(connection, size.due)
        return Lateness.of(late, size.due / (time.perf_counter() - began))


def _claimed(connection: psycopg.Connection, many: int) -> Sequence[float]:
    late: list[float] = []
    while len(late) < many:
        rows = connection.execute(CLAIM, (datetime.now(UTC), [], AT_ONCE)).fetchall()
        connection.execute(REMOVE, ([row[0] for row in rows], [row[1] for row in rows]))
        connection.commit()
        done = datetime.now(UTC)
        late += [(done - row[2]).total_seconds() for row in rows]
    return late


def _ahead(size: Size) -> timedelta:
    return AHEAD_LEAST + timedelta(seconds=size.due / CLOCKS_A_SECOND)


def _due_times(size: Size, ahead: timedelta) -> Sequence[datetime]:
    """Evenly within the time."""
    first = datetime.now(UTC) + ahead
    return [first + size.within * (number / size.due) for number in range(size.due)]


def _add(connection: psycopg.Connection, due_times: Sequence[datetime], of: Sequence[UUID] = ()) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY due_moments (clock, moment, due_at) FROM STDIN") as copy:
        for clock, due_at in zip(of or [uuid4() for _ in due_times], due_times, strict=True):
            copy.write_row((clock, f"due {due_at.isoformat()}", due_at))
    connection.commit()


async def _none_left(database: Database) -> bool:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with psycopg.connect(database.login) as connection:
        row = connection.execute("SELECT count(*) FROM due_moments WHERE due_at < %s", (tomorrow,)).fetchone()
    return row == (0,)

"""`python -m tests.bench.due`: how late timers are with 100,000 clocks open, 10,000 of them due within ten seconds.

Beside the kernel's worker a bare loop claims and removes the same rows, as many at once, and does nothing else. Both
run in turn, each on a database of its own, on one server with fsync on. Exits with 1 when a clock was lost, early or
twice, or when the worker is more than twice as late as the bare loop.
"""

import asyncio
import gc
import statistics
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg

from contracts.deadline import Terms
from services.kernel import clock as clocks
from services.kernel.background import end
from services.kernel.claims import AT_ONCE, CLAIM, REMOVE
from services.kernel.clock import Clock, ClockMissed
from services.kernel.due import DueWorker
from services.kernel.store import Change, Changes
from services.kernel.stored_form import recorded_at_of
from services.kernel.time_source import RealTime
from tests.bench.__main__ import REPORT
from tests.kernel.toy import Kernel, eventually, kernel, origin
from tests.support.servers import Database, fresh_database, running_servers

OPEN = 100_000
DUE = 10_000
WITHIN = timedelta(seconds=10)
ROUNDS = 3
AT_MOST = 2.0
CALLERS = 256
# Clocks are started before the first of them is due.
AHEAD = timedelta(seconds=20)
FAR = timedelta(days=30)


class Lateness(msgspec.Struct, frozen=True):
    """From due to recorded, in milliseconds."""

    p50: float
    p99: float
    longest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Lateness":
        """Of one round."""
        cuts = statistics.quantiles(seconds, n=100)
        return cls(*(round(each * 1000, 1) for each in (cuts[49], cuts[98], max(seconds))))

    @classmethod
    def median(cls, rounds: Sequence["Lateness"]) -> "Lateness":
        """Of each over the rounds."""
        each = (msgspec.structs.astuple(one) for one in rounds)
        return cls(*(statistics.median(values) for values in zip(*each, strict=True)))


class Measured(msgspec.Struct, frozen=True):
    """What build/bench.json holds under `due`."""

    clocks_open: int
    due: int
    within_seconds: float
    ours: Lateness
    bare: Lateness
    times_as_late: float


def main() -> int:
    """Measures, adds to the report, prints, and answers the exit code."""
    # As a service does before it begins (services/kernel/serving.py).
    gc.freeze()
    ours: list[Lateness] = []
    bare: list[Lateness] = []
    with (
        running_servers(durable=True) as servers,
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner() as runner,
        fresh_database(servers) as mine,
        fresh_database(servers) as plain,
    ):
        runner.run(_open_clocks(mine, Path(folder)))
        _open_rows(plain)
        for number in range(1, ROUNDS + 1):
            sys.stderr.write(f"\rround {number} of {ROUNDS}")
            bare.append(Lateness.of(_bare(plain)))
            ours.append(Lateness.of(runner.run(_ours(mine, Path(folder)))))
    sys.stderr.write("\r" + " " * 40 + "\r")
    middle, limit = Lateness.median(ours), Lateness.median(bare)
    times = round(middle.p99 / limit.p99, 2)
    measured = Measured(OPEN, DUE, WITHIN.total_seconds(), middle, limit, times)
    kept = msgspec.json.decode(REPORT.read_bytes(), type=dict[str, object]) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(kept | {"due": measured})) + b"\n")
    sys.stdout.write(_table(measured))
    return 0 if times <= AT_MOST else 1


async def _open_clocks(database: Database, folder: Path) -> None:
    """Those that are open all the time, and not due."""
    async with kernel(database, folder, RealTime()) as one:
        await _start(one, [datetime.now(UTC) + FAR] * (OPEN - DUE))


async def _ours(database: Database, folder: Path) -> Sequence[float]:
    """One round of the kernel's worker. Raises AssertionError for what is lost, early or twice."""
    async with kernel(database, folder, RealTime()) as one:
        started = await _start(one, _due_times())
        # What this script keeps of them is nothing that a service has to look through.
        gc.collect()
        gc.freeze()
        worker = DueWorker(one.pool, one.store, one.time, one.recorder.appended, "service:tips", "none")
        running = asyncio.create_task(worker.run())
        try:
            await asyncio.sleep((max(started.values()) - datetime.now(UTC)).total_seconds())
            await eventually(partial(_none_left, database), within=120)
        finally:
            await end([running])
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
            terms = Terms(
                rule="C06",
                version=1,
                citation="Example Code 1-2-3",
                started_at=now,
                due_at=due_at,
                warn_at=(),
                arithmetic="as it was reckoned",
            )
            events = clocks.start(Clock(), terms, uuid4(), uuid4(), now)
            await one.store.append(Changes([Change(stream, 0, events)]), origin(), now)

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    return started


def _open_rows(database: Database) -> None:
    with psycopg.connect(database.login) as connection:
        _add(connection, [datetime.now(UTC) + FAR] * (OPEN - DUE))


def _bare(database: Database) -> Sequence[float]:
    """One round of the bare loop."""
    late: list[float] = []
    with psycopg.connect(database.login) as connection:
        _add(connection, _due_times())
        while len(late) < DUE:
            rows = connection.execute(CLAIM, (datetime.now(UTC), [], AT_ONCE)).fetchall()
            connection.execute(REMOVE, ([row[0] for row in rows], [row[1] for row in rows]))
            connection.commit()
            done = datetime.now(UTC)
            late += [(done - row[2]).total_seconds() for row in rows]
    return late


def _due_times() -> Sequence[datetime]:
    """Evenly within the time."""
    first = datetime.now(UTC) + AHEAD
    return [first + WITHIN * (number / DUE) for number in range(DUE)]


def _add(connection: psycopg.Connection, due_times: Sequence[datetime]) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY due_moments (clock, moment, due_at) FROM STDIN") as copy:
        for due_at in due_times:
            copy.write_row((uuid4(), f"due {due_at.isoformat()}", due_at))
    connection.commit()


async def _none_left(database: Database) -> bool:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with psycopg.connect(database.login) as connection:
        row = connection.execute("SELECT count(*) FROM due_moments WHERE due_at < %s", (tomorrow,)).fetchone()
    return row == (0,)


def _table(measured: Measured) -> str:
    head = f"{measured.clocks_open:,} clocks open, {measured.due:,} due within {measured.within_seconds:g} s"
    lines = [f"{head:<56}{'p50 ms':>10}{'p99 ms':>10}{'longest':>10}"]
    for name, late in (
        ("ours: decided and recorded", measured.ours),
        ("a bare loop over the same rows", measured.bare),
    ):
        lines.append(f"{name:<56}{late.p50:>10.1f}{late.p99:>10.1f}{late.longest:>10.1f}")
    lines.append(f"ours : bare = {measured.times_as_late:.2f} at p99; none lost, none early, none twice ({REPORT})")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())

"""Those whose appends are compared. Each is given a number of seconds and appends as fast as it can for so long."""

import asyncio
import multiprocessing
import statistics
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from types import TracebackType
from typing import ClassVar, Self
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg import conninfo

from services.kernel.batch import Append, CommandKey
from services.kernel.recorder import Recorder
from services.kernel.stored_form import stamp_recorded_at
from tests.support.servers import Database

THREADS = 8
CALLERS = 64
RECORDED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOPIC = "bench.happened"
INSERT_EVENT = "INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s)"
INSERT_KEY = "INSERT INTO command_keys VALUES (%s, %s, %s, %s, %s, %s)"
# As large as an ordinary event with its origin: about 400 bytes when recorded_at is added.
STATE = b'{"version":1,"event_id":"%s","data":{"text":"' + b"x" * 255 + b'"}}'


@dataclass(frozen=True)
class Round:
    """What came of one round. `latencies` are in seconds, in any order; `commits` are what the appends went into."""

    appends: int
    seconds: float
    latencies: Sequence[float]
    commits: float

    @property
    def per_second(self) -> float:
        """Appends a second."""
        return self.appends / self.seconds

    @property
    def together(self) -> int:
        """How many appends a commit held, on the average."""
        return max(1, round(self.appends / self.commits))

    def percentile(self, percent: int) -> float:
        """Of the latencies, in milliseconds."""
        if len(self.latencies) == 1:
            return self.latencies[0] * 1000
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000

    @classmethod
    def of_all(cls, rounds: Sequence["Round"]) -> "Round":
        """Of several that ran at the same time."""
        latencies = [each for one in rounds for each in one.latencies]
        appends, commits = sum(one.appends for one in rounds), sum(one.commits for one in rounds)
        return cls(appends, max(one.seconds for one in rounds), latencies, commits)


def event() -> StoredEvent:
    """The first event of a new stream, before `recorded_at` is added."""
    stream = uuid4()
    return StoredEvent(stream, 1, TOPIC, STATE % str(stream).encode())


def stamped_event() -> StoredEvent:
    """The same as it lies in the table, so that every contender writes the same bytes."""
    plain = event()
    return StoredEvent(plain.originator_id, 1, TOPIC, stamp_recorded_at(plain.state, RECORDED_AT))


def command_key() -> CommandKey:
    """What a command leaves beside its event."""
    return CommandKey(uuid4().bytes * 2, uuid4().bytes * 2, uuid4(), 1, 201)


class Contender(ABC):
    """Entered before the first round, left after the last."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @abstractmethod
    def open(self) -> None:
        """Makes ready, once."""

    @abstractmethod
    def close(self) -> None:
        """Leaves nothing open."""

    @abstractmethod
    def run(self, seconds: float) -> Round:
        """Appends for so long."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Stock(Contender):
    """eventsourcing 9.5.6 as it comes: its process recorder, its own tables, its pool, one append a call."""

    WHAT: ClassVar[str] = f"stock eventsourcing 9.5.6, {THREADS} threads"

    def open(self) -> None:
        """Makes the library's own tables. Its LOCK TABLE needs more rights than the login role has: the owner's."""
        # Named after the environment, so they stand beside the kernel's.
        where = conninfo.conninfo_to_dict(self.database.admin)
        self._factory = PostgresFactory(
            Environment(
                "bench",
                {
                    "PERSISTENCE_MODULE": "eventsourcing.postgres",
                    "POSTGRES_DBNAME": str(where["dbname"]),
                    "POSTGRES_HOST": str(where["host"]),
                    "POSTGRES_PORT": str(where["port"]),
                    "POSTGRES_USER": str(where["user"]),
                    "POSTGRES_PASSWORD": str(where["password"]),
                    "POSTGRES_POOL_SIZE": str(THREADS),
                    "POSTGRES_MAX_OVERFLOW": "2",
                },
            )
        )
        self._recorder = self._factory.process_recorder()

    def close(self) -> None:
        """Ends its pool."""
        self._factory.close()

    def run(self, seconds: float) -> Round:
        """All threads append until the time is up."""
        latencies: list[list[float]] = [[] for _ in range(THREADS)]
        began = time.perf_counter()

        def append_on(mine: list[float]) -> None:
            while (at := time.perf_counter()) < began + seconds:
                self._recorder.insert_events([stamped_event()])
                mine.append(time.perf_counter() - at)

        together([partial(append_on, mine) for mine in latencies])
        all_latencies = [each for mine in latencies for each in mine]
        return Round(len(all_latencies), time.perf_counter() - began, all_latencies, len(all_latencies))


def together(works: Sequence[Callable[[], None]]) -> None:
    """Runs each in a thread of its own, to the end."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Ours(Contender):
    """The kernel's recorder as a service uses it: `recorded_at` stamped under the lock, one append a call.

    With `keys`, each append is a command's: its key commits beside its event.
    """

    def __init__(self, database: Database, callers: int = CALLERS, *, keys: bool = False) -> None:
        super().__init__(database)
        self._callers = callers
        self._keys = keys

    def open(self) -> None:
        """Keeps one loop for all rounds, as a service does."""
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        recorder = Recorder(lambda: self.database.login, lambda: datetime.now(UTC), stamp=stamp_recorded_at)
        self._recorder = self._runner.run(self._stack.enter_async_context(recorder))

    def close(self) -> None:
        """Ends the writer."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def run(self, seconds: float) -> Round:
        """All callers append until the time is up."""
        return self._runner.run(self._run(seconds))

    async def _run(self, seconds: float) -> Round:
        latencies: list[float] = []
        commits = 0.0
        began = time.perf_counter()

        async def call() -> None:
            nonlocal commits
            while (at := time.perf_counter()) < began + seconds:
                stored = await self._recorder.append(Append([event()], command=command_key() if self._keys else None))
                latencies.append(time.perf_counter() - at)
                commits += 1 / stored.together

        await asyncio.gather(*(call() for _ in range(self._callers)))
        return Round(len(latencies), time.perf_counter() - began, latencies, commits)


class OursInProcesses(Contender):
    """As many instances of a service, on one log, each with its part of the callers."""

    def __init__(self, database: Database, callers: int, processes: int, *, keys: bool = False) -> None:
        super().__init__(database)
        self._callers = callers
        self._processes = processes
        self._keys = keys

    def open(self) -> None:
        """Starts them; they wait to be told."""
        context = multiprocessing.get_context("spawn")
        self._told: list[Connection] = []
        self._running = []
        for _ in range(self._processes):
            here, there = context.Pipe()
            values = (there, self.database, self._callers // self._processes, self._keys)
            process = context.Process(target=_append_when_told, args=values, daemon=True)
            process.start()
            self._told.append(here)
            self._running.append(process)
        for each in self._told:
            each.recv()

    def close(self) -> None:
        """Ends them."""
        for each in self._told:
            each.send(0.0)
        for process in self._running:
            process.join()

    def run(self, seconds: float) -> Round:
        """All at the same time."""
        for each in self._told:
            each.send(seconds)
        return Round.of_all([each.recv() for each in self._told])


def _append_when_told(told: Connection, database: Database, callers: int, keys: bool) -> None:
    """In a process of its own: says that it is ready, then appends for as many seconds as it is told, until it is 0."""
    with Ours(database, callers, keys=keys) as ours:
        told.send(None)
        while seconds := told.recv():
            told.send(ours.run(seconds))


class Plain(Contender):
    """What the tables themselves allow: one connection, rows by executemany, one commit a batch; no check of anything.

    Of one row a batch it is an INSERT with autocommit. With `keys`, a command's key is inserted beside each event.
    """

    def __init__(self, database: Database, *, keys: bool = False) -> None:
        super().__init__(database)
        self._keys = keys
        self.batch = 1

    def open(self) -> None:
        """One connection for all rounds."""
        self._connection = psycopg.connect(self.database.login)
        self._next_id = 1

    def close(self) -> None:
        """Ends it."""
        self._connection.close()

    def run(self, seconds: float) -> Round:
        """Batch after batch until the time is up. Latencies are of a batch."""
        latencies: list[float] = []
        self._connection.autocommit = self.batch == 1
        began = time.perf_counter()
        while (at := time.perf_counter()) < began + seconds:
            self._insert()
            latencies.append(time.perf_counter() - at)
        batches = len(latencies)
        return Round(batches * self.batch, time.perf_counter() - began, latencies, batches)

    def _insert(self) -> None:
        rows, keys = [], []
        for _ in range(self.batch):
            each = stamped_event()
            rows.append((each.originator_id, 1, each.topic, each.state, self._next_id))
            if self._keys:
                key = command_key()
                beside = (key.key_digest, key.request_digest, key.reference, key.version, self._next_id, key.status)
                keys.append(beside)
            self._next_id += 1
        with self._connection.cursor() as cursor:
            if self.batch == 1:
                cursor.execute(INSERT_EVENT, rows[0])
            else:
                cursor.executemany(INSERT_EVENT, rows)
            if keys:
                cursor.executemany(INSERT_KEY, keys)
        if not self._connection.autocommit:
            self._connection.commit()

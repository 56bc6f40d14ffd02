"""The three that are compared. Each is given a number of seconds and appends as fast as it can for so long."""

import asyncio
import statistics
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import ClassVar, Self
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg import conninfo

from services.kernel.batch import Append
from services.kernel.recorder import Recorder
from services.kernel.stored_form import stamp_recorded_at
from tests.support.servers import Database

THREADS = 8
CALLERS = 64
BATCH = 100
RECORDED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOPIC = "bench.happened"
# As large as an ordinary event with its origin: about 400 bytes when recorded_at is added.
STATE = b'{"version":1,"event_id":"%s","data":{"text":"' + b"x" * 255 + b'"}}'


@dataclass(frozen=True)
class Round:
    """What came of one round. `latencies` are in seconds, in any order."""

    appends: int
    seconds: float
    latencies: Sequence[float]

    @property
    def per_second(self) -> float:
        """Appends a second."""
        return self.appends / self.seconds

    def percentile(self, percent: int) -> float:
        """Of the latencies, in milliseconds."""
        return statistics.quantiles(self.latencies, n=100)[percent - 1] * 1000


def event() -> StoredEvent:
    """The first event of a new stream, before `recorded_at` is added."""
    stream = uuid4()
    return StoredEvent(stream, 1, TOPIC, STATE % str(stream).encode())


def stamped_event() -> StoredEvent:
    """The same as it lies in the table, so that every contender writes the same bytes."""
    plain = event()
    return StoredEvent(plain.originator_id, 1, TOPIC, stamp_recorded_at(plain.state, RECORDED_AT))


class Contender(ABC):
    """Entered before the first round, left after the last."""

    WHAT: ClassVar[str]

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

    WHAT = f"stock eventsourcing 9.5.6, {THREADS} threads"

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
        return Round(len(all_latencies), time.perf_counter() - began, all_latencies)


def together(works: Sequence[Callable[[], None]]) -> None:
    """Runs each in a thread of its own, to the end."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Ours(Contender):
    """The kernel's recorder as a service uses it: `recorded_at` stamped under the lock, one append a call."""

    WHAT = f"ours, {CALLERS} concurrent callers"

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
        began = time.perf_counter()

        async def call() -> None:
            while (at := time.perf_counter()) < began + seconds:
                await self._recorder.append(Append([event()]))
                latencies.append(time.perf_counter() - at)

        await asyncio.gather(*(call() for _ in range(CALLERS)))
        return Round(len(latencies), time.perf_counter() - began, latencies)


class Plain(Contender):
    """What the table itself allows: one connection, INSERTs of 100 rows through executemany, one commit a batch."""

    WHAT = f"plain psycopg, INSERT by executemany of {BATCH}"

    def open(self) -> None:
        """One connection for all rounds."""
        self._connection = psycopg.connect(self.database.login)
        self._next_id = 1

    def close(self) -> None:
        """Ends it."""
        self._connection.close()

    def run(self, seconds: float) -> Round:
        """Batch after batch until the time is up."""
        latencies: list[float] = []
        began = time.perf_counter()
        while (at := time.perf_counter()) < began + seconds:
            rows = []
            for _ in range(BATCH):
                each = stamped_event()
                rows.append((each.originator_id, 1, each.topic, each.state, self._next_id))
                self._next_id += 1
            with self._connection.cursor() as cursor:
                cursor.executemany("INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s)", rows)
            self._connection.commit()
            latencies.append(time.perf_counter() - at)
        return Round(len(latencies) * BATCH, time.perf_counter() - began, latencies)

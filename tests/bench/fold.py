"""Every stream of a log folded, beside the stock library mapping the same rows, and beside COPY.

Events of clocks, four to a stream, are read in log order by each in turn, in a process whose garbage is collected as a
service's is. Ours reads, maps and folds them; stock reads pages as large from its own recorder and maps them, no more;
COPY only brings their bytes over.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import ApplicationRecorder, JSONTranscoder, Mapper
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment, clear_topic_cache, register_topic
from psycopg import conninfo

from contracts.language import Event
from services.kernel.clock import CLOCK_EVENTS, Clock, ClockExtended, ClockMet, ClockStarted, ClockWarned, evolve
from services.kernel.connections import pool_of
from services.kernel.log import PAGE, Log
from services.kernel.serving import seldom_collect
from services.kernel.stored_form import Happening, Origin, Registry, StructMapper, stamp_recorded_at
from tests.bench.measuring import Result, at_least, beside, in_turn
from tests.bench.stage import Stage
from tests.support.servers import Database

TO_STOCK = 4.0
BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RULE = "C06"


class Generic:
    """All that a stock program needs to know of an event; the stock mapper fills it without calling it."""

    originator_id: UUID
    originator_version: int


def happened(clock: UUID) -> Iterator[Event]:
    """A clock's four events: it began, warned, was given more time, and was met."""
    due, subject = BEGAN + timedelta(hours=24), uuid4()
    warn_at = (due - timedelta(hours=12), due - timedelta(hours=4))
    yield ClockStarted(
        rule=RULE,
        rule_version=1,
        citation="Miss. Code Ann. 97-3-54.9",
        subject=subject,
        triggered_by=clock,
        started_at=BEGAN,
        due_at=due,
        warn_at=warn_at,
        arithmetic="24 hours from the tip",
    )
    yield ClockWarned(rule=RULE, subject=subject, warn_at=warn_at[0], due_at=due)
    yield ClockExtended(rule=RULE, subject=subject, due_at=due, warn_at=warn_at, reason="court_order")
    yield ClockMet(rule=RULE, subject=subject, met_at=BEGAN + timedelta(hours=20))


def rows(mapper: StructMapper, events: int) -> Iterator[tuple[UUID, int, str, bytes, int]]:
    """As they lie in a log: several streams go on at a time."""
    position = 0
    while position < events:
        streams = [uuid4() for _ in range(50)]
        for version, together in enumerate(zip(*(happened(stream) for stream in streams), strict=True), start=1):
            for stream, event in zip(streams, together, strict=True):
                origin = Origin(
                    actor=f"account:{uuid4()}",
                    agency="ms-cps",
                    command_id=uuid4(),
                    causation_id=uuid4(),
                    correlation_id=stream,
                    policy="0" * 16,
                )
                happening = Happening(
                    stream=stream, version=version, event_id=uuid4(), happened_at=BEGAN, origin=origin, event=event
                )
                stored = mapper.to_stored_event(happening)
                position += 1
                yield stream, version, stored.topic, stamp_recorded_at(stored.state, BEGAN), position


def fill(database: Database, mapper: StructMapper, events: int) -> None:
    """Puts them into the log."""
    into = "COPY stored_events (originator_id, originator_version, topic, state, notification_id) FROM STDIN"
    with psycopg.connect(database.admin) as connection:
        with connection.cursor().copy(into) as copy:
            for row in rows(mapper, events):
                copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE stored_events")


def folded(database: Database, mapper: StructMapper, events: int) -> None:
    """Raises AssertionError when a clock came out otherwise than it must."""

    async def fold() -> Mapping[int, Clock]:
        # By number: each look for an id asks Python for its hash, and for whether it is the same.
        clocks: dict[int, Clock] = {}
        before, event_of = Clock(), mapper.event_of
        async with pool_of(database.login) as pool:
            async for page in Log(pool).pages(1, events):
                for row in page:
                    stream = row.originator_id.int
                    clocks[stream] = evolve(clocks.get(stream, before), event_of(row))
        return clocks

    clocks = asyncio.run(fold())
    assert len(clocks) == events // 4
    assert all(clock.phase == "met" for clock in clocks.values())


@contextmanager
def stock_recorder(database: Database) -> Iterator[ApplicationRecorder]:
    """The library's own, on the same rows: its name leads it to their table."""
    where = conninfo.conninfo_to_dict(database.login)
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "n",
        "POSTGRES_DBNAME": str(where["dbname"]),
        "POSTGRES_HOST": str(where["host"]),
        "POSTGRES_PORT": str(where["port"]),
        "POSTGRES_USER": str(where["user"]),
        "POSTGRES_PASSWORD": str(where["password"]),
    }
    factory = PostgresFactory(Environment("stored", settings))
    yield factory.application_recorder()
    factory.close()


def stock_mapped(stock: ApplicationRecorder, events: int) -> None:
    """Raises AssertionError when a row is missing."""
    mapper, seen = Mapper[UUID](transcoder=JSONTranscoder()), 0
    while seen < events:
        for stored in stock.select_notifications(seen + 1, PAGE):
            mapper.to_domain_event(stored)
            seen += 1
    assert seen == events


def copied(database: Database, events: int) -> None:
    """Raises AssertionError when a row is missing."""
    out = (
        "COPY (SELECT originator_id, originator_version, topic, state, notification_id FROM stored_events"
        " ORDER BY notification_id) TO STDOUT (FORMAT BINARY)"
    )
    got = 0
    with psycopg.connect(database.admin) as connection, connection.cursor().copy(out) as copy:
        for _ in copy:
            got += 1
    assert got >= events


def measure(stage: Stage) -> Sequence[Result]:
    """Interleaved, so that a machine that slows down slows all three."""
    seldom_collect()
    events = stage.size.folded - stage.size.folded % 200  # fifty streams of four events at a time
    registry = Registry.of(CLOCK_EVENTS)
    mapper = StructMapper(registry, lambda event, _: event)
    with stage.database() as database, stock_recorder(database) as stock:
        fill(database, mapper, events)
        clear_topic_cache()
        for name in registry.events:
            register_topic(name, Generic)

        def rate(work: Callable[[], None]) -> float:
            began = time.perf_counter()
            work()
            return events / (time.perf_counter() - began)

        works = {
            "ours": lambda: rate(lambda: folded(database, mapper, events)),
            "stock": lambda: rate(lambda: stock_mapped(stock, events)),
            "copy": lambda: rate(lambda: copied(database, events)),
        }
        found = in_turn(works, stage.size.rounds)
        clear_topic_cache()
    what, unit = f"{events:,} events read and folded", "events/s"
    stocks = "stock eventsourcing 9.5.6, read and mapped, not folded"
    return [
        beside(what, unit, found["ours"], stocks, found["stock"], at_least(TO_STOCK)),
        beside(what, unit, found["ours"], "COPY of their bytes", found["copy"]),
    ]

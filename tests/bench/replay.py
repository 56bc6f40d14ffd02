"""A long case told in sentences, an event of it beside one of a shorter case, and beside COPY, among many others.

What is timed is what a route of the audit service does of it: the rights of whoever acted, the rows of one snapshot,
every sentence, and the answer as bytes.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg
from psycopg import sql

from contracts.events.tips import TipCorrected
from contracts.language import Event
from services.audit.replay.reading import read_case
from services.audit.replay.telling import Sentence, tell
from services.audit.replay.words import Words
from services.audit.sources import NAMES
from services.kernel.clock import ClockMissed
from services.kernel.connections import pool_of
from services.kernel.install import install_tables
from services.kernel.stored_form import Happening, Origin, Registry, StructMapper, stamp_recorded_at
from tests.bench.fold import RULE, happened
from tests.bench.measuring import Result, at_most, beside, in_turn
from tests.bench.stage import Stage
from tests.services.audit.given import EVENING, a_tip, words
from tests.support.servers import LOGIN, Database

TABLES = Path("services/audit/tables.sql")
OTHERS = 2
"""Times as many events are of other cases as of the longest."""
OF_EACH = 10
SLOWER_AT_MOST = 1.5
COPY_IN = """
    COPY copied_events (source, position, stream, version, topic, state, event_id, correlation, recorded_at) FROM STDIN
"""
COPY_OUT = "COPY (SELECT source, position, stream, topic, state FROM copied_events WHERE correlation = {}) TO STDOUT"

Row = tuple[str, int, UUID, int, str, bytes, UUID, UUID, str]


def told_of(case: UUID, events: int) -> Iterator[tuple[UUID, Event]]:
    """Stream and event: a tip, and then clocks one after the other, some of them late, and corrections."""
    yield case, a_tip(case)
    made = 1
    while made < events:
        clock = uuid4()
        missed = ClockMissed(rule=RULE, subject=case, due_at=EVENING, late_seconds=60)
        corrected = TipCorrected(
            tip=case, person=case, received_at=EVENING, county="Hinds", tribal_land=False, age="child"
        )
        for stream, event in [*((clock, each) for each in happened(clock)), (clock, missed), (case, corrected)]:
            if made < events:
                yield stream, event
                made += 1


def rows(mapper: StructMapper, cases: dict[UUID, int]) -> Iterator[Row]:
    """The events of these cases as the copy has them; each was caused by the one before it."""
    position = 0
    for case, events in cases.items():
        versions: dict[UUID, int] = {}
        at, cause = EVENING, None
        for stream, event in told_of(case, events):
            position += 1
            at += timedelta(seconds=20)
            versions[stream] = versions.get(stream, 0) + 1
            event_id = uuid4()
            origin = Origin(
                actor=f"account:{uuid4()}" if position % 3 else "service:tips",
                agency="MDCPS",
                command_id=uuid4(),
                causation_id=cause,
                correlation_id=case,
                policy="bench",
            )
            happening = Happening(
                stream=stream,
                version=versions[stream],
                event_id=event_id,
                happened_at=at,
                origin=origin,
                event=event,
            )
            stored = mapper.to_stored_event(happening)
            state = stamp_recorded_at(stored.state, at)
            yield "tips", position, stream, versions[stream], stored.topic, state, event_id, case, at.isoformat()
            cause = event_id


def fill(database: Database, cases: dict[UUID, int]) -> None:
    """Puts them into a copy made as the audit service makes it."""
    kinds = [type(event) for _, event in told_of(uuid4(), 20)]
    mapper = StructMapper(Registry.of(kinds), lambda event, _: event)
    install_tables(database.owner, LOGIN, TABLES.read_text())
    with psycopg.connect(database.owner, autocommit=True) as connection:
        with connection.cursor().copy(COPY_IN) as copy:
            for row in rows(mapper, cases):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE copied_events")


async def told(database: Database, case: UUID, english: Words) -> float:
    """Seconds."""
    as_of = EVENING + timedelta(days=365)
    async with pool_of(database.login) as pool:
        await pool.wait()
        began = time.perf_counter()
        reading = await read_case(pool, case, as_of, "recorded", english.keeps_out, lambda _: True)
        assert reading is not None
        sentences = tell(
            reading.rows, as_of=as_of, by="recorded", order=NAMES, known=reading.known, words=english, withheld=()
        )
        answer = msgspec.json.encode(sentences)
        passed = time.perf_counter() - began
    assert len(msgspec.json.decode(answer, type=list[Sentence])) == len(reading.rows)
    return passed


def copied(database: Database, case: UUID, events: int) -> float:
    """Seconds for the bytes of its rows."""
    with psycopg.connect(database.admin) as connection:
        began = time.perf_counter()
        with connection.cursor().copy(sql.SQL(COPY_OUT).format(str(case))) as copy:
            rows = sum(1 for _ in copy)
        assert rows == events
        return time.perf_counter() - began


def measure(stage: Stage) -> Sequence[Result]:
    """Microseconds an event, of both cases and of COPY in turn."""
    few, many = stage.size.told
    short, long = uuid4(), uuid4()
    others = {uuid4(): OF_EACH for _ in range(OTHERS * many // OF_EACH)}
    english = words()
    with stage.database() as database:
        fill(database, others | {short: few, long: many})
        works = {
            "short": lambda: asyncio.run(told(database, short, english)) / few * 1e6,
            "long": lambda: asyncio.run(told(database, long, english)) / many * 1e6,
            "copy": lambda: copied(database, long, many) / many * 1e6,
        }
        found = in_turn(works, stage.size.rounds)
    what, unit = f"a case of {many:,} events told", "µs/event"
    return [
        beside(what, unit, found["long"], f"of {few:,}", found["short"], at_most(SLOWER_AT_MOST)),
        beside(what, unit, found["long"], "COPY of its rows", found["copy"]),
    ]

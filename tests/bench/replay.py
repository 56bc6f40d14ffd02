"""`python -m tests.bench.replay`: a case of ten thousand events told, beside COPY of its rows, among many others.

What is timed is what a route of the audit service does of it: the rights of whoever acted, the rows of one snapshot,
every sentence, and the answer as bytes. Exits with 1 when an event of the long case takes half as long again as one of
a case of a tenth of its length.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
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
from tests.bench.__main__ import REPORT
from tests.bench.fold import RULE, happened
from tests.services.audit.given import EVENING, a_tip, words
from tests.support.servers import LOGIN, Database, fresh_database, running_servers

TABLES = Path("services/audit/tables.sql")
SIZES = (1_000, 10_000)
OTHERS = 20_000
OF_EACH = 10
ROUNDS = 5
SLOWER_AT_MOST = 1.5
COPY_IN = """
    COPY copied_events (source, position, stream, version, topic, state, event_id, correlation, recorded_at) FROM STDIN
"""
COPY_OUT = "COPY (SELECT source, position, stream, topic, state FROM copied_events WHERE correlation = {}) TO STDOUT"

Row = tuple[str, int, UUID, int, str, bytes, UUID, UUID, str]


class Measured(msgspec.Struct, frozen=True):
    """What build/bench.json holds under `replay`, by how many events the case has; medians."""

    events_in_the_copy: int
    milliseconds: dict[str, float]
    microseconds_per_event: dict[str, float]
    to_copy: dict[str, float]
    answer_bytes: dict[str, int]


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


async def told(database: Database, case: UUID, english: Words) -> tuple[float, int]:
    """Seconds, and the bytes of the answer."""
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
    return passed, len(answer)


def copied(database: Database, case: UUID) -> float:
    """Seconds for the bytes of its rows."""
    with psycopg.connect(database.admin) as connection:
        began = time.perf_counter()
        with connection.cursor().copy(sql.SQL(COPY_OUT).format(str(case))) as copy:
            rows = sum(1 for _ in copy)
        assert rows in SIZES
        return time.perf_counter() - began


def measure() -> Measured:
    """Interleaved, so that a machine that slows down slows all."""
    cases = {uuid4(): size for size in SIZES}
    others = {uuid4(): OF_EACH for _ in range(OTHERS)}
    english = words()
    took: dict[UUID, list[float]] = {case: [] for case in cases}
    copies: dict[UUID, list[float]] = {case: [] for case in cases}
    answers: dict[str, int] = {}
    with running_servers() as servers, fresh_database(servers) as database:
        fill(database, others | cases)
        for _ in range(ROUNDS):
            for case, size in cases.items():
                seconds, answers[str(size)] = asyncio.run(told(database, case, english))
                took[case].append(seconds)
                copies[case].append(copied(database, case))
    median = {str(size): statistics.median(took[case]) for case, size in cases.items()}
    copy = {str(size): statistics.median(copies[case]) for case, size in cases.items()}
    return Measured(
        sum((others | cases).values()),
        {size: round(seconds * 1e3, 1) for size, seconds in median.items()},
        {size: round(seconds / int(size) * 1e6, 1) for size, seconds in median.items()},
        {size: round(copy[size] / seconds, 3) for size, seconds in median.items()},
        answers,
    )


def main() -> int:
    """Adds to build/bench.json."""
    measured = measure()
    report = msgspec.json.decode(REPORT.read_bytes()) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(report | {"replay": measured}), indent=2))
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(measured), indent=2).decode() + "\n")
    short, long = measured.microseconds_per_event.values()
    return 0 if long <= SLOWER_AT_MOST * short else 1


if __name__ == "__main__":
    sys.exit(main())

"""Events a second into a view that is built anew, beside COPY of the rows that the view has in the end.

The view is the list of tips as it is; of a tip's event it makes one row. Ours reads the log, decodes and projects.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from contracts.events.tips import TipReceived
from services.kernel.serving import seldom_collect
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening, Registry, StructMapper, stamp_recorded_at
from services.kernel.views import View, Views
from services.tips.views.tip_list import TIP_LIST
from tests.bench.copying import copied
from tests.bench.measuring import Result, at_least, beside, in_turn
from tests.bench.stage import Stage
from tests.kernel.toy import eventually, job, kernel, origin
from tests.services.audit.given import EVENING, a_tip
from tests.support.servers import Database

TO_COPY = 0.25
INTO = "COPY stored_events (originator_id, originator_version, topic, state, notification_id) FROM STDIN"


def measure(stage: Stage) -> Sequence[Result]:
    """In turn, on one database."""
    seldom_collect()
    events = stage.size.viewed
    with stage.database() as database, tempfile.TemporaryDirectory() as folder:
        fill(database, events)
        works = {
            "ours": lambda: asyncio.run(_viewed(database, Path(folder), TIP_LIST, events)),
            "copy": lambda: copied(database, sql.Identifier("views", f"{TIP_LIST.name}_1")),
        }
        works["ours"]()
        found = in_turn(works, stage.size.rounds)
    what = f"the list of tips built of {events:,} events"
    return [beside(what, "events/s", found["ours"], "COPY of its rows", found["copy"], at_least(TO_COPY))]


def fill(database: Database, events: int) -> None:
    """A log of tips."""
    mapper = StructMapper(Registry.of([TipReceived]), lambda event, _: event)
    with psycopg.connect(database.admin, autocommit=True) as connection:
        with connection.cursor().copy(INTO) as copy:
            for position in range(1, events + 1):
                tip = uuid4()
                happening = Happening(
                    stream=tip,
                    version=1,
                    event_id=uuid4(),
                    happened_at=EVENING,
                    origin=origin(tip),
                    event=a_tip(tip),
                )
                stored = mapper.to_stored_event(happening)
                state = stamp_recorded_at(stored.state, datetime.now(UTC))
                copy.write_row((tip, 1, stored.topic, state, position))
        connection.execute("VACUUM ANALYZE stored_events")


async def _viewed(database: Database, folder: Path, view: View, events: int) -> float:
    """Events a second, from no table to one that has read them all."""
    forget_views(database)
    async with kernel(database, folder) as one:
        store = EventStore(one.recorder, one.log, Registry.of([TipReceived]), one.keys)
        views = Views([view], one.pool, one.tail(), store, one.leases())
        began = time.perf_counter()
        async with job(views.run()):

            async def caught_up() -> bool:
                return await views.position(view.name) >= events

            await eventually(caught_up, within=1800.0)
        return events / (time.perf_counter() - began)


def forget_views(database: Database) -> None:
    """As if none had ever been built."""
    with psycopg.connect(database.admin) as connection:
        for view, generation in connection.execute("SELECT view, generation FROM view_generations").fetchall():
            table = sql.Identifier("views", f"{view}_{generation}")
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
        connection.execute("DELETE FROM view_generations")

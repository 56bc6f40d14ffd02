"""How fast a consumer and the views catch up with what came while they stood still, beside COPY of what they write.

The tips wait in the stream when the service of the teams starts: it opens a team for each, one message at a time. Then
all its views are built anew of its whole log. An hour of 100 tips a second is 360,000 tips.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from uuid import uuid4

import nats
import psycopg
from psycopg import sql

from deploy.embedded.streams import make_streams
from services.kernel.serving import seldom_collect
from services.rapid_assessment.main import DEFINITION
from tests.bench.copying import copied
from tests.bench.measuring import Result, at_least, beside, in_turn, say
from tests.bench.stage import Stage
from tests.bench.views import forget_views
from tests.kernel.toy import eventually
from tests.services.audit.given import a_tip
from tests.support.running_service import NOON, HandTurnedTime, Upstream, _heard_by, running_service
from tests.support.servers import Database, Nats, empty_nats, temporary_folder

TO_COPY = 0.1
WITHIN_SECONDS = 7200.0
TEAMS = "SELECT count(*) FROM stored_events WHERE topic = 'rapid_assessment.team_opened'"
STANDING = """
    SELECT count(*) FROM view_generations
    WHERE answering AND position >= (SELECT max(notification_id) FROM stored_events)
"""
EVENTS = "SELECT count(*) FROM stored_events"


def measure(stage: Stage) -> Sequence[Result]:
    """The consumer begins each round with an empty log; the views are built of the last round's."""
    seldom_collect()
    size, log = stage.size, sql.Identifier("stored_events")
    teams: list[float] = []
    rows: list[float] = []
    with ExitStack() as stack:
        databases = [stack.enter_context(stage.database()) for _ in range(size.rounds)]
        for number, database in enumerate(databases, start=1):
            say(f"round {number} of {size.rounds}: consumer")
            known = empty_nats(stage.servers)
            asyncio.run(_publish(known, size.caught_up))
            teams.append(asyncio.run(_consumed(database, known, size.caught_up)))
            # A tip is as many rows as a team has events on the average.
            rows.append(copied(database, log) * size.caught_up / _count(database, EVENTS))
        last = databases[-1]
        known = empty_nats(stage.servers)
        works = {"views": lambda: asyncio.run(_viewed(last, known)), "copy": lambda: copied(last, log)}
        found = in_turn(works, size.rounds)
        events, views = _count(last, EVENTS), len(DEFINITION.views)
    goal, peer = at_least(TO_COPY), "COPY of the events"
    return [
        beside(f"teams opened for {size.caught_up:,} tips", "tips/s", teams, f"{peer} of a team", rows, goal),
        beside(f"{views} views built of {events:,} events", "events/s", found["views"], peer, found["copy"], goal),
    ]


async def _publish(known: Nats, tips: int) -> None:
    """As the relay of the service of the tips does."""
    admin = await nats.connect(known.url, nkeys_seed_str=known.admin_seed)
    try:
        await make_streams(admin, *_heard_by(DEFINITION.name))
        with temporary_folder() as folder:
            upstream = Upstream("tips", admin, HandTurnedTime(folder / "time.json", NOON))
            for _ in range(tips):
                tip = uuid4()
                await upstream.tell(tip, a_tip(tip, NOON))
    finally:
        await admin.close()


async def _consumed(database: Database, known: Nats, tips: int) -> float:
    """Tips a second from when the service has started to the last team."""
    async with running_service(DEFINITION, database, known):
        began, there = time.perf_counter(), _count(database, TEAMS)

        async def all_opened() -> bool:
            return _count(database, TEAMS) >= tips

        await eventually(all_opened, within=WITHIN_SECONDS)
        return (tips - there) / (time.perf_counter() - began)


async def _viewed(database: Database, known: Nats) -> float:
    """Events a second, of all views together, from when the service is told to start."""
    forget_views(database)
    began = time.perf_counter()
    async with running_service(DEFINITION, database, known):

        async def all_stand() -> bool:
            return _count(database, STANDING) >= len(DEFINITION.views)

        await eventually(all_stand, within=WITHIN_SECONDS)
        return _count(database, EVENTS) / (time.perf_counter() - began)


def _count(database: Database, statement: str) -> int:
    with psycopg.connect(database.admin) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0

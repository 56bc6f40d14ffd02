"""From a tip answered to the team opened in the other service, at so many tips a second, in a whole house.

Beside it, at the same rate: a bare message published to JetStream, heard, and inserted in PostgreSQL with a commit of
its own, by one program. Both end at the moment at which what follows is written, before its commit returns: a team
opens at the time it is recorded at.
"""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

import msgspec
import nats
import psycopg
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from services.kernel.stored_form import recorded_at_of
from tests.bench.contenders import stamped_event
from tests.bench.measuring import Result, at_most, beside, in_turn
from tests.bench.requests import Line, evenly, tips
from tests.bench.stage import House, Stage
from tests.support.servers import Database, Nats, empty_nats
from tests.support.waiting import eventually

LINES = 32
SLOWER_AT_MOST = 3.0
ARRIVES_WITHIN_SECONDS = 900.0
OPENED = "SELECT state FROM stored_events WHERE topic = 'rapid_assessment.team_opened' AND notification_id > %s"
LAST = "SELECT coalesce(max(notification_id), 0) FROM stored_events"
STREAM, SUBJECT = "BARE", "bare.tip"


class Took(NamedTuple):
    """Milliseconds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Took":
        """Of one round."""
        cuts = statistics.quantiles(seconds, n=100, method="inclusive")
        return cls(cuts[49] * 1000, cuts[98] * 1000)


class State(msgspec.Struct):
    """What is read of a row."""

    data: Mapping[str, object]


def measure(stage: Stage) -> Sequence[Result]:
    """In turn: while one is measured, the other is idle."""
    size = stage.size
    many = int(size.tips_a_second * size.tips_seconds)
    known = empty_nats(stage.servers)
    with stage.house("tips") as house, stage.database() as database:
        works = {
            "ours": lambda: asyncio.run(_ours(house, many, size.tips_a_second)),
            "bare": lambda: asyncio.run(_bare(database, known, many, size.tips_a_second)),
        }
        found = in_turn(works, size.rounds)
    ours, bare = found["ours"], found["bare"]
    what, peer = f"team open at {size.tips_a_second} tips/s,", "bare JetStream publish, consume, INSERT"
    goal = at_most(SLOWER_AT_MOST)
    return [
        beside(f"{what} p50", "ms", [each.p50 for each in ours], peer, [each.p50 for each in bare], goal),
        beside(f"{what} p99", "ms", [each.p99 for each in ours], peer, [each.p99 for each in bare], goal),
    ]


async def _ours(house: House, many: int, a_second: float) -> Took:
    before = house.answer("rapid_assessment", LAST)
    answered = await send(house, many, a_second)
    opened: dict[str, datetime] = {}

    async def all_opened() -> bool:
        with psycopg.connect(house.town.stack.admin_conninfo("rapid_assessment")) as connection:
            rows = connection.execute(OPENED, (before,)).fetchall()
        for (state,) in rows:
            at = recorded_at_of(bytes(state))
            assert at is not None
            opened[str(msgspec.json.decode(state, type=State).data["tip"])] = at
        return answered.keys() <= opened.keys()

    await eventually(all_opened, within=ARRIVES_WITHIN_SECONDS)
    # A team may open while the answer is on its way.
    return Took.of([max(0.0, (opened[tip] - at).total_seconds()) for tip, at in answered.items()])


async def send(house: House, many: int, a_second: float) -> dict[str, datetime]:
    """Tips evenly; when each was answered, by the time of the house."""
    answered: dict[str, datetime] = {}
    async with house.town.open() as visit:
        who = await visit.sign_in("cps_intake")
    port = int(house.town.stack.url("tips").rpartition(":")[2])
    free: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(LINES):
        free.put_nowait(await Line.to(port))
    requests = tips(who.token, house.told(), uuid4().int)

    async def one(_: int) -> None:
        line = await free.get()
        body = await line.ask_until_answered(next(requests))
        answered[str(msgspec.json.decode(body)["reference"])] = house.told()
        free.put_nowait(line)

    try:
        await evenly(many, a_second, one)
    finally:
        while not free.empty():
            free.get_nowait().close()
    return answered


async def _bare(database: Database, known: Nats, many: int, a_second: float) -> Took:
    published: dict[str, float] = {}
    took: list[float] = []
    server = await nats.connect(known.url, nkeys_seed_str=known.admin_seed)
    jetstream = server.jetstream()
    inserted = await psycopg.AsyncConnection.connect(database.login, autocommit=True)
    position = await (await inserted.execute(LAST)).fetchone()
    next_id = int(position[0]) + 1 if position else 1

    async def heard(message: Msg) -> None:
        nonlocal next_id
        row = stamped_event()
        values = (row.originator_id, 1, row.topic, message.data, next_id)
        next_id += 1
        written = time.perf_counter()
        await inserted.execute("INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s)", values)
        await message.ack()
        took.append(written - published[(message.headers or {})["id"]])

    async def publish(_: int) -> None:
        name = uuid4().hex
        published[name] = time.perf_counter()
        await jetstream.publish(SUBJECT, stamped_event().state, headers={"id": name})

    async def all_heard() -> bool:
        return len(took) == many

    try:
        await jetstream.add_stream(name=STREAM, subjects=[SUBJECT])
        config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT)
        await jetstream.subscribe(SUBJECT, cb=heard, manual_ack=True, config=config)
        await evenly(many, a_second, publish)
        await eventually(all_heard, within=ARRIVES_WITHIN_SECONDS)
        await jetstream.delete_stream(STREAM)
    finally:
        await inserted.close()
        await server.close()
    return Took.of(took)

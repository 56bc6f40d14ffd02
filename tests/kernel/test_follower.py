"""Following: order, one effect an event, parking by aggregate, and operators who retry or discard."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import nats
import psycopg
import pytest
from nats.aio.client import Client

from contracts.language import Event, Refused
from deploy.embedded.streams import make_streams
from deploy.topology import Listener
from services.kernel.batch import Effect
from services.kernel.consuming import follow_log, follow_stream
from services.kernel.follower import RETRY, UNPARK, Follower, Reactions
from services.kernel.messages import Incoming, connect, headers_of, subject_of
from services.kernel.operations import ParkedRetried
from services.kernel.recorder import Recorder
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening, Logged, StructMapper, UnreadableEvent, stamp_recorded_at
from tests.kernel.lines import line_to
from tests.kernel.toy import BOX, Counted, Kernel, Opened, eventually, job, kernel, moment, origin, registry
from tests.support.servers import Database, Nats

NAME = "tips-from-rapid_assessment"
UPSTREAM_TIME = moment("12:00")
LISTENER = Listener("tips", "rapid_assessment", "evt.rapid_assessment.>")


def upstream_event(stream: UUID, number: int, event: Event, position: int, **altered: object) -> Logged:
    """An event as another service stored it."""
    mapper = StructMapper(registry(), lambda unsealed, _: unsealed)
    happened = Happening(
        stream=stream,
        version=number,
        event_id=uuid4(),
        happened_at=UPSTREAM_TIME,
        origin=origin(stream),
        event=event,
    )
    stored = mapper.to_stored_event(happened)
    state = stamp_recorded_at(stored.state, UPSTREAM_TIME)
    for member, value in altered.items():
        state = state.replace(f'"{member}":1'.encode(), f'"{member}":{value}'.encode(), 1)
    return Logged(stream, number, stored.topic, state, id=position)


class Mirror:
    """A reaction: each count elsewhere is counted here too, in a stream of the same id. It can be made to fail."""

    def __init__(self, running: Kernel) -> None:
        self._running = running
        self.seen: list[int] = []
        self.fails_on: dict[UUID, Exception] = {}

    async def __call__(self, happening: Happening) -> Changes | None:
        self.seen.append(happening.position)
        if error := self.fails_on.get(happening.stream):
            raise error
        loaded = await self._running.store.load(BOX, happening.stream)
        return Changes([Change(happening.stream, loaded.version, [happening.event])])

    async def things(self, stream: UUID) -> int:
        return (await self._running.store.load(BOX, stream)).state.things


class Here:
    """One following service."""

    def __init__(self, running: Kernel, store: EventStore | None = None) -> None:
        self.running = running
        self.mirror = Mirror(running)
        reactions = Reactions(registry(), {Counted: [self.mirror]}, running.time, "service:tips", "none")
        self.follower = Follower(NAME, reactions, store or running.store, running.log, running.pool, running.time)
        self._position = 0

    async def take(self, stream: UUID, number: int, event: Event, **altered: object) -> int:
        """The next event of the upstream's log arrives."""
        self._position += 1
        await self.follower.take(
            Incoming("rapid_assessment", upstream_event(stream, number, event, self._position, **altered))
        )
        return self._position

    def parked(self) -> list[tuple[int, UUID, str]]:
        with psycopg.connect(self.running.database.admin) as connection:
            return connection.execute(
                "SELECT position, originator_id, reason FROM parked_events ORDER BY position"
            ).fetchall()

    async def order(self, statement: str, position: int) -> None:
        """What an operator's command commits."""
        await self.running.store.append_beside([Effect(statement, (NAME, position))], None)


@pytest.fixture
async def running(database: Database, tmp_path: Path) -> AsyncIterator[Kernel]:
    async with kernel(database, tmp_path) as parts:
        yield parts


@pytest.fixture
def here(running: Kernel) -> Here:
    return Here(running)


async def test_an_effect_commits_with_the_position_it_came_from(here: Here) -> None:
    stream = uuid4()
    await here.take(stream, 1, Counted(things=3))
    (happening,) = await here.running.store.happenings(stream)
    assert happening.origin.correlation_id == stream
    assert happening.origin.causation_id is not None
    # What a service does by itself happens when it does it, however old the news.
    assert happening.happened_at > UPSTREAM_TIME
    assert await here.follower.position() == 1


async def test_an_event_that_concerns_nobody_only_moves_the_position(here: Here) -> None:
    await here.take(uuid4(), 1, Opened(colour="red"))
    assert await here.follower.position() == 1
    assert await here.running.log.last_position() == 0


async def test_an_event_taken_again_has_one_effect(here: Here) -> None:
    stream = uuid4()
    event = upstream_event(stream, 1, Counted(things=3), 1)
    for _ in range(3):
        await here.follower.take(Incoming("rapid_assessment", event))
    assert await here.mirror.things(stream) == 3


async def test_a_process_that_rereads_is_given_again_what_comes_again_and_nothing_of_it_is_parked(here: Here) -> None:
    running, met = here.running, []

    async def read(incoming: Incoming) -> None:
        met.append(incoming.position)
        if met.count(incoming.position) > 1:
            raise UnreadableEvent

    follower = Follower(NAME, read, running.store, running.log, running.pool, running.time, rereads=True)
    for position in (1, 2, 1):
        event = upstream_event(uuid4(), 1, Counted(things=3), position)
        await follower.take(Incoming("rapid_assessment", event))

    assert met == [1, 2, 1]
    assert await follower.position() == 2
    assert here.parked() == []


async def test_two_instances_that_take_one_event_at_once_have_one_effect(running: Kernel, tmp_path: Path) -> None:
    async with kernel(running.database, tmp_path) as second:
        one, other = Here(running), Here(second)
        stream = uuid4()
        for position in range(1, 21):
            incoming = Incoming("rapid_assessment", upstream_event(stream, position, Counted(things=1), position))
            await asyncio.gather(one.follower.take(incoming), other.follower.take(incoming))
        assert await one.mirror.things(stream) == 20


async def test_a_crash_between_the_effect_and_the_acknowledgement_leaves_one_effect(
    running: Kernel, tmp_path: Path
) -> None:
    stream = uuid4()
    await Here(running).take(stream, 1, Counted(things=3))
    async with kernel(running.database, tmp_path) as restarted:
        again = Here(restarted)
        await again.take(stream, 1, Counted(things=3))
        await again.take(stream, 2, Counted(things=4))
        assert await again.mirror.things(stream) == 7


async def test_a_lost_commit_answer_leaves_one_effect(running: Kernel) -> None:
    stream = uuid4()
    async with (
        line_to(running.database.login) as (line, login),
        Recorder(lambda: login, running.time.now, stamp=stamp_recorded_at) as recorder,
    ):
        here = Here(running, EventStore(recorder, running.log, registry(), running.keys))
        line.cut_at = "before its answer leaves"
        await here.take(stream, 1, Counted(things=3))
        assert line.cuts == 1
        assert await here.mirror.things(stream) == 3
        assert await here.follower.position() == 1


async def test_what_cannot_be_processed_is_parked_with_what_follows_for_its_aggregate_and_others_go_on(
    here: Here,
) -> None:
    bad, good = uuid4(), uuid4()
    here.mirror.fails_on[bad] = RuntimeError("Example Child Marked")
    await here.take(bad, 1, Counted(things=1))
    await here.take(good, 1, Counted(things=10))
    here.mirror.fails_on.clear()
    await here.take(bad, 2, Counted(things=2))
    await here.take(good, 2, Counted(things=20))
    assert await here.mirror.things(good) == 30
    assert await here.mirror.things(bad) == 0
    assert here.parked() == [(1, bad, "RuntimeError"), (3, bad, "waits for an earlier event")]
    assert await here.follower.position() == 4


async def test_a_retry_by_an_operator_processes_all_that_waits_in_order(here: Here) -> None:
    bad = uuid4()
    here.mirror.fails_on[bad] = RuntimeError("Example Child Marked")
    for version in (1, 2, 3):
        await here.take(bad, version, Counted(things=version))
    here.mirror.fails_on.clear()
    here.mirror.seen.clear()
    await here.follower.retry_parked()
    assert here.mirror.seen == []
    await here.order(RETRY, 1)
    await here.follower.retry_parked()
    await here.follower.retry_parked()
    assert here.mirror.seen == [1, 2, 3]
    assert await here.mirror.things(bad) == 6
    assert here.parked() == []
    await here.take(bad, 4, Counted(things=4))
    assert await here.mirror.things(bad) == 10


async def test_what_is_to_be_tried_again_is_tried_before_what_comes_next(here: Here) -> None:
    bad, good = uuid4(), uuid4()
    here.mirror.fails_on[bad] = RuntimeError("Example Child Marked")
    await here.take(bad, 1, Counted(things=1))
    await here.take(bad, 2, Counted(things=2))
    here.mirror.fails_on.clear()
    here.mirror.seen.clear()
    await here.order(RETRY, 1)
    await here.take(bad, 3, Counted(things=3))
    await here.take(good, 1, Counted(things=10))
    assert here.mirror.seen == [1, 2, 3, 4]
    assert here.parked() == []
    assert await here.mirror.things(bad) == 6


async def test_a_retry_that_fails_again_stays_parked_with_its_new_reason(here: Here) -> None:
    bad = uuid4()
    here.mirror.fails_on[bad] = RuntimeError("Example Child Marked")
    await here.take(bad, 1, Counted(things=1))
    await here.take(bad, 2, Counted(things=2))
    here.mirror.fails_on[bad] = Refused("full", "The box is full.")
    await here.order(RETRY, 1)
    await here.follower.retry_parked()
    assert here.parked() == [(1, bad, "refused: full"), (2, bad, "waits for an earlier event")]
    here.mirror.seen.clear()
    await here.follower.retry_parked()
    assert here.mirror.seen == []


async def test_a_discarded_event_has_no_effect_and_what_waited_behind_it_can_go_on(here: Here) -> None:
    bad = uuid4()
    here.mirror.fails_on[bad] = RuntimeError("Example Child Marked")
    await here.take(bad, 1, Counted(things=1))
    await here.take(bad, 2, Counted(things=2))
    here.mirror.fails_on.clear()
    await here.order(UNPARK, 1)
    await here.order(RETRY, 2)
    await here.follower.retry_parked()
    assert await here.mirror.things(bad) == 2
    assert here.parked() == []


@pytest.mark.parametrize(
    ("event", "altered", "reason"),
    [
        (Counted(things=1), {"version": 2}, "box.counted is stored in version 2; this code knows version 1."),
        (Counted(things=1), {"things": '"Example Child Marked"'}, "The data of a box.counted do not fit its type."),
    ],
)
async def test_what_this_code_cannot_read_is_parked_without_quoting_it(
    here: Here, event: Event, altered: dict[str, object], reason: str
) -> None:
    stream = uuid4()
    await here.take(stream, 1, event, **altered)
    assert here.parked() == [(1, stream, reason)]


async def test_a_name_nobody_knows_is_parked_and_not_ignored(here: Here) -> None:
    known = upstream_event(uuid4(), 1, Counted(things=1), 1)
    stream = uuid4()
    unknown = Logged(stream, 1, "rapid_assessment.unheard_of", known.state, id=1)
    await here.follower.take(Incoming("rapid_assessment", unknown))
    assert here.parked() == [(1, stream, "No event is named 'rapid_assessment.unheard_of' here.")]


async def test_a_reaction_that_lost_a_race_decides_again(here: Here) -> None:
    stream = uuid4()
    real = here.mirror._running.store.load
    raced = False

    async def race(*arguments: Any, **options: Any) -> Any:
        nonlocal raced
        loaded = await real(*arguments, **options)
        if not raced:
            raced = True
            await here.running.add(stream, 0, Opened(colour="red"))
        return loaded

    here.mirror._running.store.load = race  # type: ignore[method-assign]  # someone else is quicker
    await here.take(stream, 1, Counted(things=3))
    assert await here.mirror.things(stream) == 3
    assert here.parked() == []


async def test_a_reaction_that_never_looks_is_parked_in_the_end(here: Here) -> None:
    stream = uuid4()
    await here.running.add(stream, 0, Opened(colour="red"))

    async def blind(happening: Happening) -> Changes:
        return Changes([Change(happening.stream, 0, [happening.event])])

    reactions = Reactions(registry(), {Counted: [blind]}, here.running.time, "service:tips", "none")
    running = here.running
    follower = Follower(NAME, reactions, running.store, running.log, running.pool, running.time)
    await follower.take(Incoming("rapid_assessment", upstream_event(stream, 1, Counted(things=1), 1)))
    ((_, parked, reason),) = here.parked()
    assert parked == stream
    assert "no longer stands" in reason


async def test_own_events_are_followed_in_order_from_where_the_follower_stood(running: Kernel) -> None:
    seen: list[int] = []

    async def note(happening: Happening) -> None:
        seen.append(happening.position)

    def follower() -> Follower:
        reactions = Reactions(registry(), {Opened: [note]}, running.time, "service:tips", "none")
        return Follower("own", reactions, running.store, running.log, running.pool, running.time)

    async def all_of(count: int) -> None:
        async def reached() -> bool:
            return len(seen) >= count

        await eventually(reached)

    for round_ in (1, 2):
        own = follower()
        async with job(follow_log(own, "tips", running.tail(), running.leases())):
            await asyncio.gather(*(running.add(uuid4(), 0, Opened(colour="red")) for _ in range(15)))
            await all_of(15 * round_)
    assert seen == list(range(1, 31))


async def test_of_its_own_log_it_tries_again_what_an_operator_orders_there(running: Kernel) -> None:
    box, tried = uuid4(), 0

    async def fails_at_first(_: Happening) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise Refused("example", "Not yet.")

    def parked() -> list[tuple[int]]:
        with psycopg.connect(running.database.admin) as connection:
            return connection.execute("SELECT position FROM parked_events ORDER BY position").fetchall()

    async def all_parked() -> bool:
        return parked() == [(1,), (2,)]

    async def none_parked() -> bool:
        return parked() == []

    reactions = Reactions(registry(), {Opened: [fails_at_first]}, running.time, "service:tips", "none")
    own = Follower("own", reactions, running.store, running.log, running.pool, running.time)
    async with job(follow_log(own, "tips", running.tail(), running.leases())):
        await running.add(box, 0, Opened(colour="red"), Opened(colour="blue"))
        await eventually(all_parked)
        order = ParkedRetried(follower="own", at=1)
        changes = Changes([Change(uuid4(), 0, [order])], [Effect(RETRY, ("own", 1))])
        await running.store.append(changes, origin(), running.time.now())
        await eventually(none_parked)
    assert tried == 3


class Road:
    """The upstream's stream, as its relay would fill it."""

    def __init__(self, admin: Client) -> None:
        self._admin = admin
        self._position = 0

    async def publish(self, stream: UUID, number: int, event: Event, **altered: object) -> None:
        self._position += 1
        notification = upstream_event(stream, number, event, self._position, **altered)
        subject = subject_of("rapid_assessment", "rapid_assessment.counted", frozenset({"rapid_assessment.counted"}))
        await self._admin.jetstream().publish(
            subject, notification.state, headers=headers_of("rapid_assessment", notification)
        )

    async def publish_foreign(self) -> None:
        """A message that no relay wrote."""
        await self._admin.jetstream().publish("evt.rapid_assessment.counted", b"Example Child Marked")


@asynccontextmanager
async def road_of(server: Nats) -> AsyncIterator[Road]:
    admin = await nats.connect(server.url, nkeys_seed_str=server.admin_seed)
    try:
        await make_streams(admin, ["rapid_assessment"], [LISTENER])
        yield Road(admin)
    finally:
        await admin.close()


Until = Callable[[], Awaitable[bool]]


def at(here: Here, position: int) -> Until:
    async def reached() -> bool:
        return await here.follower.position() >= position

    return reached


async def test_a_stream_is_followed_in_order_and_what_no_relay_wrote_is_dropped(here: Here, nats_server: Nats) -> None:
    stream, other = uuid4(), uuid4()
    async with road_of(nats_server) as road:
        client = await connect(nats_server.url, nats_server.seeds["tips"], "tips")
        try:
            async with job(follow_stream(here.follower, client, "RAPID_ASSESSMENT", NAME, here.running.leases())):
                for version in range(1, 11):
                    await road.publish(stream, version, Counted(things=1))
                await road.publish_foreign()
                await road.publish(other, 1, Counted(things=1), version=2)
                await road.publish(stream, 11, Counted(things=1))
                await eventually(at(here, 12))
        finally:
            await client.close()
    assert here.mirror.seen == [*range(1, 11), 12]
    assert await here.mirror.things(stream) == 11
    assert [position for position, _, _ in here.parked()] == [11]


async def test_a_follower_killed_in_the_middle_is_succeeded_by_another_without_loss_or_doubling(
    running: Kernel, tmp_path: Path, nats_server: Nats
) -> None:
    stream = uuid4()
    async with road_of(nats_server) as road, kernel(running.database, tmp_path) as second:
        for version in range(1, 31):
            await road.publish(stream, version, Counted(things=1))
        followers: Sequence[Here] = [Here(running), Here(second)]
        for number, here in enumerate(followers, 1):
            client = await connect(nats_server.url, nats_server.seeds["tips"], "tips")
            work = follow_stream(here.follower, client, "RAPID_ASSESSMENT", NAME, here.running.leases())
            async with job(work):
                await eventually(at(here, number * 15))
            await client.close()
        assert await followers[0].mirror.things(stream) == 30

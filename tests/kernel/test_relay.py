"""The relay: the whole log, in order, once, whatever fails between the two servers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import psycopg
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeout

from deploy.embedded.streams import make_streams
from services.kernel.background import Background
from services.kernel.batch import Effect
from services.kernel.messages import NotOurs, connect, event_id_of, incoming_of, subject_of
from services.kernel.relay import PUBLISH_AGAIN, CheckpointMoved, Relay
from services.kernel.stored_form import recorded_at_of
from services.kernel.traces import traceparent_of
from tests.kernel.toy import Counted, Kernel, Opened, eventually, job, kernel
from tests.support.servers import Database, Nats

CONTRACT = frozenset({Opened.NAME})


@dataclass
class House:
    """One service with its log, and the message server it publishes to."""

    running: Kernel
    client: Client
    admin: Client

    def relay(self, client: Any = None) -> Relay:
        """A relay over this service's log; `client` may be one that fails."""
        parts = self.running
        return Relay(
            "tips",
            "TIPS",
            CONTRACT,
            parts.leases(),
            parts.pool,
            parts.tail(),
            client or self.client,
        )

    async def fill(self, count: int) -> None:
        """So many events, of both kinds."""
        for _ in range(count // 2):
            await self.running.add(uuid4(), 0, Opened(colour="red"), Counted(things=1))

    async def messages(self) -> Sequence[Msg]:
        """The whole stream, as one who may read everything sees it."""
        jetstream = self.admin.jetstream()
        info = await jetstream.stream_info("TIPS")
        reader = await jetstream.subscribe("*.tips.>", stream="TIPS", ordered_consumer=True)
        found = [await reader.next_msg(timeout=5) for _ in range(info.state.messages)]
        await reader.unsubscribe()
        return found

    async def positions(self) -> list[int]:
        """The log positions in the order of the stream."""
        return [incoming_of(message).position for message in await self.messages()]

    async def published(self, relay: Relay) -> None:
        """Returns when all that is stored is published."""

        async def all_of_it() -> bool:
            return await relay.position() == await self.running.log.last_position()

        await eventually(all_of_it)


@pytest.fixture
async def house(database: Database, nats_server: Nats, tmp_path: Path) -> AsyncIterator[House]:
    async with kernel(database, tmp_path) as running, admin_of(nats_server) as admin:
        await make_streams(admin, ["tips"], [])
        client = await connect(nats_server.url, nats_server.seeds["tips"], "tips")
        try:
            yield House(running, client, admin)
        finally:
            await client.close()


@asynccontextmanager
async def kept(relay: Relay) -> AsyncIterator[None]:
    """As a service keeps it: started again when an operator moved its checkpoint under its feet."""
    background = Background({"relay": relay.run})
    background.start()
    try:
        yield
    finally:
        await background.close()


@asynccontextmanager
async def admin_of(server: Nats) -> AsyncIterator[Client]:
    client = await nats.connect(server.url, nkeys_seed_str=server.admin_seed)
    try:
        yield client
    finally:
        await client.close()


async def test_the_log_is_published_in_its_order_while_it_grows(house: House) -> None:
    await house.fill(20)
    relay = house.relay()
    async with job(relay.run()):
        await asyncio.gather(house.fill(20), house.fill(20))
        await house.published(relay)
    assert await house.positions() == list(range(1, 61))


async def test_contract_events_go_out_under_evt_and_all_others_under_log(house: House) -> None:
    await house.fill(4)
    relay = house.relay()
    async with job(relay.run()):
        await house.published(relay)
    subjects = [message.subject for message in await house.messages()]
    assert subjects == ["evt.tips.box_opened", "log.tips.box.counted"] * 2
    assert subject_of("tips", "clock.missed", CONTRACT) == "log.tips.clock.missed"


async def test_a_message_is_a_cloudevent_whose_body_is_the_stored_state(house: House) -> None:
    stream = uuid4()
    await house.running.add(stream, 0, Opened(colour="red"), Counted(things=1))
    relay = house.relay()
    async with job(relay.run()):
        await house.published(relay)
    second = (await house.messages())[1]
    (_, stored) = await house.running.log.after(0, 10)
    assert second.data == stored.state
    recorded_at = recorded_at_of(stored.state)
    assert recorded_at is not None
    headers = second.headers or {}
    assert {name: value for name, value in headers.items() if not name.startswith("Nats-")} == {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": str(event_id_of(stored.state)),
        "ce-source": "/muster/tips",
        "ce-type": "box.counted",
        "ce-time": recorded_at.isoformat(),
        "ce-position": "2",
        "ce-stream": str(stream),
        "ce-streamversion": "2",
        "traceparent": traceparent_of(stored),
    }
    assert headers["Nats-Msg-Id"] == headers["ce-id"]
    assert incoming_of(second).notification == stored
    assert incoming_of(second).source == "tips"


class LosesAnswers:
    """A client whose acknowledgement of every third message is lost, after the server stored it."""

    def __init__(self, real: Client) -> None:
        self._real = real
        self._sent = 0

    def jetstream(self, **options: Any) -> "LosesAnswers":
        self._context = self._real.jetstream(**options)
        return self

    async def publish(self, *arguments: Any, **options: Any) -> Any:
        self._sent += 1
        answer = await self._context.publish(*arguments, **options)
        if self._sent % 3 == 0:
            raise NatsTimeout
        return answer


async def test_a_lost_acknowledgement_leads_to_no_duplicate_and_no_gap(house: House) -> None:
    await house.fill(10)
    losing = house.relay(LosesAnswers(house.client))
    for _ in range(4):
        with pytest.raises(NatsTimeout):
            await losing.run()
    whole = house.relay()
    async with job(whole.run()):
        await house.published(whole)
    assert await house.positions() == list(range(1, 11))


async def test_a_relay_killed_before_its_checkpoint_moved_publishes_nothing_twice(house: House) -> None:
    await house.fill(6)
    for _ in range(2):
        relay = house.relay()
        async with job(relay.run()):
            await house.published(relay)
        with psycopg.connect(house.running.database.admin) as connection:
            connection.execute("UPDATE checkpoints SET position = 0")
    assert await house.positions() == list(range(1, 7))


async def test_two_relays_side_by_side_publish_once_and_in_order(house: House) -> None:
    one, other = house.relay(), house.relay()
    async with job(one.run()), job(other.run()):
        await house.fill(40)
        await house.published(one)
    assert await house.positions() == list(range(1, 41))


async def test_the_checkpoint_moves_only_from_where_it_stood(house: House) -> None:
    await house.fill(4)
    relay = house.relay()
    await relay._advance(0, 2)
    with pytest.raises(CheckpointMoved):
        await relay._advance(0, 4)
    with pytest.raises(CheckpointMoved):
        await relay._advance(1, 4)
    assert await relay.position() == 2
    await relay._advance(2, 4)
    assert await relay.position() == 4


async def test_after_the_stream_was_lost_the_whole_log_is_published_again(house: House) -> None:
    await house.fill(10)
    relay = house.relay()
    async with kept(relay):
        await house.published(relay)
        await house.admin.jetstream().delete_stream("TIPS")
        await make_streams(house.admin, ["tips"], [])
        assert await house.positions() == []
        await house.running.store.append_beside([Effect(PUBLISH_AGAIN, (0,))], None)

        async def all_again() -> bool:
            return (await house.admin.jetstream().stream_info("TIPS")).state.messages == 10

        await eventually(all_again)
        await house.published(relay)
    assert await house.positions() == list(range(1, 11))


async def test_published_again_to_a_stream_that_has_it_nothing_is_doubled_and_order_stays(house: House) -> None:
    await house.fill(10)
    relay = house.relay()
    async with kept(relay):
        await house.published(relay)
        await house.running.store.append_beside([Effect(PUBLISH_AGAIN, (4,))], None)
        await house.fill(2)
        await house.published(relay)
    assert await house.positions() == list(range(1, 13))


async def test_set_to_publish_again_the_checkpoint_never_moves_forward(house: House) -> None:
    await house.fill(4)
    relay = house.relay()
    await relay._advance(0, 2)
    await house.running.store.append_beside([Effect(PUBLISH_AGAIN, (4,))], None)
    assert await relay.position() == 2


async def test_what_no_relay_wrote_is_told_apart() -> None:
    whole = {
        "ce-source": "/muster/tips",
        "ce-stream": str(uuid4()),
        "ce-streamversion": "1",
        "ce-type": "box.counted",
        "ce-position": "7",
    }

    def message(headers: dict[str, str] | None) -> Msg:
        return Msg(_client=None, subject="evt.tips.x", data=b"{}", headers=headers)  # type: ignore[arg-type]  # never sent

    assert incoming_of(message(whole)).position == 7
    broken = [{name: value for name, value in whole.items() if name != missing} for missing in whole]
    broken += [whole | {"ce-position": "Example"}, whole | {"ce-stream": "Example"}, whole | {"ce-streamversion": ""}]
    for headers in (None, {}, *broken):
        with pytest.raises(NotOurs):
            incoming_of(message(headers))

"""What the NATS user of a service may never do, tried on the real nats-server."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from deploy.embedded.nats import make_seed
from deploy.embedded.streams import make_streams
from deploy.topology import LISTENERS, SERVICES, WATCHED, stream_name, watched_subject
from tests.support.servers import Nats

PUBLISHERS = [service.name for service in SERVICES]
# Long enough for an answer from this machine, short enough for a test in which none may come.
NO_ANSWER_SECONDS = 0.15


@asynccontextmanager
async def signed_in(server: Nats, seed: str, inbox: str = "_INBOX") -> AsyncIterator[tuple[Client, list[str]]]:
    """A connection, and the refusals the server has sent to it."""
    refusals: list[str] = []

    async def note(error: Exception) -> None:
        refusals.append(str(error))

    client = await nats.connect(
        server.url, nkeys_seed_str=seed, inbox_prefix=inbox, error_cb=note, allow_reconnect=False
    )
    try:
        yield client, refusals
    finally:
        await client.close()


@asynccontextmanager
async def as_service(server: Nats, service: str) -> AsyncIterator[tuple[Client, list[str]]]:
    async with signed_in(server, server.seeds[service], f"_INBOX_{service}") as connected:
        yield connected


@pytest.fixture
async def admin(nats_server: Nats) -> AsyncIterator[Client]:
    """The installer's connection, with the streams and consumers of the house."""
    async with signed_in(nats_server, nats_server.admin_seed) as (client, _):
        await make_streams(client, PUBLISHERS, LISTENERS)
        yield client


async def refused(
    client: Client, refusals: list[str], attempt: Callable[[str], Awaitable[object]], subject: str
) -> bool:
    """Whether the server refused what `attempt` did. The client tells of a refusal in a task of its own, so wait."""
    await attempt(subject)
    await client.flush()
    for _ in range(200):
        if any("permissions violation" in each.lower() and f'"{subject.lower()}"' in each.lower() for each in refusals):
            return True
        await asyncio.sleep(0.01)
    return False


async def test_a_service_publishes_its_own_log_and_nothing_else(nats_server: Nats, admin: Client) -> None:
    async with as_service(nats_server, "tips") as (tips, refusals):
        for subject in ("evt.tips.example", "log.tips.example"):
            assert (await tips.jetstream().publish(subject, b"{}")).stream == "TIPS"
        for subject in (
            "evt.rapid_assessment.example",
            "log.identity.example",
            "evt.tips",
            "anything",
            "_INBOX_audit.x",
            "$SYS.REQ.SERVER.PING",
        ):
            assert await refused(tips, refusals, tips.publish, subject), subject
    assert (await admin.jetstream().stream_info("RAPID_ASSESSMENT")).state.messages == 0
    assert (await admin.jetstream().stream_info("TIPS")).state.messages == 2


async def test_a_service_hears_answers_to_itself_and_nothing_else(nats_server: Nats, admin: Client) -> None:
    async with as_service(nats_server, "tips") as (tips, refusals):
        await tips.subscribe("_INBOX_tips.mine")
        for subject in (">", "evt.tips.>", "evt.>", "log.identity.>", "_INBOX.>", "_INBOX_audit.>", "$JS.>", "$SYS.>"):
            assert await refused(tips, refusals, tips.subscribe, subject), subject
        assert not any("_inbox_tips.mine" in each.lower() for each in refusals)


@pytest.mark.parametrize(
    "request_subject",
    [
        "$JS.API.CONSUMER.MSG.NEXT.TIPS.audit-from-tips",
        "$JS.API.CONSUMER.MSG.NEXT.IDENTITY.audit-from-identity",
        "$JS.API.CONSUMER.INFO.TIPS.audit-from-tips",
        "$JS.API.CONSUMER.CREATE.TIPS",
        "$JS.API.CONSUMER.CREATE.IDENTITY.of-my-own.log.identity.>",
        "$JS.API.CONSUMER.DURABLE.CREATE.TIPS.of-my-own",
        "$JS.API.CONSUMER.DELETE.TIPS.audit-from-tips",
        "$JS.API.CONSUMER.PAUSE.TIPS.audit-from-tips",
        "$JS.API.STREAM.PURGE.TIPS",
        "$JS.API.STREAM.DELETE.TIPS",
        "$JS.API.STREAM.UPDATE.TIPS",
        "$JS.API.STREAM.MSG.DELETE.TIPS",
        "$JS.API.STREAM.MSG.GET.TIPS",
        "$JS.API.DIRECT.GET.TIPS",
        "$JS.API.STREAM.CREATE.OF_MY_OWN",
        "$JS.API.STREAM.NAMES",
        "$JS.API.INFO",
        "$JS.ACK.TIPS.audit-from-tips.1.1.1.1.0",
        "$JS.ACK.hub.account.TIPS.audit-from-tips.1.1.1.1.0",
    ],
)
async def test_a_service_is_refused_what_is_not_its_own(nats_server: Nats, admin: Client, request_subject: str) -> None:
    for service in ("tips", "rapid_assessment"):
        async with as_service(nats_server, service) as (client, refusals):
            with pytest.raises((nats.errors.TimeoutError, nats.errors.NoRespondersError)):
                await client.request(request_subject, b"{}", timeout=NO_ANSWER_SECONDS)
            assert any("permissions violation" in each.lower() for each in refusals)
    assert len(await admin.jetstream().streams_info()) == len(PUBLISHERS)
    assert (await admin.jetstream().consumer_info("TIPS", "audit-from-tips")).config.name == "audit-from-tips"


async def test_a_listener_reads_and_acknowledges_in_order_with_its_rights(nats_server: Nats, admin: Client) -> None:
    async with as_service(nats_server, "tips") as (tips, _):
        for number in range(3):
            await tips.jetstream().publish("log.tips.example", b"inner")
            await tips.jetstream().publish("evt.tips.example", json.dumps(number).encode())
    async with as_service(nats_server, "rapid_assessment") as (reader, refusals):
        subscription = await reader.jetstream().pull_subscribe_bind("rapid_assessment-from-tips", "TIPS")
        read = []
        for _ in range(3):
            (message,) = await subscription.fetch(1, timeout=5)
            read.append(json.loads(message.data))
            await message.ack_sync(timeout=5)
    assert read == [0, 1, 2]
    assert not refusals


async def test_the_console_hears_that_something_changed_and_never_what(nats_server: Nats, admin: Client) -> None:
    async with as_service(nats_server, "console") as (console, refusals), as_service(nats_server, "tips") as (tips, _):
        heard = await console.subscribe(watched_subject("tips"))
        await console.flush()
        for subject in ("evt.tips.example", "log.tips.example"):
            await tips.jetstream().publish(subject, b"a body that nobody but its readers is told")
            message = await heard.next_msg(timeout=5)
            assert message.subject == f"watched.tips.{subject}"
            assert message.data == b""
        assert not refusals


async def test_the_console_says_nothing_and_hears_nothing_else(nats_server: Nats, admin: Client) -> None:
    async with as_service(nats_server, "console") as (console, refusals):
        others = ("evt.tips.>", "log.tips.>", "_INBOX.>", "_INBOX_tips.>")
        for subject in (">", "watched.>", "watched.identity.>", *others):
            assert await refused(console, refusals, console.subscribe, subject), subject
        for subject in ("evt.tips.example", "log.console.example", "watched.tips.example", "$JS.API.INFO"):
            assert await refused(console, refusals, console.publish, subject), subject
    for service in WATCHED:
        assert (await admin.jetstream().stream_info(stream_name(service))).state.messages == 0


async def test_a_strangers_key_is_refused(nats_server: Nats) -> None:
    with pytest.raises(nats.errors.Error):
        async with signed_in(nats_server, make_seed()):
            pass
    with pytest.raises(nats.errors.Error):
        await nats.connect(nats_server.url, allow_reconnect=False, max_reconnect_attempts=0)


async def test_making_the_streams_again_moves_no_consumer_and_loses_nothing(nats_server: Nats, admin: Client) -> None:
    await admin.jetstream().publish("evt.tips.example", b"{}")
    subscription = await admin.jetstream().pull_subscribe_bind("rapid_assessment-from-tips", "TIPS")
    (message,) = await subscription.fetch(1, timeout=5)
    await message.ack_sync(timeout=5)
    await make_streams(admin, PUBLISHERS, LISTENERS)
    assert (await admin.jetstream().stream_info("TIPS")).state.messages == 1
    info = await admin.jetstream().consumer_info("TIPS", "rapid_assessment-from-tips")
    assert info.num_pending == 0
    assert info.ack_floor is not None
    assert info.ack_floor.stream_seq == 1


async def test_not_even_the_installer_can_purge_a_stream(admin: Client) -> None:
    await admin.jetstream().publish("evt.tips.example", b"{}")
    with pytest.raises(nats.errors.Error):
        await admin.jetstream().purge_stream(stream_name("tips"))
    assert (await admin.jetstream().stream_info("TIPS")).state.messages == 1
    with pytest.raises(NotFoundError):
        await admin.jetstream().stream_info("NO_SUCH_STREAM")

"""Makes the streams and consumers of the house. Run at every start; what stands already is left as it is."""

import contextlib
from collections.abc import Iterable

from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RePublish, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from deploy.topology import WATCHED, Listener, stream_name, watched_subject
from services.kernel.messages import CONTRACT, INTERNAL

# A relay that starts again publishes what it is unsure of once more; within this time the stream knows it by its id.
# What comes again later lies in the stream twice, and every follower passes over it by its position. The server keeps
# the ids in memory: a longer time would be paid for in every busy night.
DUPLICATE_WINDOW_SECONDS = 2 * 60.0
ACK_WAIT_SECONDS = 5.0


def stream(service: str) -> StreamConfig:
    """A service's whole log, in order; nothing in it is deleted, purged or limited."""
    told = RePublish(src=">", dest=watched_subject(service), headers_only=True) if service in WATCHED else None
    return StreamConfig(
        name=stream_name(service),
        subjects=[f"evt.{service}.>", f"log.{service}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        deny_delete=True,
        deny_purge=True,
        republish=told,
    )


def consumer(listener: Listener) -> ConsumerConfig:
    """One message at a time, again and again until it is acknowledged: order is kept through every failure."""
    return ConsumerConfig(
        durable_name=listener.durable,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=1,
        filter_subject=listener.subject,
    )


async def published(admin: Client, service: str) -> int:
    """The last position of a service's log that its stream holds; 0 for none."""
    found = 0
    for kind in (CONTRACT, INTERNAL):
        with contextlib.suppress(NotFoundError, KeyError, ValueError):
            last = await admin.jetstream().get_last_msg(stream_name(service), f"{kind}.{service}.>")
            found = max(found, int((last.headers or {})["ce-position"]))
    return found


async def make_streams(admin: Client, publishers: Iterable[str], listeners: Iterable[Listener]) -> None:
    """Creates or brings up to date; running it again changes nothing and moves no consumer."""
    jetstream = admin.jetstream()
    for service in publishers:
        wanted = stream(service)
        try:
            await jetstream.stream_info(stream_name(service))
            await jetstream.update_stream(wanted)
        except NotFoundError:
            await jetstream.add_stream(wanted)
    for listener in listeners:
        await jetstream.add_consumer(stream_name(listener.upstream), consumer(listener))

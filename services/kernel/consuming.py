"""Where a follower's events come from: another service's stream, or its own service's log."""

import logging

from nats.aio.client import Client
from nats.errors import TimeoutError as NothingCame

from services.kernel.bell import set_within, until_next_look
from services.kernel.follower import Follower
from services.kernel.lease import Leases
from services.kernel.messages import Incoming, NotOurs, incoming_of
from services.kernel.operations import ParkedRetried
from services.kernel.tail import READ_LIMIT, Tail

LOOK_AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


async def follow_stream(follower: Follower, nats: Client, stream: str, durable: str, leases: Leases) -> None:
    """For ever, one message at a time: the next comes when this one is acknowledged, after its effect is durable."""
    async with leases.lease(follower.name) as held:
        jetstream = nats.jetstream()
        subscription = await jetstream.pull_subscribe_bind(durable, stream)
        await follower.retry_parked()
        while True:
            await held.check()
            try:
                # Batches larger than one were seen to stall with this client.
                (message,) = await subscription.fetch(1, timeout=until_next_look(LOOK_AGAIN_SECONDS))
            except (TimeoutError, NothingCame):
                # While events come, each has it tried before it.
                await follower.retry_parked()
                continue
            try:
                incoming = incoming_of(message)
            except NotOurs:
                log.warning("message without a relay's headers dropped", extra={"stream": stream})
                await message.term()
                continue
            await follower.take(incoming)
            await message.ack()


async def follow_log(follower: Follower, service: str, tail: Tail, leases: Leases) -> None:
    """For ever: what this service does about its own events."""
    async with leases.lease(follower.name) as held:
        position = await follower.position()
        await follower.retry_parked()
        while True:
            bell = tail.next()
            found = await tail.after(position)
            await follower.take_all([Incoming(service, notification) for notification in found])
            if found:
                position = found[-1].id
            # The order to try again stands in this log itself: to look for one at every ring was a third of all looks.
            if any(notification.topic == ParkedRetried.NAME for notification in found):
                await follower.retry_parked()
            if len(found) < READ_LIMIT:
                # What was appended since the look has rung the bell: a second look by each follower would find nothing.
                await set_within(bell, until_next_look(LOOK_AGAIN_SECONDS))
            await held.check()

"""Events on the road: CloudEvents 1.0 in NATS binary mode, one message an event, its body the stored state as it is."""

from uuid import UUID

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.kernel.stored_form import Logged, recorded_at_of

CONTRACT = "evt"
INTERNAL = "log"


class Incoming(msgspec.Struct, frozen=True):
    """An event as a follower receives it, from its own service's log or from another's stream.

    `traceparent` is the W3C header of the message, empty where there was none.
    """

    source: str
    notification: Logged
    traceparent: str = ""

    @property
    def position(self) -> int:
        """Its place in the log of its source."""
        return self.notification.id

    @property
    def stream(self) -> UUID:
        """The aggregate it belongs to."""
        return self.notification.originator_id


class NotOurs(Exception):
    """A message without the headers every relay writes."""


def subject_of(service: str, topic: str, contract: frozenset[str]) -> str:
    """Contract events go out under `evt.`; all others under `log.`, which only the audit service may read."""
    if topic in contract:
        return f"{CONTRACT}.{topic}"
    return f"{INTERNAL}.{service}.{topic}"


def headers_of(service: str, event: Logged) -> dict[str, str]:
    """CloudEvents attributes; `Nats-Msg-Id` lets the server drop what it has already."""
    identity = event_id_of(event.state)
    recorded_at = recorded_at_of(event.state)
    return {
        "Nats-Msg-Id": str(identity),
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": str(identity),
        "ce-source": f"/muster/{service}",
        "ce-type": event.topic,
        "ce-time": recorded_at.isoformat() if recorded_at else "",
        "ce-position": str(event.id),
        "ce-stream": str(event.originator_id),
        "ce-streamversion": str(event.originator_version),
    }


def incoming_of(message: Msg) -> Incoming:
    """Raises `NotOurs`."""
    headers = message.headers or {}
    try:
        source = headers["ce-source"].removeprefix("/muster/")
        notification = Logged(
            UUID(headers["ce-stream"]),
            int(headers["ce-streamversion"]),
            headers["ce-type"],
            message.data,
            id=int(headers["ce-position"]),
        )
    except (KeyError, ValueError) as error:
        raise NotOurs from error
    return Incoming(source, notification, headers.get("traceparent", ""))


class _Identity(msgspec.Struct):
    event_id: UUID


def event_id_of(state: bytes) -> UUID:
    """The id inside a stored state."""
    return msgspec.json.decode(state, type=_Identity).event_id


async def connect(url: str, seed: str, service: str) -> Client:
    """A connection that comes back by itself for ever. Raises when the first attempt fails."""
    return await nats.connect(
        url,
        nkeys_seed_str=seed,
        name=service,
        inbox_prefix=f"_INBOX_{service}".encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
        connect_timeout=2,
        # A wire that is dead at the far end is seen within half a minute; the client's own habit takes four.
        ping_interval=10,
        max_outstanding_pings=2,
    )

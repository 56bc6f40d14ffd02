"""Keeps every row of another service's log as it is, in order, and notes when one never came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from services.audit.copy.events import GapFound
from services.kernel.batch import Effect
from services.kernel.follower import Process, Reacted
from services.kernel.log import Log
from services.kernel.messages import Incoming
from services.kernel.store import Change, Changes
from services.kernel.stored_form import BadState, Origin
from services.kernel.time_source import TimeSource

INSERT = """
    INSERT INTO copied_events
        (source, position, stream, version, topic, state, event_id, correlation, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class Head(msgspec.Struct, frozen=True):
    """What of a stored state the copy is searched by. Whatever else the state holds, of any version, is kept unread."""

    event_id: UUID
    correlation_id: UUID
    recorded_at: datetime


def head_of(state: bytes) -> Head:
    """Raises `BadState`; the message carries nothing of the event."""
    try:
        return msgspec.json.decode(state, type=Head)
    except msgspec.MsgspecError as error:
        raise BadState("The row lacks an event id, a correlation id or the time it was recorded.") from error


def copying(source: str, follower: str, events: Log, time: TimeSource, policy: str) -> Process:
    """The process that copies `source`. `follower` is the name its progress is kept under; `policy` is on record."""

    async def copy(incoming: Incoming) -> Reacted:
        tracked = await events.tracked(follower) or 0
        gap = gap_before(source, tracked, incoming.position)
        finding = uuid4()
        origin = Origin(
            actor="service:audit",
            agency="",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=finding,
            policy=policy,
        )
        streams = [Change(finding, 0, gap)] if gap else []
        return Reacted(Changes(streams, [_keep(source, incoming)]), origin, time.now())

    return copy


def gap_before(source: str, tracked: int, position: int) -> Sequence[GapFound]:
    """What to record when `position` arrives after `tracked`. Positions have no gaps where they are given."""
    if position <= tracked + 1:
        return ()
    return (GapFound(source=source, after=tracked, before=position),)


def _keep(source: str, incoming: Incoming) -> Effect:
    event = incoming.notification
    head = head_of(event.state)
    row = (source, event.id, incoming.stream, event.originator_version, event.topic, event.state)
    return Effect(INSERT, (*row, head.event_id, head.correlation_id, head.recorded_at))

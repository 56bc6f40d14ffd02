"""A log that is shorter at a start than it was published: its database was put back from a backup.

Whoever follows it has passed those positions and would pass over whatever stood there next, a child's tip perhaps. So
they are filled before anything is decided, and the log goes on behind them. It hides nothing: each says what it is, and
audit, which has what stood there, finds the log rolled back until two people declare it (docs/decisions/proof.md).
"""

import logging
from uuid import UUID, uuid4

import msgspec

from contracts.language import Event
from services.kernel.log import Log
from services.kernel.operations import LOST, LogWentBack, PositionLost
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Origin, stream_of
from services.kernel.time_source import TimeSource

AT_ONCE = 500

log = logging.getLogger(__name__)


async def go_on_behind(known: int, service: str, events: Log, store: EventStore, policy: str, time: TimeSource) -> None:
    """Fills the positions after the last up to `known`. Nobody else appends yet."""
    kept = await events.last_position()
    if kept >= known:
        return
    log.error("the log is shorter than it was published: it goes on behind that", extra={"position": kept})
    stream, version = await _begun(events, kept) or (uuid4(), 0)
    origin = Origin(
        actor=f"service:{service}",
        agency="",
        command_id=uuid4(),
        causation_id=None,
        correlation_id=stream,
        policy=policy,
    )
    while kept < known:
        filling: list[Event] = [PositionLost(known=known)] * min(AT_ONCE, known - kept)
        if version == 0:
            filling[0] = LogWentBack(kept=kept, known=known)
        await store.append(Changes([Change(stream, version, filling)]), origin, time.now())
        kept, version = kept + len(filling), version + len(filling)


async def _begun(events: Log, kept: int) -> tuple[UUID, int] | None:
    """Where an earlier start was killed on the way: the stream it filled with, and how far."""
    last = await events.between(kept, kept, 1) if kept else ()
    if not last or last[0].topic not in LOST:
        return None
    known = msgspec.json.decode(last[0].state, type=_State).data.known
    return (stream_of(last[0]), last[0].originator_version) if known > kept else None


class _Data(msgspec.Struct):
    known: int


class _State(msgspec.Struct):
    data: _Data

"""Messages that ask somebody, kept in memory as the database would keep them; a crash may lose what a carrier said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.rapid_assessment.seat_messages import HOUR, Leave, Message, known_of
from tests.services.rapid_assessment.streams import Streams


class DrillMessagesInMemory:
    """As `MessagesInMemory`, of the pages of drills."""

    def __init__(self, *, lost: bool = False) -> None:
        self.rows: dict[tuple[UUID, str], tuple[int, str]] = {}
        self.lost = lost

    async def begin(self, page: UUID, channel: str, now: datetime) -> Leave:
        before = self.rows.get((page, channel))
        known = known_of(before)
        if known is not None:
            return known
        self.rows[page, channel] = (before[0] + 1 if before else 1, "unknown")
        return Leave.ONCE_MORE if before else Leave.GO

    async def end(self, page: UUID, channel: str, *, taken: bool) -> None:
        if not self.lost:
            self.rows[page, channel] = (self.rows[page, channel][0], "taken" if taken else "refused")


class MessagesInMemory:
    """`lost`: the process dies after each send, before what the carrier said is written down."""

    def __init__(self, streams: Streams, *, an_hour: int = 6, lost: bool = False) -> None:
        self.rows: dict[tuple[Message, str], tuple[int, str, datetime]] = {}
        self.lost = lost
        self._streams = streams
        self._an_hour = an_hour

    async def begin(self, message: Message, channel: str, team_at: int, now: datetime) -> Leave:
        before = self.rows.get((message, channel))
        known = known_of(before[:2] if before else None)
        if known is not None:
            return known
        if team_at != len(self._streams.events[message.team]):
            return Leave.CHANGED
        if self._sent(message, now - HOUR) >= self._an_hour:
            return Leave.BRAKED
        self.rows[message, channel] = (before[0] + 1 if before else 1, "unknown", now)
        return Leave.ONCE_MORE if before else Leave.GO

    async def end(self, message: Message, channel: str, *, taken: bool) -> None:
        if not self.lost:
            tries, _, at = self.rows[message, channel]
            self.rows[message, channel] = (tries, "taken" if taken else "refused", at)

    async def sent_since(self, channel: str, moment: datetime) -> Sequence[Message]:
        return [
            message
            for (message, by), (_, outcome, at) in self.rows.items()
            if by == channel and at >= moment and outcome != "refused"
        ]

    def _sent(self, message: Message, since: datetime) -> int:
        return sum(
            tries
            for (each, _), (tries, outcome, at) in self.rows.items()
            if each.responder == message.responder and at > since and outcome != "refused"
        )

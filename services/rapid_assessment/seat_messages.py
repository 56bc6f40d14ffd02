"""Messages that ask somebody for a seat: each is written down before it goes out, once for a channel of a rung.

The seat is looked at once more in the transaction that writes it down: where anything happened to the team since it was
read, nothing goes out, and it is read again. What a crash left unknown goes out once more, marked, and never a third
time. Nobody is sent more of them within an hour than is on file.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.kernel.time_source import TimeSource

HOUR = timedelta(hours=1)


class Message(NamedTuple):
    """One message by whatever channel. `rung` is the proposal by which it was reached, or by which a person asked."""

    team: UUID
    seat: str
    rung: UUID
    responder: UUID


class Leave(StrEnum):
    """Whether a message may go out by a channel, and what became of it where it may not."""

    GO = "go"
    ONCE_MORE = "once_more"
    TAKEN = "taken"
    REFUSED = "refused"
    BRAKED = "braked"
    CHANGED = "changed"


class SeatMessages(Protocol):
    """Keeps what went out."""

    async def begin(self, message: Message, channel: str, team_at: int, now: datetime) -> Leave:
        """Writes it down, if it may go out: the team must stand at the version `team_at`."""
        ...

    async def end(self, message: Message, channel: str, *, taken: bool) -> None:
        """What the carrier said."""
        ...

    async def sent_since(self, channel: str, moment: datetime) -> Sequence[Message]:
        """Those that went out by this channel, or may have, at that moment or later."""
        ...


_STANDS_AT = "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = %s"
# Two who send to one person at once would each count without the other.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext(%s))"
_SENT = """
    SELECT coalesce(sum(tries), 0) FROM seat_messages WHERE responder = %s AND last_at > %s AND outcome <> 'refused'
"""
_SINCE = """
    SELECT team, seat, rung, responder FROM seat_messages WHERE channel = %s AND last_at >= %s AND outcome <> 'refused'
"""
_BEFORE = """
    SELECT tries, outcome FROM seat_messages
    WHERE team = %s AND seat = %s AND rung = %s AND responder = %s AND channel = %s
"""
_BEGIN = """
    INSERT INTO seat_messages (team, seat, rung, responder, channel, tries, outcome, last_at)
    VALUES (%s, %s, %s, %s, %s, 1, 'unknown', %s)
    ON CONFLICT (team, seat, rung, responder, channel) DO UPDATE SET tries = seat_messages.tries + 1, last_at = %s
"""
_END = """
    UPDATE seat_messages SET outcome = %s
    WHERE team = %s AND seat = %s AND rung = %s AND responder = %s AND channel = %s
"""


class KeptMessages:
    """In the service's own database."""

    def __init__(self, pool: AsyncConnectionPool, an_hour: int) -> None:
        self._pool = pool
        self._an_hour = an_hour

    async def begin(self, message: Message, channel: str, team_at: int, now: datetime) -> Leave:
        async with self._pool.connection() as connection:
            await connection.execute(_ONE_AT_A_TIME, (str(message.responder),))
            before = await (await connection.execute(_BEFORE, (*message, channel))).fetchone()
            known = known_of(before)
            if known is not None:
                return known
            stands_at = await (await connection.execute(_STANDS_AT, (message.team,))).fetchone()
            if stands_at is None or stands_at[0] != team_at:
                return Leave.CHANGED
            sent = await (await connection.execute(_SENT, (message.responder, now - HOUR))).fetchone()
            if sent is not None and sent[0] >= self._an_hour:
                return Leave.BRAKED
            await connection.execute(_BEGIN, (*message, channel, now, now))
            return Leave.ONCE_MORE if before else Leave.GO

    async def end(self, message: Message, channel: str, *, taken: bool) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(_END, ("taken" if taken else "refused", *message, channel))

    async def sent_since(self, channel: str, moment: datetime) -> Sequence[Message]:
        async with self._pool.connection() as connection:
            found = await (await connection.execute(_SINCE, (channel, moment))).fetchall()
        return [Message(*row) for row in found]


def known_of(before: tuple[int, str] | tuple[object, ...] | None) -> Leave | None:
    """What became of it, by tries and outcome; None for what may go out (again).

    What is unknown after two is taken for refused: another channel is tried, and nobody is left without a message.
    """
    match before:
        case (_, "taken"):
            return Leave.TAKEN
        case (_, "refused") | (2, _):
            return Leave.REFUSED
        case _:
            return None


class AsTeamStands:
    """One message by channel after channel, as long as its team stands where it was read."""

    def __init__(self, messages: SeatMessages, message: Message, team_at: int, time: TimeSource) -> None:
        self._messages = messages
        self._message = message
        self._team_at = team_at
        self._time = time

    async def begin(self, kind: str) -> Leave:
        return await self._messages.begin(self._message, kind, self._team_at, self._time.now())

    async def end(self, kind: str, *, taken: bool) -> None:
        await self._messages.end(self._message, kind, taken=taken)

"""A service's log as it stood at a moment: the same reads, of fewer events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import KeyRow
from services.kernel.log import Log
from services.kernel.past.fixed import NotOfThePast
from services.kernel.stored_form import Logged, recorded_at_of

By = Literal["recorded", "happened"]
"""What was known at a moment, or what was true at it, whenever it was typed in."""

Alike = tuple[datetime | None, frozenset[UUID]]
"""Of two logs for which this is the same, the one that ends later has all that the other has, in the same order."""

NOBODYS: frozenset[UUID] = frozenset()


class AsOf(msgspec.Struct, frozen=True):
    """A moment, how it is looked at, and the cases that are left out of what is seen of it."""

    moment: datetime
    by: By
    without: frozenset[UUID] = NOBODYS


class _Told(msgspec.Struct):
    happened_at: datetime
    correlation_id: UUID


_TOLD = msgspec.json.Decoder(_Told)


class LogOfThePast(Log):
    """Ends at a position. By what happened it also lacks what happened later than the moment.

    Nothing in it is of the cases it is `without`: they are as if they had never been.
    """

    def __init__(self, pool: AsyncConnectionPool, as_of: AsOf, end: int) -> None:
        super().__init__(pool)
        self._as_of = as_of
        self._end = end

    @property
    def alike(self) -> Alike:
        """The moment by which things happened, and what it is without; no moment where it only ends."""
        return self._as_of.moment if self._as_of.by == "happened" else None, self._as_of.without

    @property
    def end(self) -> int:
        """The last position there is in it, whether or not it has the event."""
        return self._end

    def go_on_to(self, end: int) -> None:
        """What was typed in meanwhile happened earlier, perhaps."""
        self._end = max(end, self._end)

    async def stream(
        self,
        stream: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Logged]:
        """One aggregate's events in order of version, with gaps where some had not happened yet."""
        return self._known(await super().stream(stream, gt=gt, lte=lte, desc=desc))[:limit]

    async def streams(self, streams: Sequence[UUID]) -> Sequence[Logged]:
        """All events of several aggregates, those of each together and in order of version."""
        return self._known(await super().streams(streams))

    async def between(self, start: int, stop: int | None, limit: int, topics: Sequence[str] = ()) -> Sequence[Logged]:
        """As in the log itself; fewer than `limit` only where there are no more."""
        stop = self._end if stop is None else min(stop, self._end)
        found: list[Logged] = []
        while start <= stop and len(found) < limit:
            rows = await super().between(start, stop, limit, topics)
            found += self._known(rows)
            if len(rows) < limit:
                break
            start = rows[-1].id + 1
        return found[:limit]

    async def last_position(self) -> int:
        """Where it ends."""
        return self._end

    async def tracked(self, follower: str) -> int | None:
        """Raises `NotOfThePast`: how far a follower had come is known of the present alone."""
        raise NotOfThePast

    async def command_key(self, key_digest: bytes) -> KeyRow | None:
        """Raises `NotOfThePast`: nothing is commanded in the past."""
        raise NotOfThePast

    def _known(self, rows: Sequence[Logged]) -> list[Logged]:
        return [row for row in rows if row.id <= self._end and self._has(row)]

    def _has(self, row: Logged) -> bool:
        if self._as_of.by == "recorded" and not self._as_of.without:
            return True
        told = _TOLD.decode(row.state)
        if told.correlation_id in self._as_of.without:
            return False
        return self._as_of.by == "recorded" or told.happened_at <= self._as_of.moment


async def last_recorded_by(log: Log, moment: datetime, last: int) -> int:
    """The last position, up to `last`, that was recorded by then; 0 where none was.

    Positions grow with the time of recording, so that some twenty rows are read of a log of a million.
    """
    known, unknown = 0, last + 1
    while unknown - known > 1:
        middle = (known + unknown) // 2
        (row,) = await log.between(middle, middle, 1)
        if recorded_moment_of(row) <= moment:
            known = middle
        else:
            unknown = middle
    return known


def recorded_moment_of(row: Logged) -> datetime:
    """When a row was recorded. Raises `LookupError` for one that does not say so."""
    recorded_at = recorded_at_of(row.state)
    if recorded_at is None:
        raise LookupError(f"The row at position {row.id} does not say when it was recorded.")
    return recorded_at

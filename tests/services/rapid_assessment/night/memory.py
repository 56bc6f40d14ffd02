"""The database of the service in memory: its log, the table of due moments, who was asked for which team.

Whatever a part of the service asks of it is a moment at which something else may happen, or the process may die.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from eventsourcing.persistence import Tracking

from services.kernel.batch import Effect, StaleVersion, Stored
from services.kernel.claims import CLAIM_AND_READ, REMOVE
from services.kernel.clock import asserted_moment
from services.kernel.due_moments import DUE, WARN, effects_of
from services.kernel.store import Changes, Kind, Loaded
from services.kernel.stored_form import Happening, Logged, Origin
from services.kernel.time_source import TimeSource

S = TypeVar("S")


class Died(BaseException):
    """The process was killed here."""


@dataclass
class Fault:
    """At the touch of that number, from now: the process dies, or something else happens meanwhile."""

    after: int
    happens: Callable[[], Awaitable[None]] | None


@dataclass
class Memory:
    """Appends like the recorder: all or nothing, and nothing that was decided on what no longer stands."""

    time: TimeSource
    log: list[Happening] = field(default_factory=list)
    commits: list[list[Happening]] = field(default_factory=list)
    streams: dict[UUID, list[Happening]] = field(default_factory=lambda: defaultdict(list))
    taken: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    due: dict[tuple[UUID, str], datetime] = field(default_factory=dict)
    removed: list[tuple[UUID, str, datetime]] = field(default_factory=list)
    asked_for: set[tuple[UUID, UUID]] = field(default_factory=set)
    fault: Fault | None = None
    _folded: dict[tuple[str, UUID], tuple[int, Any]] = field(default_factory=dict)

    async def touch(self) -> None:
        """Here the world goes on."""
        fault = self.fault
        if fault is None:
            return
        fault.after -= 1
        if fault.after < 0:
            self.fault = None
            if fault.happens is None:
                raise Died
            await fault.happens()

    async def die(self) -> None:
        """Here the process may die, and nothing that happens meanwhile can be heard of any more."""
        if self.fault is not None and self.fault.happens is None:
            await self.touch()

    async def load(self, kind: Kind[S], stream: UUID, *, until: int | None = None) -> Loaded[S]:
        assert until is None
        await self.touch()
        return self.fold(kind, stream, ())

    def fold(self, kind: Kind[S], stream: UUID, _: Iterable[Logged]) -> Loaded[S]:
        told = self.streams[stream]
        # Folded as far as it was before: the streams are long, and asked for again and again.
        version, state = self._folded.get((kind.name, stream), (0, kind.initial))
        for happening in told[version:]:
            state = kind.evolve(state, happening.event)
        self._folded[kind.name, stream] = (len(told), state)
        case = told[0].origin.correlation_id if told else None
        last, position = (told[-1].event_id, told[-1].position) if told else (None, 0)
        return Loaded(stream, state, len(told), case, last, position=position)

    async def happenings(self, stream: UUID) -> Sequence[Happening]:
        await self.touch()
        return list(self.streams[stream])

    def read(self, of: UUID, name: str) -> int | None:
        """The version of a clock that is read with its moment: one row stands for all, `fold` knows what is told."""
        return len(self.streams[of]) if name.split(maxsplit=1)[0] in (WARN, DUE) else None

    async def append(
        self,
        changes: Changes,
        origin: Origin,
        happened_at: datetime,
        *,
        tracking: Tracking | None = None,
        not_before: datetime | None = None,
    ) -> Stored:
        await self.touch()
        expected = [(each.stream, each.after) for each in changes.streams]
        expected += [(each.id, each.version) for each in changes.rests_on]
        if any(version != len(self.streams[stream]) for stream, version in expected):
            raise StaleVersion
        assert not_before is None or not_before <= self.time.now()
        new = [
            self._add(change.stream, event, origin, happened_at)
            for change in changes.streams
            for event in change.events
        ]
        for happening in new:
            self._take(effects_of(happening.stream, happening.event))
        self._take(changes.effects)
        if tracking is not None:
            self.taken[tracking.application_name] = tracking.notification_id
        if new:
            self.commits.append(new)
        await self.touch()
        return Stored((), self.time.now())

    def _add(self, stream: UUID, event: Any, origin: Origin, happened_at: datetime) -> Happening:
        happening = Happening(
            stream=stream,
            version=len(self.streams[stream]) + 1,
            event_id=uuid4(),
            happened_at=asserted_moment(event) or happened_at,
            origin=origin,
            event=event,
            position=len(self.log) + 1,
            recorded_at=self.time.now(),
        )
        self.streams[stream].append(happening)
        self.log.append(happening)
        return happening

    def _take(self, effects: Sequence[Effect]) -> None:
        for each in effects:
            assert isinstance(each.parameters, tuple)
            if "due_moments" in each.statement:
                of, name, at = each.parameters
                self.due.setdefault((of, name), at)
            else:
                assert "teams_asked_for" in each.statement
                self.asked_for.add(each.parameters)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["Connection"]:
        """As of a pool."""
        yield Connection(self)


class Connection:
    """Knows the statements of the timer, and the one by which seats are vacated."""

    closed = True

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._rows: Sequence[tuple[Any, ...]] = ()

    async def set_autocommit(self, value: bool) -> None:
        """Nothing here waits for a commit."""

    async def execute(
        self, statement: str, values: Sequence[Any] = (), *, binary: bool = False, prepare: bool | None = None
    ) -> "Connection":
        memory = self._memory
        await memory.touch()
        if statement == CLAIM_AND_READ:
            now, aside, limit = values
            assert aside == [], "a moment was put aside"
            found = sorted((at, of, name) for (of, name), at in memory.due.items() if at <= now)
            self._rows = [(of, name, at, memory.read(of, name), "", b"", 0) for at, of, name in found[:limit]]
        elif statement == REMOVE:
            for of, name in zip(*values, strict=True):
                memory.removed.append((of, name, memory.due.pop((of, name), memory.time.now())))
        elif "teams_asked_for" in statement:
            self._rows = sorted((team,) for who, team in memory.asked_for if who == values[0])
        return self

    async def fetchall(self) -> Sequence[tuple[Any, ...]]:
        return self._rows

    @asynccontextmanager
    async def pipeline(self) -> AsyncIterator[None]:
        yield

"""Aggregates in and out of the log: fold a stream, append what was decided."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

import msgspec
from eventsourcing.persistence import StoredEvent, Tracking

from contracts.language import Event
from services.kernel.batch import Append, CommandKey, Effect, Stored
from services.kernel.clock import asserted_moment
from services.kernel.due_moments import effects_of
from services.kernel.keys import KeyStore
from services.kernel.log import Log
from services.kernel.stored_form import Happening, Logged, Origin, Registry, StructMapper
from services.kernel.traces import OFF, Since, Traces

S = TypeVar("S")


@dataclass(frozen=True)
class Kind(Generic[S]):
    """A kind of aggregate: its state before the first event, and how an event changes it."""

    name: str
    initial: S
    evolve: Callable[[S, Event], S]


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """An aggregate as its stream tells it. `version` is 0, and `case` None, for one that does not exist.

    `of_kind` is False when nothing in the stream is of the kind asked for: it is another aggregate's. `position` is
    where in the log its last event stands.
    """

    id: UUID
    state: S
    version: int
    case: UUID | None
    last_event: UUID | None = None
    of_kind: bool = True
    position: int = 0

    @property
    def exists(self) -> bool:
        return self.version > 0 and self.of_kind


@dataclass(frozen=True)
class Change:
    """Events for one stream, decided on its state at `after`.

    `case` is for a stream of another case than the one the command is about.
    """

    stream: UUID
    after: int
    events: Sequence[Event]
    case: UUID | None = None


@dataclass(frozen=True)
class Changes:
    """Everything one decision appends, all or nothing, with what must commit beside it.

    `rests_on` is what else it was decided on: decided again when another command changes that meanwhile.
    """

    streams: Sequence[Change]
    effects: Sequence[Effect] = field(default_factory=tuple)
    rests_on: Sequence[Loaded[Any]] = field(default_factory=tuple)


class Appends(Protocol):
    """A recorder, as far as a store needs one."""

    async def append(self, append: Append) -> Stored:
        """Returns when it is durable; raises what `Recorder.append` raises."""


class EventStore:
    """One service's aggregates."""

    def __init__(self, recorder: Appends, log: Log, registry: Registry, keys: KeyStore, traces: Traces = OFF) -> None:
        self._recorder = recorder
        self._traces = traces
        self._log = log
        self._keys = keys
        # Sealing asks the database for keys, so it is done before the mapper is called.
        self._mapper = StructMapper(registry, lambda event, _: event)

    async def load(self, kind: Kind[S], stream: UUID, *, until: int | None = None) -> Loaded[S]:
        """Folds a stream. Raises `UnreadableEvent`."""
        return self.fold(kind, stream, await self._log.stream(stream, lte=until))

    async def load_all(self, kind: Kind[S], streams: Sequence[UUID]) -> Sequence[Loaded[S]]:
        """Folds many streams, which are read at once, in the order asked for. Raises `UnreadableEvent`."""
        found: dict[UUID, list[Logged]] = {stream: [] for stream in streams}
        for row in await self._log.streams(streams):
            found[row.originator_id].append(row)
        return [self.fold(kind, stream, rows) for stream, rows in found.items()]

    def fold(self, kind: Kind[S], stream: UUID, rows: Sequence[Logged]) -> Loaded[S]:
        """Folds a stream that is read already, from its beginning. Raises `UnreadableEvent`."""
        if not rows:
            return Loaded(stream, kind.initial, 0, None, of_kind=False)
        first = last = self.read(rows[0])
        events = [first.event]
        if len(rows) > 1:
            # Of an event between the first and the last, nobody asks more than what happened.
            last = self.read(rows[-1])
            events += [*map(self.event, rows[1:-1]), last.event]
        state, of_kind = kind.initial, False
        for event in events:
            before, state = state, kind.evolve(state, event)
            # What a kind does not know leaves its state as it is.
            of_kind = of_kind or state is not before
        case = first.origin.correlation_id
        return Loaded(stream, state, last.version, case, last.event_id, of_kind, last.position)

    async def happenings(self, stream: UUID, *, until: int | None = None) -> Sequence[Happening]:
        """A stream's events in order, personal fields sealed."""
        return [self.read(stored) for stored in await self._log.stream(stream, lte=until)]

    async def happenings_of(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[Happening]]:
        """As `happenings`, of many streams, which are read at once."""
        found: dict[UUID, list[Happening]] = {stream: [] for stream in streams}
        for happening in map(self.read, await self._log.streams(streams)):
            found[happening.stream].append(happening)
        return found

    def event(self, row: Logged) -> Event:
        """What happened, and nothing of how it came about: less than half the cost of `read`, and raises the same."""
        return self._mapper.event_of(row)

    def read(self, stored: Logged | StoredEvent) -> Happening:
        """Raises `UnreadableEvent`."""
        return self._mapper.to_domain_event(stored)

    async def append(
        self,
        changes: Changes,
        origin: Origin,
        happened_at: datetime,
        *,
        command: CommandKey | None = None,
        tracking: Tracking | None = None,
        not_before: datetime | None = None,
    ) -> Stored:
        """Durable when it returns; recorded `not_before` a moment, if given. Raises what `Recorder.append` raises."""
        since = Since()
        effects = list(changes.effects)
        named = [(event, uuid4()) for change in changes.streams for event in change.events]
        sealed = iter(await self._keys.seal_all(named))
        event_ids = iter([event_id for _, event_id in named])
        happenings: list[Happening] = []
        for change in changes.streams:
            own = origin if change.case is None else msgspec.structs.replace(origin, correlation_id=change.case)
            for version, event in enumerate(change.events, change.after + 1):
                happening = Happening(
                    stream=change.stream,
                    version=version,
                    event_id=next(event_ids),
                    happened_at=asserted_moment(event) or happened_at,
                    origin=own,
                    event=next(sealed),
                )
                happenings.append(happening)
                effects.extend(effects_of(change.stream, event))
        rows = [self._mapper.to_stored_event(each) for each in happenings]
        append = Append(rows, tracking, command, effects, _versions(changes), not_before)
        stored = await self._recorder.append(append)
        self._traces.appended(happenings, stored, since)
        return stored

    async def append_beside(self, effects: Sequence[Effect], tracking: Tracking | None) -> Stored:
        """Commits what has no event: a follower's progress, a parked row."""
        return await self._recorder.append(Append((), tracking, None, effects))


def _versions(changes: Changes) -> Sequence[tuple[UUID, int]]:
    return [(loaded.id, loaded.version) for loaded in changes.rests_on]

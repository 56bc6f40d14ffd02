"""A toy domain (its service calls itself tips), and one service's kernel parts over a fresh database."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from eventsourcing.persistence import StoredEvent
from psycopg_pool import AsyncConnectionPool

from contracts.language import Code, Event, Measure, Personal, classified
from services.kernel.background import end
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.keys import KEY_BYTES, KeyStore, WrappingKeys
from services.kernel.lease import Leases
from services.kernel.log import Log
from services.kernel.operations import OPERATION_EVENTS
from services.kernel.recorder import Recorder
from services.kernel.store import Change, Changes, EventStore, Kind
from services.kernel.stored_form import Origin, Registry, stamp_recorded_at
from services.kernel.tail import Tail
from services.kernel.time_source import RealTime, TimeSource
from tests.support.servers import Database

DEADLINE_SECONDS = 15.0
NAMED = Annotated[Personal, classified("personal")]


class Opened(Event, frozen=True, kw_only=True):
    """A box was opened; others may know."""

    NAME = "tips.box_opened"

    colour: Code


class Counted(Event, frozen=True, kw_only=True):
    """Things in the box were counted; nobody else's business."""

    NAME = "box.counted"

    things: Measure


class Remarked(Event, frozen=True, kw_only=True):
    """Somebody said something about people."""

    NAME = "box.remarked"

    about: NAMED
    others: Annotated[tuple[Personal, ...], classified("personal")] = ()


TOY_EVENTS: tuple[type[Event], ...] = (Opened, Counted, Remarked)


class Box(msgspec.Struct, frozen=True):
    """What the toy's events add up to."""

    colour: str = ""
    things: int = 0
    remarks: tuple[Personal, ...] = ()


def evolve(box: Box, event: Event) -> Box:
    """Folds one event."""
    match event:
        case Opened():
            return msgspec.structs.replace(box, colour=event.colour)
        case Counted():
            return msgspec.structs.replace(box, things=box.things + event.things)
        case Remarked():
            return msgspec.structs.replace(box, remarks=(*box.remarks, event.about))
        case _:
            return box


BOX = Kind("box", Box(), evolve)


@dataclass(frozen=True)
class Kernel:
    """One instance of a service, as far as its database goes."""

    database: Database
    pool: AsyncConnectionPool
    log: Log
    recorder: Recorder
    keys: KeyStore
    wrapping: WrappingKeys
    store: EventStore
    time: TimeSource

    def conninfo(self) -> str:
        """As the service's login role."""
        return self.database.login

    def leases(self) -> Leases:
        """Those of one more instance."""
        return Leases(self.conninfo)

    def tail(self) -> Tail:
        """What one more instance shares among its jobs."""
        return Tail(self.log, self.recorder.appended)

    async def add(self, stream: UUID, after: int, *events: Event) -> int:
        """Appends and answers the log position."""
        return (await self.store.append(Changes([Change(stream, after, events)]), origin(), self.time.now())).position

    async def wait_for_position(self, position: int) -> None:
        """Returns when the log has come so far."""

        async def reached() -> bool:
            return await self.log.last_position() >= position

        await eventually(reached)


def make_first_key(folder: Path) -> None:
    """A wrapping key of random bytes, as the installer writes it, unless one stands."""
    if not list(folder.glob("wrapping-*.key")):
        (folder / "wrapping-1.key").write_text(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())


@asynccontextmanager
async def kernel(database: Database, secrets_folder: Path, now: TimeSource | None = None) -> AsyncIterator[Kernel]:
    """Running parts; keys are made in `secrets_folder` when there are none."""
    make_first_key(secrets_folder)
    time_source = now or RealTime()
    pool = AsyncConnectionPool(database.login, min_size=1, max_size=6, open=False, timeout=5)
    async with pool, Recorder(lambda: database.login, time_source.now, stamp=stamp_recorded_at) as recorder:
        log = Log(pool)
        wrapping = WrappingKeys(secrets_folder)
        keys = KeyStore(pool, wrapping)
        store = EventStore(recorder, log, registry(), keys)
        yield Kernel(database, pool, log, recorder, keys, wrapping, store, time_source)


def registry() -> Registry:
    """Everything the toy service knows."""
    return Registry.of(TOY_EVENTS, CLOCK_EVENTS, OPERATION_EVENTS)


def origin(case: UUID | None = None) -> Origin:
    """A command of a plainly invented account."""
    return Origin(
        actor="account:example",
        agency="Example Agency",
        command_id=uuid4(),
        causation_id=None,
        correlation_id=case or uuid4(),
        policy="none",
    )


def stored(stream: UUID, version: int, **state: object) -> StoredEvent:
    """A raw event, for tests below the mapper."""
    return StoredEvent(stream, version, "toy.raw", json.dumps(state).encode())


def chain(stream: UUID, count: int, first: int = 1) -> Sequence[StoredEvent]:
    """Raw events of one stream, one after another."""
    return [stored(stream, first + place, n=place) for place in range(count)]


@asynccontextmanager
async def job(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Runs what a service runs for ever, until the block ends; what it raised meanwhile fails the test."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        failed = task.done() and not task.cancelled() and task.exception() is not None
        await end([task])
        if failed:
            await task


async def eventually(condition: Callable[[], Awaitable[object]], within: float = DEADLINE_SECONDS) -> None:
    """Returns when the condition holds; fails when it does not in time."""
    until = time.monotonic() + within
    while not await condition():
        if time.monotonic() > until:
            raise AssertionError(f"Waited {within:g} s in vain for {getattr(condition, '__name__', 'a condition')}.")
        await asyncio.sleep(0.01)


def moment(text: str) -> datetime:
    """A time of day in UTC on an ordinary day, from `HH:MM`."""
    hours, minutes = text.split(":")
    return datetime(2026, 3, 1, int(hours), int(minutes), tzinfo=UTC)

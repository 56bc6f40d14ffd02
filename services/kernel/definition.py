"""What a service brings, and what the kernel gives it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from litestar.types import ControllerRouterHandler
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event
from services.kernel.background import Job
from services.kernel.due import Timer
from services.kernel.follower import Handler, Process
from services.kernel.http.commands import Commands
from services.kernel.http.gate import Gate
from services.kernel.http.reading import Reader
from services.kernel.keys import Digester, KeyStore
from services.kernel.log import Log
from services.kernel.metrics import Gauge
from services.kernel.past.shut_out import ShutsOut
from services.kernel.settings import Settings
from services.kernel.store import EventStore
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views


@dataclass(frozen=True)
class Parts:
    """What the kernel gives a running service."""

    settings: Settings
    time: TimeSource
    pool: AsyncConnectionPool
    events: Log
    store: EventStore
    views: Views
    commands: Commands
    gate: Gate
    digester: Digester
    keys: KeyStore
    reader: Reader


@dataclass(frozen=True)
class Source:
    """What a service does about one upstream's events.

    `durable` is the consumer in the upstream's `stream`; both None for the service's own log. Either `handlers` with
    the events they may meet, or `process` for a reader of raw rows; one that `rereads` is also given what comes again.
    """

    name: str
    stream: str | None = None
    durable: str | None = None
    known: Sequence[type[Event]] = ()
    handlers: Mapping[type[Event], Sequence[Handler]] = field(default_factory=dict)
    process: Process | None = None
    rereads: bool = False


@dataclass(frozen=True)
class Wiring:
    """What a service makes of its parts: routes, what it hands to them, its reactions, and timers by their kind.

    `gauges` are numbers of its own that are read beside the kernel's at every scrape. What is done `at_start` is done
    before the service answers or reacts to anything; `jobs` run all the time, each by one instance of the service.
    """

    routes: Sequence[ControllerRouterHandler]
    given: Mapping[str, object] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    timers: Mapping[str, Timer] = field(default_factory=dict)
    gauges: Sequence[Gauge] = ()
    at_start: Sequence[Callable[[], Awaitable[None]]] = ()
    jobs: Mapping[str, Job] = field(default_factory=dict)


PARTS = tuple(each.name for each in fields(Parts))


def given_to_routes(parts: Parts, wiring: Wiring) -> dict[str, object]:
    """By the name under which a route asks for it."""
    return {name: getattr(parts, name) for name in PARTS} | dict(wiring.given)


@dataclass(frozen=True)
class Definition:
    """One service: its events, what of them others may read, its policies and views, and its wiring.

    `check` looks at its own files before anything is opened, and raises `SystemExit` with one sentence. `shuts_out` are
    its events by which an account must not see a case. Where its policies let somebody look back, it is wired once
    more for each moment that is looked at: `wire` makes things, and does nothing yet.
    """

    name: str
    title: str
    stream: str
    events: Sequence[type[Event]]
    contract: Sequence[type[Event]]
    policies: Path
    views: Sequence[View]
    wire: Callable[[Parts], Wiring]
    check: Callable[[Settings], object] = lambda _settings: None
    shuts_out: ShutsOut = field(default_factory=ShutsOut)

"""How a service is put together: the parts the kernel makes for all, and what runs in it."""

import argparse
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Any, cast

from litestar import Litestar, Request, Router
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from nats.aio.client import Client
from psycopg_pool import AsyncConnectionPool

from services.kernel.background import Background, Job
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.clock_counts import CLOCK_COUNTS
from services.kernel.connections import pool_of
from services.kernel.consuming import follow_log, follow_stream
from services.kernel.definition import PARTS, Definition, Parts, Source, Wiring, given_to_routes
from services.kernel.due import DueWorker
from services.kernel.follower import Follower, Reactions
from services.kernel.http.caller import TokenReader
from services.kernel.http.commands import Commands, read_intent
from services.kernel.http.description import Description
from services.kernel.http.exporting import Exports
from services.kernel.http.gate import Gate, RouteGuard, require_actions
from services.kernel.http.health import HealthController
from services.kernel.http.looking_back import DESCRIBED, LooksBack, of_its_moment
from services.kernel.http.observing import MetricsController, Observing
from services.kernel.http.operator import OperatorController
from services.kernel.http.problems import answer
from services.kernel.http.proofs import ProofController
from services.kernel.http.reading import Reader
from services.kernel.keys import Digester, KeyStore, WrappingKeys
from services.kernel.lease import Leases
from services.kernel.listening import house_context
from services.kernel.log import Log
from services.kernel.logs import log_to_stderr
from services.kernel.messages import connect
from services.kernel.metrics import Metrics
from services.kernel.operations import OPERATION_EVENTS
from services.kernel.past.pasts import Pasts
from services.kernel.policies import put_on_record
from services.kernel.proof.kept import KeptTree
from services.kernel.proof.proving import Proving
from services.kernel.recorder import Recorder
from services.kernel.relay import Relay
from services.kernel.scrape import Followed, Scrape
from services.kernel.serving import Application, serve
from services.kernel.settings import Settings, load_settings
from services.kernel.store import EventStore
from services.kernel.stored_form import Registry, stamp_recorded_at
from services.kernel.tail import Tail
from services.kernel.time_source import TimeSource, time_source
from services.kernel.trace_export import tracing
from services.kernel.traces import OFF, Traces
from services.kernel.views import Views
from services.kernel.went_back import go_on_behind

MAX_BODY_BYTES = 1_000_000
AUDITOR = "auditor"
_BESIDE = ("message_server", "background", "due", "scrape", "exports", "tree")
"""What the kernel's own routes are handed, of the present alone."""

log = logging.getLogger(__name__)


def main(definition: Definition) -> None:
    """`python -m services.<name>.main --settings FILE`: serves until told to stop."""
    parser = argparse.ArgumentParser(description=definition.title)
    parser.add_argument("--settings", type=Path, required=True, help="the file `muster up` wrote for this service")
    settings = load_settings(parser.parse_args().settings, Settings)
    log_to_stderr(definition.name)
    definition.check(settings)
    serve(application(definition, lambda: settings), settings)


def application(definition: Definition, read: Callable[[], Settings]) -> Litestar:
    """The service as an ASGI application; its parts live from start-up to shut-down.

    It asks for its settings at each start-up, and may be started again once it was shut down.
    """
    gate = Gate(definition.policies.read_text())
    held: dict[str, object] = {"gate": gate}
    metrics, traces = Metrics(), OFF
    tokens: TokenReader
    pasts: Pasts
    complete = False

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        nonlocal metrics, traces, tokens, pasts, complete
        settings = read()
        time, digester, metrics = time_source(settings.time_file), Digester(settings.secrets / "digest.key"), Metrics()
        tokens = TokenReader(settings.verify_key_file, time.now, nobody_is=_shut_out(settings))
        async with (
            tracing(definition.name, settings.traces) as traces,
            running(definition, settings, gate, time, digester, metrics, traces) as (parts, wiring, pasts, beside),
        ):
            held.update(given_to_routes(parts, wiring) | beside)
            if not complete:
                given = {name: provide(name) for name in wiring.given}
                app.register(Router(path="/", route_handlers=wiring.routes, dependencies=given))
                require_actions(app)
                complete = True
            yield

    def provide(name: str) -> Provide:
        def given(request: Request[Any, Any, Any]) -> Any:
            return of_its_moment(request, name, held)

        return Provide(given, sync_to_thread=False)

    def now() -> datetime:
        return cast("TimeSource", held["time"]).now()

    return Application(
        route_handlers=[HealthController, MetricsController, OperatorController, ProofController],
        dependencies={name: provide(name) for name in (*PARTS, *_BESIDE)} | {"intent": Provide(read_intent)},
        guards=[RouteGuard(gate, lambda: tokens, LooksBack(gate, now, lambda: pasts))],
        middleware=[Observing(lambda: metrics, lambda: traces)],
        exception_handlers={Exception: answer},
        lifespan=[lifespan],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=_openapi(definition, gate),
        # Nothing of a case is to stay in a browser or a proxy.
        response_headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        logging_config=None,
    )


@asynccontextmanager
async def running(
    definition: Definition,
    settings: Settings,
    gate: Gate,
    time: TimeSource,
    digester: Digester,
    metrics: Metrics,
    traces: Traces,
) -> AsyncIterator[tuple[Parts, Wiring, Pasts, dict[str, object]]]:
    """Everything of a service but its HTTP: connections, recorder, timers, relay, followers, views."""
    async with AsyncExitStack() as stack:
        conninfo = settings.database.conninfo
        pool = pool_of(conninfo())
        await pool.open(wait=True, timeout=10)
        stack.push_async_callback(pool.close)
        keys = KeyStore(pool, WrappingKeys(settings.secrets))
        await keys.finish_destruction()
        events = Log(pool)
        recorder = await stack.enter_async_context(
            Recorder(conninfo, time.now, stamp=stamp_recorded_at, metrics=metrics)
        )
        registry = Registry.of(definition.events, definition.contract, CLOCK_EVENTS, OPERATION_EVENTS)
        store = EventStore(recorder, events, registry, keys, traces)
        await go_on_behind(settings.published, definition.name, events, store, gate.version, time)
        await put_on_record(definition.name, gate, store, time)
        shown = (*definition.views, CLOCK_COUNTS)
        leases = Leases(conninfo)
        tail = Tail(events, recorder.appended)
        views = Views(shown, pool, tail, store, leases)
        commands = Commands(store, events, digester, time, gate, traces)
        reader = Reader(store, keys, time, gate)
        parts = Parts(settings, time, pool, events, store, views, commands, gate, digester, keys, reader)
        pasts = Pasts(definition, parts, shown, registry)
        stack.push_async_callback(pasts.close)
        wiring = definition.wire(parts)
        for begin in wiring.at_start:
            await begin()
        server = await connect(settings.nats.url, settings.nats.seed(), definition.name)
        stack.push_async_callback(server.close)
        actor = f"service:{definition.name}"
        due = DueWorker(pool, store, time, recorder.appended, actor, gate.version, traces)
        for kind, timer in wiring.timers.items():
            due.handle(kind, timer)
        jobs: dict[str, Job] = {"timers": due.run, "watchdog": due.watch, "views": views.run}
        jobs["relay"] = Relay(
            definition.name,
            definition.stream,
            frozenset(event.NAME for event in definition.contract),
            leases,
            pool,
            tail,
            server,
            traces,
        ).run
        for source in wiring.sources:
            jobs[source.name] = _following(definition, parts, source, tail, leases, server, actor, traces)
        proving = _proving(settings, pool, events, leases, time, recorder)
        if proving:
            jobs |= proving.jobs
        jobs |= {name: _alone(leases, name, job) for name, job in wiring.jobs.items()}
        background = Background(jobs)
        background.start()
        stack.push_async_callback(background.close)
        log.info("service started", extra={"port": settings.http_port, "policy": gate.version})
        followed = [Followed(source.name, source.stream, source.durable) for source in wiring.sources]
        gauges = [*wiring.gauges, *(proving.gauges() if proving else ())]
        scrape = Scrape(metrics, pool, server, recorder, time, views, background, followed, gauges)
        exports = Exports(store, events, time, gate)
        beside = {"message_server": server, "background": background, "due": due, "scrape": scrape, "exports": exports}
        beside["tree"] = KeptTree(pool)
        yield parts, wiring, pasts, beside


def _proving(
    settings: Settings, pool: AsyncConnectionPool, events: Log, leases: Leases, time: TimeSource, recorder: Recorder
) -> Proving | None:
    if settings.proof is None:
        return None

    def asking(address: str) -> SSLContext:
        own = any(address.startswith(f"{each}/") for each in settings.peers.values())
        return house_context(settings.certificate, settings.origin) if own else create_default_context()

    return Proving(settings.proof, pool, events, leases, time, recorder.appended, asking)


def _shut_out(settings: Settings) -> frozenset[str]:
    """Of a log that gives its signed heads alone, those who audit read no row, no hash, and no past (28 CFR 94.115)."""
    alone = settings.proof is not None and settings.service in settings.proof.heads_alone
    return frozenset({AUDITOR}) if alone else frozenset()


def _alone(leases: Leases, name: str, job: Job) -> Job:
    """By one instance at a time."""

    async def alone() -> None:
        async with leases.lease(name):
            await job()

    return alone


def _following(
    definition: Definition,
    parts: Parts,
    source: Source,
    tail: Tail,
    leases: Leases,
    server: Client,
    actor: str,
    traces: Traces,
) -> Job:
    process = source.process
    if process is None:
        known = source.known or [*definition.events, *definition.contract, *CLOCK_EVENTS, *OPERATION_EVENTS]
        process = Reactions(Registry.of(known), source.handlers, parts.time, actor, parts.gate.version)
    follower = Follower(
        source.name,
        process,
        parts.store,
        parts.events,
        parts.pool,
        parts.time,
        rereads=source.rereads,
        traces=traces,
    )

    async def follow() -> None:
        if source.stream is not None and source.durable is not None:
            await follow_stream(follower, server, source.stream, source.durable, leases)
        else:
            await follow_log(follower, definition.name, tail, leases)

    return follow


def _openapi(definition: Definition, gate: Gate) -> OpenAPIConfig:
    bearer = SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
    return OpenAPIConfig(
        title=definition.title,
        version="1",
        description=DESCRIBED,
        path="/schema",
        components=Components(security_schemes={"token": bearer}),
        security=[{"token": []}],
        render_plugins=[Description(gate)],
    )

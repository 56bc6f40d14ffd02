"""The console put together: a smaller application than a service's, since it has no log, no database and no keys."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar, Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.types import ControllerRouterHandler, Message, Scope

from contracts.jurisdictions import load_state
from services.console.asking import ANSWERS_WITHIN_SECONDS, CONNECTIONS, IDLE_SECONDS, Peers
from services.console.doorkeeper import Door, Doorkeeper
from services.console.doorsteps import Doorsteps
from services.console.frame.assets import AssetController, Assets
from services.console.frame.errors import show
from services.console.frame.kept import Keeper
from services.console.frame.names import Names
from services.console.frame.on_call import OnCallBoard
from services.console.frame.standing import StandingBoard
from services.console.frame.visit import House, Visit, pages_of, templates, ways_of
from services.console.frame.words import read_catalogue
from services.console.health import HealthController, MetricsController
from services.console.live import Live, LiveController
from services.console.sessions import Sessions
from services.kernel.http.caller import TokenReader
from services.kernel.http.gate import Gate, require_actions
from services.kernel.http.observing import Observing
from services.kernel.keys import Digester
from services.kernel.listening import house_context
from services.kernel.messages import connect
from services.kernel.metrics import Metrics
from services.kernel.serving import Application
from services.kernel.settings import ProcessSettings
from services.kernel.time_source import time_source
from services.kernel.traces import OFF

NAME = "console"
POLICIES = Path(__file__).parent / "policies.cedar"
MAX_BODY_BYTES = 1_000_000

# No inline style or script, nothing from elsewhere, shown in nobody's frame; nothing of a case stays in a browser.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(),"
        " publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# What every process of the house has, and what all pages need.
BESIDE_PAGES: tuple[ControllerRouterHandler, ...] = (
    HealthController,
    MetricsController,
    AssetController,
    LiveController,
)
_GIVEN = ("house", "assets", "metrics", "jurisdiction", "live", "message_server")

log = logging.getLogger(__name__)


def application(
    settings: ProcessSettings,
    pages: list[ControllerRouterHandler],
    transport: httpx.AsyncBaseTransport | None = None,
) -> Litestar:
    """The console as an ASGI application; its parts live from start-up to shut-down.

    `transport` is how the other services are reached, where that is not over the network.
    """
    gate, time, metrics = Gate(POLICIES.read_text()), time_source(settings.time_file), Metrics()
    digester = Digester(settings.secrets / "digest.key")
    door = Door(settings.origin, digester)
    client = httpx.AsyncClient(
        verify=house_context(settings.certificate, settings.origin),
        transport=transport,
        trust_env=False,
        timeout=ANSWERS_WITHIN_SECONDS,
        limits=httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS
        ),
    )
    peers = Peers(settings.peers, client)
    sessions = Sessions(peers, TokenReader(settings.verify_key_file, time.now), time)
    names = Names()
    house = House(
        settings=settings,
        time=time,
        gate=gate,
        door=door,
        sessions=sessions,
        peers=peers,
        catalogue=read_catalogue(),
        templates=templates(),
        assets=Assets(),
        names=names,
        on_call=OnCallBoard(names),
        standing=StandingBoard(),
        keeper=Keeper(digester),
        doorsteps=Doorsteps(settings),
        tables=load_state(settings.state),
    )
    held: dict[str, object] = {
        "house": house,
        "assets": house.assets,
        "metrics": metrics,
        "jurisdiction": house.tables,
    }

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        require_actions(app)
        live = Live(lambda: bool(getattr(app.state, "stopping", bool)()))
        async with client:
            server = await connect(settings.nats.url, settings.nats.seed(), NAME)
            try:
                await live.listen(server)
                held.update(live=live, message_server=server)
                log.info("service started", extra={"port": settings.http_port, "policy": gate.version})
                yield
            finally:
                await server.close()

    def visit(request: Request[Any, Any, Any]) -> Visit:
        return Visit(house, request)

    def provide(name: str) -> Provide:
        return Provide(lambda: held[name], sync_to_thread=False)

    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return show(Visit(house, request), error)

    app = Application(
        route_handlers=[*BESIDE_PAGES, *pages],
        dependencies={name: provide(name) for name in _GIVEN} | {"visit": Provide(visit, sync_to_thread=False)},
        guards=[Doorkeeper(gate, door, sessions, time.now)],
        middleware=[Observing(lambda: metrics, lambda: OFF)],
        exception_handlers={Exception: answer},
        lifespan=[lifespan],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,
        before_send=[_add_headers],
        logging_config=None,
    )
    app.state.pages = pages_of(app.routes)
    app.state.ways = ways_of(app.routes)
    return app


async def _add_headers(message: Message, _: Scope) -> None:
    """On every answer, errors too."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)

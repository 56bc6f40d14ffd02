"""What is measured of every request, by its route's template, never by what was put into it; and where it is read."""

import time
from collections.abc import Callable
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.trace import SpanKind
from prometheus_client import CONTENT_TYPE_LATEST

from services.kernel.http.gate import OPEN
from services.kernel.http.problems import NotFound
from services.kernel.listening import is_loopback
from services.kernel.metrics import Metrics
from services.kernel.scrape import Scrape
from services.kernel.settings import ProcessSettings, Settings
from services.kernel.traces import Traces


class Observing(ASGIMiddleware):
    """Around each route, so that refusals of the gate count too."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, metrics: Callable[[], Metrics], traces: Callable[[], Traces]) -> None:
        """Both are those of the running service."""
        self._metrics = metrics
        self._traces = traces

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes everything on as it is."""
        method, route = str(scope.get("method", "")), str(scope.get("path_template", ""))
        status, began = 500, time.perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._traces().work(f"{method} {route}", SpanKind.SERVER) as work:
            try:
                await next_app(scope, receive, seen)
            finally:
                work.attributes = {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": status,
                }
                # A probe that is told to wait is no failed work.
                work.failed = status >= 500 and method != "GET"
                self._metrics().answered(method, route, status, time.perf_counter() - began)


def require_this_machine(request: Request[Any, Any, Any], settings: ProcessSettings) -> None:
    """Raises `NotFound` for whoever asks from another machine."""
    asked_from = request.client.host if request.client else ""
    if not is_loopback(asked_from) and asked_from != settings.http_host:
        raise NotFound


class MetricsController(Controller):
    """Open to everyone on the machine, and to nobody elsewhere: numbers that move tell that something came in."""

    path = "/metrics"
    tags = ["Health"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": OPEN}, media_type="text/plain")
    async def metrics(self, request: Request[Any, Any, Any], scrape: Scrape, settings: Settings) -> Response[bytes]:
        """For Prometheus. What each number means stands beside it."""
        require_this_machine(request, settings)
        return Response(await scrape.text(), media_type=CONTENT_TYPE_LATEST)

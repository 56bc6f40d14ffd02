"""What is measured of every request: by its route's template, never by what was put into it."""

from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.trace import SpanKind

from services.kernel.traces import Traces


class Observing(ASGIMiddleware):
    """Around each route, so that refusals of the gate count too."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, traces: Callable[[], Traces]) -> None:
        """`traces` are those of the running service."""
        self._traces = traces

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes everything on as it is."""
        method, route = str(scope.get("method", "")), str(scope.get("path_template", ""))
        status = 500

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
                work.failed = status >= 500

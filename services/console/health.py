"""Is the process alive, can it work, what does it count: as every service of the house tells it, without a database."""

from typing import Any

from litestar import Controller, Request, Response, get
from nats.aio.client import Client
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.console.frame.visit import House
from services.console.live import Live
from services.kernel.http.gate import OPEN
from services.kernel.http.observing import require_this_machine
from services.kernel.http.problems import RETRY_AFTER_SECONDS
from services.kernel.metrics import Metrics


class HealthController(Controller):
    """`live` is for whoever restarts processes, `ready` for whoever sends requests."""

    path = "/health"

    @get("/live", opt={"action": OPEN})
    async def alive(self) -> dict[str, str]:
        """Answers while the process serves requests at all."""
        return {"status": "live"}

    @get("/ready", opt={"action": OPEN})
    async def ready(self, message_server: Client) -> Response[dict[str, object]]:
        """200 when it hears of changes. A service that is down shows on the pages that ask it, not here."""
        missing = [] if message_server.is_connected else ["message server"]
        body: dict[str, object] = {"status": "not ready" if missing else "ready", "waiting_for": missing}
        if not missing:
            return Response(body)
        return Response(body, status_code=503, headers={"Retry-After": RETRY_AFTER_SECONDS})


class MetricsController(Controller):
    """Open to everyone on the machine, and to nobody elsewhere."""

    path = "/metrics"

    @get("/", opt={"action": OPEN}, media_type="text/plain")
    async def metrics(
        self, request: Request[Any, Any, Any], house: House, metrics: Metrics, live: Live, message_server: Client
    ) -> Response[bytes]:
        """For Prometheus."""
        require_this_machine(request, house.settings)
        missing = GaugeMetricFamily(
            "muster_scrape_missing", "1 for a part that did not answer this scrape.", labels=["part"]
        )
        missing.add_metric(["message_server"], not message_server.is_connected)
        watching = GaugeMetricFamily("muster_open_pages", "Pages that are told of changes.", value=live.open)
        now = CollectorRegistry()
        now.register(_These([missing, watching]))
        return Response(generate_latest(metrics.registry) + generate_latest(now), media_type=CONTENT_TYPE_LATEST)


class _These(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families

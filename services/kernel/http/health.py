"""Is the process alive; can it work. Both open to everyone on the machine, and silent about any case."""

from litestar import Controller, Response, get
from nats.aio.client import Client
from psycopg_pool import AsyncConnectionPool

from services.kernel.background import Background
from services.kernel.due import DueWorker
from services.kernel.http.gate import OPEN
from services.kernel.http.problems import RETRY_AFTER_SECONDS
from services.kernel.views import Views


class HealthController(Controller):
    """`live` is for whoever restarts processes, `ready` for whoever sends requests."""

    path = "/health"
    tags = ["Health"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/live", opt={"action": OPEN})
    async def live(self) -> dict[str, str]:
        """Answers while the process serves requests at all."""
        return {"status": "live"}

    @get("/ready", opt={"action": OPEN})
    async def ready(
        self, pool: AsyncConnectionPool, message_server: Client, background: Background, due: DueWorker, views: Views
    ) -> Response[dict[str, object]]:
        """200 when database, message server and every job of the service work; else 503 with what does not."""
        missing: list[str] = []
        overdue = 0
        try:
            overdue = await due.overdue()
        except Exception:  # noqa: BLE001  # whatever fails, the answer is that it is not ready
            missing.append("database")
        if not message_server.is_connected:
            missing.append("message server")
        missing.extend(sorted(background.failing))
        missing.extend(f"view {name}" for name in sorted(views.failing))
        status = "ready" if not missing else "not ready"
        body: dict[str, object] = {"status": status, "waiting_for": missing, "overdue_moments": overdue}
        if not missing:
            return Response(body)
        return Response(body, status_code=503, headers={"Retry-After": RETRY_AFTER_SECONDS})

"""What a service counts as it happens. Labels are routes and statuses: nothing of a case."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
APPENDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True)
class Gauge:
    """Numbers of a service's own, `muster_<name>`, by the values of their labels; without labels by `()`.

    `read` is called at every scrape, so it must be cheap. No label may say anything of a case.
    """

    name: str
    means: str
    read: Callable[[], Awaitable[Mapping[Any, float]]]
    labels: Sequence[str] = ()


class Metrics:
    """What one application has counted since it started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "muster_http_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._request_seconds = Histogram(
            "muster_http_request_seconds",
            "From a request to the end of its answer.",
            ["method", "route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._append_seconds = Histogram(
            "muster_append_seconds",
            "From the wish to store until it is durable.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._commit_appends = Histogram(
            "muster_commit_appends", "Appends that one commit held.", buckets=APPENDS, registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request. `route` is a template."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def appended(self, seconds: float) -> None:
        """One append is durable."""
        self._append_seconds.observe(seconds)

    def committed(self, appends: int) -> None:
        """One commit stands."""
        self._commit_appends.observe(appends)

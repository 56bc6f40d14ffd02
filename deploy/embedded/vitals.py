"""What the supervisor counts, as Prometheus reads it: which processes run, and how often each was started again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from deploy.embedded.heartbeat import Beats
from deploy.embedded.supervision import Supervised


class Vitals(Collector):
    """Asked at every scrape; looks at what the supervisor knows anyhow."""

    def __init__(self, processes: Mapping[str, Supervised], beats: Callable[[], Beats | None]) -> None:
        self._processes = processes
        self._beats = beats

    def collect(self) -> Iterable[Metric]:
        """Counts since the supervisor started."""
        up = GaugeMetricFamily("muster_process_up", "Whether the process runs.", labels=["process"])
        restarts = CounterMetricFamily(
            "muster_process_restarts", "Starts after an end that nobody asked for.", labels=["process"]
        )
        kills = CounterMetricFamily("muster_process_kills", "Ends by a signal, unasked.", labels=["process"])
        for name, each in self._processes.items():
            up.add_metric([name], each.child.pid is not None)
            restarts.add_metric([name], each.restarts)
            kills.add_metric([name], each.kills)
        yield from (up, restarts, kills)
        beats = self._beats()
        yield GaugeMetricFamily(
            "muster_heartbeat_set_up", "Whether the outside is told that all moves.", value=beats is not None
        )
        sent, withheld = (0.0, False) if beats is None else (beats.sent_at, bool(beats.withheld))
        yield GaugeMetricFamily(
            "muster_heartbeat_sent_timestamp_seconds", "When it was last sent; 0 for never.", value=sent
        )
        yield GaugeMetricFamily(
            "muster_heartbeat_withheld", "Whether it is withheld, since something stands still.", value=withheld
        )


@contextmanager
def served(vitals: Vitals, host: str, port: int) -> Iterator[None]:
    """At /metrics, by a thread of its own."""
    registry = CollectorRegistry()
    registry.register(vitals)
    server, thread = start_http_server(port, addr=host, registry=registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

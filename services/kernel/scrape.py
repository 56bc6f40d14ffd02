"""What a service is like at this moment, as Prometheus reads it.

Asked when somebody scrapes: one statement on indexes and small tables, and one question to the message server for each
stream that is read. No log is scanned. Labels are followers, views and rules: nothing of a case.
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nats.aio.client import Client
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from services.kernel.background import Background
from services.kernel.clock_counts import running_and_missed
from services.kernel.connections import reading
from services.kernel.due import OVERDUE_AFTER
from services.kernel.metrics import Gauge, Metrics
from services.kernel.recorder import Recorder
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

SERVER_ANSWERS_WITHIN_SECONDS = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Followed:
    """A follower by name, with the durable consumer it reads; both None when it reads its service's own log."""

    name: str
    stream: str | None
    durable: str | None


@dataclass(frozen=True)
class Scrape:
    """A running service, asked what it is like now."""

    metrics: Metrics
    pool: AsyncConnectionPool
    server: Client
    recorder: Recorder
    time: TimeSource
    views: Views
    background: Background
    followers: Sequence[Followed]
    gauges: Sequence[Gauge]

    async def text(self) -> bytes:
        """In Prometheus's text form. A part that does not answer is left out, and said to be missing."""
        parts: Mapping[str, Awaitable[Iterable[Metric]]] = {
            "database": self._of_the_database(),
            "message_server": self._of_the_message_server(),
            "clocks": self._of_clocks(),
            **{gauge.name: _own(gauge) for gauge in self.gauges},
        }
        found = await asyncio.gather(*parts.values(), return_exceptions=True)
        missing = _family("scrape_missing", "1 for a part that did not answer this scrape.", "part")
        families: list[Metric] = [*self._of_the_process(), missing]
        for name, answer in zip(parts, found, strict=True):
            missing.add_metric([name], isinstance(answer, BaseException))
            if isinstance(answer, BaseException):
                log.warning("part not scraped", extra={"part": name, "why": type(answer).__name__})
            else:
                families += answer
        now = CollectorRegistry()
        now.register(_These(families))
        return generate_latest(self.metrics.registry) + generate_latest(now)

    def _of_the_process(self) -> Iterable[Metric]:
        failing = _family("job_failing", "1 for a job that pauses after a failure.", "job_name")
        for job in self.background.names:
            failing.add_metric([job], job in self.background.failing)
        yield failing
        yield _single("recorder_queue", "Appends that wait for a commit.", self.recorder.queued)
        yield _single("recorder_queue_limit", "Appends beyond which callers are refused.", self.recorder.queue_limit)

    async def _of_the_database(self) -> Iterable[Metric]:
        now = self.time.now()
        async with reading(self.pool) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(STATE, {"late": now - OVERDUE_AFTER})
            row = await cursor.fetchone()
        return list(self._families_of(row or {}, now))

    def _families_of(self, row: Mapping[str, Any], now: datetime) -> Iterable[Metric]:
        head, published = row["head"] or 0, row["published"] or 0
        yield _single("log_position", "The last position of the log.", head)
        yield _single("relay_position", "The last position published.", published)
        yield _single("relay_lag_events", "Stored and not yet published.", head - published)
        yield _single("overdue_moments", "Moments of deadlines past due and not handled for a minute.", row["overdue"])
        oldest = max(0.0, (now - row["next_due"]).total_seconds()) if row["overdue"] else 0.0
        yield _single("overdue_oldest_seconds", "How long the oldest of them has been due.", oldest)
        position = _family("follower_position", "The last position whose effect is committed.", "follower")
        lag = _family("follower_log_lag_events", "Own events stored and not yet followed.", "follower")
        parked = _family("parked_events", "Events that wait for an operator's decision.", "follower")
        for follower in self.followers:
            at = row["followers"].get(follower.name, 0)
            position.add_metric([follower.name], at)
            parked.add_metric([follower.name], row["parked"].get(follower.name, 0))
            if follower.stream is None:
                lag.add_metric([follower.name], head - at)
        view_lag = _family("view_lag_events", "Stored and not yet in the view that answers.", "view")
        for view in self.views.names:
            view_lag.add_metric([view], head - row["views"].get(view, 0))
        yield from (position, lag, parked, view_lag)

    async def _of_the_message_server(self) -> Iterable[Metric]:
        jetstream = self.server.jetstream(timeout=SERVER_ANSWERS_WITHIN_SECONDS)
        lag = _family("follower_stream_lag_events", "In another service's stream and not yet followed.", "follower")
        for each in self.followers:
            if each.stream is not None and each.durable is not None:
                found = await jetstream.consumer_info(each.stream, each.durable)
                lag.add_metric([each.name], (found.num_pending or 0) + (found.num_ack_pending or 0))
        return [lag]

    async def _of_clocks(self) -> Iterable[Metric]:
        clocks = GaugeMetricFamily(
            "muster_clocks", "Deadlines that run, and that were missed.", labels=["rule", "phase"]
        )
        for rule, phase, count in await running_and_missed(self.views):
            clocks.add_metric([rule, phase], count)
        return [clocks]


# Each by an index, or from a table with a row for a follower, a view or a parked event.
STATE = """
    SELECT (SELECT max(notification_id) FROM stored_events) AS head,
           (SELECT position FROM checkpoints WHERE name = 'relay') AS published,
           (SELECT count(*) FROM due_moments WHERE due_at < %(late)s) AS overdue,
           (SELECT min(due_at) FROM due_moments) AS next_due,
           (SELECT coalesce(json_object_agg(application_name, notification_id), '{}')
              FROM notification_tracking) AS followers,
           (SELECT coalesce(json_object_agg(follower, events), '{}')
              FROM (SELECT follower, count(*) AS events FROM parked_events GROUP BY follower) AS each) AS parked,
           (SELECT coalesce(json_object_agg(view, position), '{}') FROM view_generations WHERE answering) AS views
"""


class _These(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


async def _own(gauge: Gauge) -> Iterable[Metric]:
    family = GaugeMetricFamily(f"muster_{gauge.name}", gauge.means, labels=list(gauge.labels))
    for values, number in (await gauge.read()).items():
        family.add_metric(values, number)
    return [family]


def _single(name: str, means: str, value: float) -> Metric:
    return GaugeMetricFamily(f"muster_{name}", means, value=value)


def _family(name: str, means: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"muster_{name}", means, labels=[label])

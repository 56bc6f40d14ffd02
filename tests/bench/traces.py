"""`python -m tests.bench.traces`: what traces cost a command of two events, in processor time, beside none.

Processor time, not time passed: on a shared machine the latter says more about the neighbours. The rounds are
interleaved. No HTTP, so that nothing hides the cost.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from opentelemetry.trace import SpanKind

from services.kernel.settings import TraceSettings
from services.kernel.store import Change, Changes, EventStore
from services.kernel.trace_export import tracing
from services.kernel.traces import Traces
from tests.kernel.toy import Counted, Kernel, Opened, kernel, origin, registry
from tests.support.servers import Servers, fresh_database, running_servers

ROUNDS = 5
ROUND_SECONDS = 3.0
WARM_UP_SECONDS = 0.5
CALLERS = 64


async def spent(parts: Kernel, traces: Traces, seconds: float) -> float:
    """Microseconds of processor time a command, of all threads."""
    store = EventStore(parts.recorder, parts.log, registry(), parts.keys, traces)
    until, commands, began = time.perf_counter() + seconds, 0, time.process_time()

    async def call() -> None:
        nonlocal commands
        while time.perf_counter() < until:
            with traces.work("POST /boxes", SpanKind.SERVER):
                with traces.step("decide"):
                    changes = Changes([Change(uuid4(), 0, [Opened(colour="red"), Counted(things=1)])])
                await store.append(changes, origin(), parts.time.now())
            commands += 1

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    return (time.process_time() - began) / commands * 1e6


async def compare(servers: Servers) -> dict[str, list[float]]:
    """The rounds of both."""
    with fresh_database(servers) as database, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = TraceSettings(folder, folder / "no-collector")
        async with kernel(database, folder) as parts, tracing("tips", settings) as traces:
            both = {"without traces": Traces("tips"), "with traces": traces}
            for each in both.values():
                await spent(parts, each, WARM_UP_SECONDS)
            rounds: dict[str, list[float]] = {what: [] for what in both}
            for _ in range(ROUNDS):
                for what, each in both.items():
                    rounds[what].append(await spent(parts, each, ROUND_SECONDS))
    return rounds


if __name__ == "__main__":
    with running_servers(durable=True) as running:
        for what, found in asyncio.run(compare(running)).items():
            sys.stdout.write(f"{what:<16}{statistics.median(found):>8.0f} µs a command\n")

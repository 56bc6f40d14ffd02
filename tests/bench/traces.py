"""What traces cost a command of two events, in processor time, beside none.

Processor time, not time passed: on a shared machine the latter says more about the neighbours. No HTTP, so that nothing
hides the cost.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from opentelemetry.trace import SpanKind

from services.kernel.settings import TraceSettings
from services.kernel.store import Change, Changes, EventStore
from services.kernel.trace_export import tracing
from services.kernel.traces import Traces
from tests.bench.measuring import Result, beside
from tests.bench.stage import Stage
from tests.kernel.toy import Counted, Kernel, Opened, kernel, origin, registry

WARM_UP_SECONDS = 0.2
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


def measure(stage: Stage) -> Sequence[Result]:
    """In turn, on one database."""
    seconds = stage.size.seconds
    with stage.database() as database, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = TraceSettings(folder, folder / "no-collector")

        async def compared() -> dict[str, list[float]]:
            async with kernel(database, folder) as parts, tracing("tips", settings) as traces:
                both = {"without": Traces("tips"), "with": traces}
                for each in both.values():
                    await spent(parts, each, WARM_UP_SECONDS)
                found: dict[str, list[float]] = {what: [] for what in both}
                for _ in range(stage.size.rounds):
                    for what, each in both.items():
                        found[what].append(await spent(parts, each, seconds))
                return found

        found = asyncio.run(compared())
    return [beside("a command of two events, traced", "µs of processor", found["with"], "not traced", found["without"])]

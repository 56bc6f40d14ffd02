"""What it takes to load one aggregate, by how many events it has."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from services.kernel.serving import seldom_collect
from tests.bench.measuring import Result, at_most, beside, in_turn
from tests.bench.stage import Stage
from tests.kernel.toy import BOX, Counted, Kernel, kernel

LONGER_AT_MOST = 1.3
AT_ONCE = 1_000
EVENTS_A_ROUND = 3_000


def measure(stage: Stage) -> Sequence[Result]:
    """Each beside the shortest."""
    seldom_collect()
    with stage.database() as database, tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        context = kernel(database, Path(folder))
        one = runner.run(context.__aenter__())
        try:
            streams = {events: runner.run(_counted(one, events)) for events in stage.size.loaded}
            works = {
                f"{events:,} events": partial(_loaded, runner, one, streams[events], events)
                for events in stage.size.loaded
            }
            found = in_turn(works, stage.size.rounds)
        finally:
            runner.run(context.__aexit__(None, None, None))
    first, *others = found
    return [
        beside(f"an aggregate of {name}", "ms", found[name], f"of {first}", found[first], at_most(LONGER_AT_MOST))
        for name in others
    ]


async def _counted(one: Kernel, events: int) -> UUID:
    stream = uuid4()
    for after in range(0, events, AT_ONCE):
        await one.add(stream, after, *(Counted(things=1) for _ in range(min(AT_ONCE, events - after))))
    return stream


def _loaded(runner: asyncio.Runner, one: Kernel, stream: UUID, events: int) -> float:
    return runner.run(_loading(one, stream, events))


async def _loading(one: Kernel, stream: UUID, events: int) -> float:
    """Milliseconds, the median of several times. Raises AssertionError when something else was loaded."""
    took = []
    for _ in range(max(3, EVENTS_A_ROUND // events)):
        began = time.perf_counter()
        loaded = await one.store.load(BOX, stream)
        took.append(time.perf_counter() - began)
        assert (loaded.version, loaded.state.things) == (events, events)
    return statistics.median(took) * 1000

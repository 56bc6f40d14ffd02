"""What it costs to compare one new tip with those of half a year, in a service as it runs, beside a new log.

Each comparison opens the names, contacts and stories of those nearest in time (services/tips/processes/find_alike.py).
What is timed is one comparison, from the event to what follows of it; what is counted are the events it reads.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, cast
from unittest.mock import patch
from uuid import UUID

from contracts.jurisdictions import Jurisdiction
from services.kernel.keys import KeyStore
from services.kernel.store import Changes, EventStore
from services.kernel.stored_form import Happening
from services.kernel.views import Views
from services.tips.main import DEFINITION
from services.tips.processes.find_alike import FindAlike
from tests.bench.measuring import Result, beside
from tests.bench.requests import tip
from tests.bench.stage import Stage
from tests.services.tips.house import INTAKE
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import empty_nats
from tests.support.waiting import eventually

COMPARED = 20
"""A round."""
HALF_A_YEAR = timedelta(days=180)
TYPING = 8


class Counting:
    """The service's store; it counts the events that are read through it."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def load(self, kind: Any, stream: UUID) -> Any:
        loaded = await self._store.load(kind, stream)
        self.read += loaded.version
        return loaded

    async def load_all(self, kind: Any, streams: Sequence[UUID]) -> Any:
        found = await self._store.load_all(kind, streams)
        self.read += sum(each.version for each in found)
        return found

    async def happenings_of(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[Happening]]:
        found = await self._store.happenings_of(streams)
        self.read += sum(map(len, found.values()))
        return found


class Timed(FindAlike):
    """The reaction itself, timed once the tips are on file; before that nothing is compared."""

    on: ClassVar[bool] = False
    took: ClassVar[list[float]] = []
    read: ClassVar[list[int]] = []

    def __init__(self, store: EventStore, views: Views, keys: KeyStore, jurisdiction: Jurisdiction) -> None:
        self._counting = Counting(store)
        super().__init__(cast("EventStore", self._counting), views, keys, jurisdiction)

    async def __call__(self, happening: Happening) -> Changes | None:
        if not Timed.on:
            return None
        began, before = time.perf_counter(), self._counting.read
        changes = await super().__call__(happening)
        Timed.took.append(time.perf_counter() - began)
        Timed.read.append(self._counting.read - before)
        return changes


def measure(stage: Stage) -> Sequence[Result]:
    """The first tips of a log, and then, when many are on file, as many again each round."""

    async def run() -> Sequence[Result]:
        with stage.database() as database:
            async with running_service(DEFINITION, database, empty_nats(stage.servers)) as tips:
                return await _measured(tips, stage.size.on_file, stage.size.rounds)

    with patch("services.tips.main.FindAlike", Timed):
        return asyncio.run(run())


async def _measured(tips: RunningService, on_file: int, rounds: int) -> Sequence[Result]:
    """In a service that has nothing on file yet."""
    chance = random.Random(500)  # the same invented people each time
    few_took, few_read = await _compared(tips, chance)
    await _fill(tips, chance, on_file)
    many = [await _compared(tips, chance) for _ in range(rounds)]
    what, peer = f"a tip compared beside {on_file:,} of half a year", f"the first {COMPARED} of a log"
    return [
        beside(f"{what}, p50", "ms", [took for took, _ in many], peer, [few_took] * rounds),
        beside(f"{what}, reads", "events", [read for _, read in many], peer, [max(few_read, 1.0)] * rounds),
    ]


async def _compared(tips: RunningService, chance: random.Random) -> tuple[float, float]:
    """Milliseconds and events read, half of them less."""
    Timed.took.clear()
    Timed.read.clear()
    Timed.on = True
    for number in range(1, COMPARED + 1):
        await _typed(tips, chance, timedelta(0))

        async def done(number: int = number) -> bool:
            return len(Timed.took) >= number

        await eventually(done, within=60.0)
    Timed.on = False
    return statistics.median(Timed.took) * 1000, statistics.median(Timed.read)


async def _fill(tips: RunningService, chance: random.Random, on_file: int) -> None:
    left = list(range(on_file))

    async def type_in() -> None:
        while left:
            await _typed(tips, chance, HALF_A_YEAR * left.pop() / on_file)

    await asyncio.gather(*(type_in() for _ in range(TYPING)))

    async def listed() -> bool:
        return bool((await tips.get("/tips", by=INTAKE)).json())

    await eventually(listed, within=60.0)


async def _typed(tips: RunningService, chance: random.Random, ago: timedelta) -> None:
    answer = await tips.post("/tips", tip(chance, NOON - ago), by=INTAKE)
    assert answer.status_code == 201, answer.text

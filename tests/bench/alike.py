"""`python -m tests.bench.alike`: what it costs to compare one new tip with 500 tips of half a year, in a service as it
runs.

Each comparison opens the names, contacts and stories of those nearest in time (services/tips/processes/find_alike.py).
What is timed is one comparison, from the event to what follows of it; what is counted are the events it reads.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, cast
from unittest.mock import patch
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.kernel.keys import KeyStore
from services.kernel.store import Changes, EventStore
from services.kernel.stored_form import Happening
from services.kernel.views import Views
from services.tips.main import DEFINITION
from services.tips.processes.find_alike import FindAlike
from tests.bench.__main__ import REPORT
from tests.services.tips.house import INTAKE
from tests.support.reliability import table
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import empty_nats, fresh_database, running_servers
from tests.support.waiting import eventually

ON_FILE = 500
COMPARED = 60
HALF_A_YEAR = timedelta(days=180)
TYPING = 8
SYLLABLES = ("bar", "cor", "del", "fin", "gar", "hol", "kel", "lom", "mar", "nor", "pel", "ros", "tav")
STORY = (
    "Invented. Seen at a motel beside the highway with somebody older, twice in one week; {number} was rung from there."
)


class Measured(msgspec.Struct, frozen=True):
    """What build/bench.json holds under `alike`. `events_read` is the median of the comparisons."""

    on_file: int
    compared: int
    p50_ms: float
    p95_ms: float
    events_read: int


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


async def measure(tips: RunningService) -> Measured:
    """In a service that has nothing on file yet."""
    chance = random.Random(500)  # the same invented people each time
    await _fill(tips, chance)
    Timed.on = True
    for number in range(1, COMPARED + 1):
        await _typed(tips, chance, timedelta(0))

        async def compared(number: int = number) -> bool:
            return len(Timed.took) >= number

        await eventually(compared, within=60.0)
    percentiles = statistics.quantiles(Timed.took, n=100)
    return Measured(
        on_file=ON_FILE,
        compared=COMPARED,
        p50_ms=round(percentiles[49] * 1000, 1),
        p95_ms=round(percentiles[94] * 1000, 1),
        events_read=int(statistics.median(Timed.read)),
    )


async def _fill(tips: RunningService, chance: random.Random) -> None:
    left = list(range(ON_FILE))

    async def type_in() -> None:
        while left:
            await _typed(tips, chance, HALF_A_YEAR * left.pop() / ON_FILE)

    await asyncio.gather(*(type_in() for _ in range(TYPING)))

    async def listed() -> bool:
        return bool((await tips.get("/tips", by=INTAKE)).json())

    await eventually(listed, within=60.0)


async def _typed(tips: RunningService, chance: random.Random, ago: timedelta) -> None:
    """Somebody of a made-up name, a number nobody has, and who reported."""
    name = " ".join("".join(chance.choices(SYLLABLES, k=3)).title() for _ in range(2))
    number = f"601-555-{chance.randrange(10_000):04}"
    subject = {"part": "subject", "name": name, "contact": number, "narrative": STORY.format(number=number)}
    body = {
        "channel": "cps_hotline",
        "county": "Hinds",
        "received_at": (NOON - ago).isoformat(),
        "age": "child",
        "persons": [subject, {"part": "reporter", "name": "Example Neighbor", "contact": "601-555-0100"}],
    }
    answer = await tips.post("/tips", body, by=INTAKE)
    assert answer.status_code == 201, answer.text


def lines_of(measured: Measured) -> list[str]:
    """For people."""
    return table(
        [f"one new tip beside {measured.on_file} of half a year", "measured"],
        [
            ["comparing it, p50", f"{measured.p50_ms} ms"],
            ["the same, p95", f"{measured.p95_ms} ms"],
            ["events read, median", measured.events_read],
        ],
    )


def main() -> int:
    """Measures, adds to the report, prints, and answers the exit code."""

    async def run() -> Measured:
        with running_servers(durable=True) as servers, fresh_database(servers) as database:
            async with running_service(DEFINITION, database, empty_nats(servers)) as tips:
                return await measure(tips)

    with patch("services.tips.main.FindAlike", Timed):
        measured = asyncio.run(run())
    kept = msgspec.json.decode(REPORT.read_bytes(), type=dict[str, object]) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(kept | {"alike": measured})) + b"\n")
    sys.stdout.write("\n".join(lines_of(measured)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m tests.bench.proof`: what the proof of a log costs its appends, and how verifying grows with the log.

Callers append with and without the job that proves, in turn, on one server with fsync on. Then logs of two sizes are
made into trees from their rows, as `muster verify` does it. Exits with 1 when the appends lose more than 15 %, when a
row of the larger log takes half as long again as one of the smaller, or when memory grows with the log.
"""

import asyncio
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from ssl import SSLContext
from uuid import UUID

import msgspec

from deploy.embedded.keys import make_proof_key
from services.kernel.batch import Append
from services.kernel.lease import Leases
from services.kernel.proof.chains import Chains
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import SIGNS_CHECKPOINTS
from services.kernel.proof.proving import Proving
from services.kernel.proof.tree import Frontier
from services.kernel.settings import ProofSettings
from tests.bench.__main__ import REPORT
from tests.bench.contenders import CALLERS, event, stamped_event
from tests.kernel.toy import Kernel, job, kernel
from tests.support.servers import Servers, fresh_database, running_servers

ROUNDS = 3
SECONDS = 5.0
LEAST_SHARE = 0.85
SIZES = (100_000, 1_000_000)
PAGE = 200
STREAMS_AT_ONCE = 2_000
SLOWER_AT_MOST = 1.5
MORE_MEMORY_AT_MOST = 10_000
"""Kilobytes."""


class Measured(msgspec.Struct, frozen=True):
    """What build/bench.json holds under `proof`."""

    appends_per_second: float
    appends_per_second_proved: float
    share: float
    leaves_per_second: float
    microseconds_per_row: dict[str, float]
    more_memory_kilobytes: int


async def appends(servers: Servers, *, proved: bool) -> tuple[float, float]:
    """In a second, and how many leaves the tree had got in a second by then."""
    with tempfile.TemporaryDirectory() as name, fresh_database(servers) as database:
        async with kernel(database, Path(name)) as running, AsyncExitStack() as stack:
            proving = _proving(running, Path(name))
            if proved:
                await stack.enter_async_context(job(proving.run()))
            began = time.perf_counter()
            done = 0

            async def call() -> None:
                nonlocal done
                while time.perf_counter() < began + SECONDS:
                    await running.recorder.append(Append([event()]))
                    done += 1

            await asyncio.gather(*(call() for _ in range(CALLERS)))
            passed = time.perf_counter() - began
            return done / passed, (await proving.tree.frontier()).size / passed


def verified(rows: int) -> float:
    """Microseconds of processor for each row."""
    chains, frontier = Chains(), Frontier()
    spent = 0.0
    for page in _pages(rows):
        began = time.process_time()
        for leaf in chains.leaves(page):
            frontier.add(leaf)
        spent += time.process_time() - began
    chains.close()
    return spent / rows * 1e6


def _pages(rows: int) -> Iterator[Sequence[Row]]:
    """As a log has them: streams begin, and go on for a while."""
    chance, state, open_ = random.Random(1), stamped_event().state, dict[UUID, int]()  # noqa: S311, RUF100 - no secret
    for first in range(0, rows, PAGE):
        page = []
        for position in range(first + 1, first + PAGE + 1):
            new = not open_ or chance.random() < 0.3
            stream = UUID(int=chance.getrandbits(128)) if new else chance.choice(list(open_)[-20:])
            open_[stream] = open_.get(stream, 0) + 1
            page.append(Row(position, stream, open_[stream], "bench.happened", state))
        while len(open_) > STREAMS_AT_ONCE:
            del open_[next(iter(open_))]
        yield page


def _proving(running: Kernel, folder: Path) -> Proving:
    key = folder / "proof-key.pem"
    make_proof_key(key, "muster/bench/tips", SIGNS_CHECKPOINTS, folder / "tips.vkey")
    settings = ProofSettings(
        origin="muster/bench/tips",
        key_file=key,
        witnesses_file=folder / "witnesses.json",
        anchor_file=folder / "anchor.folder",
        logs=folder,
    )
    appended = running.recorder.appended
    return Proving(settings, running.pool, running.log, Leases(running.conninfo), running.time, appended, _nobody)


def _nobody(_address: str) -> SSLContext:
    raise AssertionError("nobody is asked")


def measure() -> Measured:
    """Everything; takes some minutes."""
    without, with_, leaves = [], [], []
    with running_servers(durable=True) as servers:
        for _ in range(ROUNDS):
            without.append(asyncio.run(appends(servers, proved=False))[0])
            rate, grown = asyncio.run(appends(servers, proved=True))
            with_.append(rate)
            leaves.append(grown)
    small = verified(SIZES[0])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = verified(SIZES[1])
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    one, other = statistics.median(without), statistics.median(with_)
    return Measured(
        round(one),
        round(other),
        round(other / one, 3),
        round(statistics.median(leaves)),
        {str(SIZES[0]): round(small, 1), str(SIZES[1]): round(large, 1)},
        more,
    )


def main() -> int:
    """Adds to build/bench.json."""
    measured = measure()
    report = msgspec.json.decode(REPORT.read_bytes()) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(report | {"proof": measured}), indent=2))
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(measured), indent=2).decode() + "\n")
    small, large = measured.microseconds_per_row.values()
    well = measured.share >= LEAST_SHARE and large <= SLOWER_AT_MOST * small
    return 0 if well and measured.more_memory_kilobytes <= MORE_MEMORY_AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())

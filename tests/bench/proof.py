"""What the proof of a log costs its appends, and how verifying grows with the log.

Callers append with and without the job that proves, in turn. Then logs of two sizes are made into trees from their
rows, as `muster verify` does it: processor time a row, and by how much memory grows.
"""

import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from ssl import SSLContext
from uuid import UUID

from deploy.embedded.keys import make_proof_key
from services.kernel.batch import Append
from services.kernel.lease import Leases
from services.kernel.proof.chains import Chains
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import SIGNS_CHECKPOINTS
from services.kernel.proof.proving import Proving
from services.kernel.proof.tree import Frontier
from services.kernel.settings import ProofSettings
from tests.bench.contenders import CALLERS, event, stamped_event
from tests.bench.measuring import Result, at_least, at_most, below, beside, in_turn
from tests.bench.stage import Stage
from tests.kernel.toy import Kernel, job, kernel

LEAST_SHARE = 0.85
PAGE = 200
STREAMS_AT_ONCE = 2_000
SLOWER_AT_MOST = 1.5
MORE_MEMORY_AT_MOST = 10_000
"""Kilobytes."""


async def appends(stage: Stage, *, proved: bool) -> float:
    """In a second. Raises AssertionError when nothing was proved."""
    with tempfile.TemporaryDirectory() as name, stage.database() as database:
        async with kernel(database, Path(name)) as running, AsyncExitStack() as stack:
            proving = _proving(running, Path(name))
            if proved:
                await stack.enter_async_context(job(proving.run()))
            began = time.perf_counter()
            done = 0

            async def call() -> None:
                nonlocal done
                while time.perf_counter() < began + stage.size.seconds:
                    await running.recorder.append(Append([event()]))
                    done += 1

            await asyncio.gather(*(call() for _ in range(CALLERS)))
            passed = time.perf_counter() - began
            assert not proved or (await proving.tree.frontier()).size > 0, "nothing was proved"
            return done / passed


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


def measure(stage: Stage) -> Sequence[Result]:
    """Both in turn; then the logs, the smaller first, so that what the larger takes of memory more is its own."""
    works = {
        "without": lambda: asyncio.run(appends(stage, proved=False)),
        "proved": lambda: asyncio.run(appends(stage, proved=True)),
    }
    found = in_turn(works, stage.size.rounds)
    few, many = stage.size.proved
    small = verified(few)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = verified(many)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return [
        beside(
            f"{CALLERS} concurrent, proved meanwhile",
            "appends/s",
            found["proved"],
            "ours, not proved",
            found["without"],
            at_least(LEAST_SHARE),
        ),
        beside(f"a log of {many:,} verified", "µs/row", [large], f"of {few:,}", [small], at_most(SLOWER_AT_MOST)),
        below("memory more for it", "KB", [more], MORE_MEMORY_AT_MOST),
    ]

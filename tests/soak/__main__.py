"""`make soak`: mixed load with restarts for MINUTES; memory must stay flat, and nothing may be lost.

Writes its figures into docs/reliability.md and every sample into build/soak.csv. Ends with exit code 1 when something
grew, was lost, or lags behind at the end.
"""

import asyncio
import csv
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.house import running_house
from tests.soak import report
from tests.soak.judging import Sample, judge
from tests.soak.memory import TELLS, Memory
from tests.soak.soaking import soak

SAMPLES = Path("build/soak.csv")


def main() -> int:
    """The one argument is for how many minutes; MUSTER_SOAK_SEED repeats an order of faults."""
    if not TELLS.exists():
        sys.stderr.write(f"Only Linux tells what a process takes of memory: {TELLS} is missing.\n")
        return 2
    minutes = float(sys.argv[1])
    seed = int(os.environ.get("MUSTER_SOAK_SEED", secrets.randbelow(1_000_000)))
    sys.stdout.write(f"{minutes:g} minutes, MUSTER_SOAK_SEED={seed}\n")
    return asyncio.run(_soak(minutes, seed))


async def _soak(minutes: float, seed: int) -> int:
    async with running_house(small=False) as house:
        try:
            soaked = await soak(house, minutes * 60.0, seed)
        except AssertionError:
            sys.stderr.write(f"{house.last_words()}\n{house.failed_requests()}\n")
            raise
        verdicts = judge(soaked.samples)
        _keep(soaked.samples)
        found = report.found(soaked, verdicts)
        report.write(house, soaked, verdicts, found)
    sys.stdout.write("\n".join(found or ["Memory stayed flat, and nothing was lost."]) + "\n")
    return 1 if found else 0


def _keep(samples: Sequence[Sample]) -> None:
    SAMPLES.parent.mkdir(exist_ok=True)
    with SAMPLES.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["at", "name", "life", "processes", *Memory._fields])
        rows.writerows([round(each.at, 1), *each.seen[:3], *each.seen.memory] for each in samples)


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m tests.bench.lists`: the longest lists that the clinic's service takes, over HTTP in a service as it runs.

A list of legacy kits is looked at and brought in, an evidence room is stated that holds nothing but kits nobody knows,
and the morning after it is counted. Timed is the whole answer; memory is by how much the process that holds both the
service and the bench, which is small beside it, stood above what it had before, at most. Meanwhile somebody else asks
for a page of his own, again and again: told is how long he waited at most, since the service has one thread.
"""

import asyncio
import base64
import sys
import time
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec

from services.forensic_clinic.census.statements import MOST
from services.forensic_clinic.legacy.reading import MOST_ROWS
from services.forensic_clinic.main import DEFINITION
from tests.services.forensic_clinic.kit.house import ANALYST, COORDINATOR, OFFICER
from tests.services.forensic_clinic.legacy.given import a_list
from tests.support.reliability import table, write_section
from tests.support.running_service import RunningService, running_service
from tests.support.servers import empty_nats, fresh_database, running_servers, temporary_folder
from tests.support.waiting import eventually

T = TypeVar("T")

REPORT = Path("build/lists.json")
MEGABYTE = 1_048_576
ROW = "MS-{number:05},LOCAL-LE,2019-03-04,Hinds,BRIDGE,2019-03-01,reported,2019-03-02"


class Step(msgspec.Struct, frozen=True):
    """What build/lists.json holds of each step."""

    what: str
    seconds: float
    megabytes: float
    others_waited: float


async def measure(clinic: RunningService) -> list[Step]:
    """In a service that has nothing on file yet."""
    file = a_list(*(ROW.format(number=number) for number in range(MOST_ROWS)))
    sent = {"file": base64.b64encode(file).decode()}
    looked_at, seen = await _timed(
        clinic, f"{MOST_ROWS} legacy kits looked at", clinic.post("/legacy-kits/preview", sent, by=OFFICER)
    )
    assert len(_right(seen, 200).json()["kits"]) == MOST_ROWS
    brought = clinic.post("/legacy-kits", sent | {"digest": seen.json()["digest"]}, by=OFFICER)
    brought_in, answer = await _timed(clinic, "the same brought in", brought)
    assert _right(answer, 201).json()["kits"] == MOST_ROWS

    numbers = [f"ZQX-{number:05}" for number in range(MOST)]
    body = {"place": "evidence_room", "counted_at": clinic.time.now().isoformat(), "numbers": numbers}
    stated, answer = await _timed(
        clinic, f"{MOST} numbers stated that nobody knows", clinic.post("/census/statements", body, by=ANALYST)
    )
    _right(answer, 201)
    own = {**body, "numbers": [f"MS-{number:05}" for number in range(MOST_ROWS)]}
    known, answer = await _timed(
        clinic, f"{MOST_ROWS} stated that are on record", clinic.post("/census/statements", own, by=OFFICER)
    )
    _right(answer, 201)
    counted, _ = await _timed(clinic, "the morning's count of all of them", _the_next_morning(clinic))
    return [looked_at, brought_in, stated, known, counted]


def _right(answer: httpx.Response, status: int) -> httpx.Response:
    assert answer.status_code == status, answer.text
    return answer


async def _the_next_morning(clinic: RunningService) -> None:
    clinic.time.turn(timedelta(hours=18))

    async def counted() -> bool:
        return "census.day_counted" in clinic.names()

    await eventually(counted, within=120.0)


async def _timed(clinic: RunningService, what: str, doing: Awaitable[T]) -> tuple[Step, T]:
    _forget_the_highest()
    before, waited = _kilobytes("VmRSS"), [0.0]
    beside = asyncio.create_task(_somebody_else(clinic, waited))
    began = time.perf_counter()
    found = await doing
    took = time.perf_counter() - began
    beside.cancel()
    await asyncio.gather(beside, return_exceptions=True)
    above = max(_kilobytes("VmHWM") - before, 0) * 1024 / MEGABYTE
    return Step(what, round(took, 2), round(above, 1), round(max(waited), 2)), found


async def _somebody_else(clinic: RunningService, waited: list[float]) -> None:
    while True:
        began = time.perf_counter()
        try:
            _right(await clinic.get("/exams", by=COORDINATOR), 200)
        finally:
            waited.append(time.perf_counter() - began)


def _forget_the_highest() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _kilobytes(named: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(named))


def lines_of(steps: list[Step]) -> list[str]:
    """For people."""
    head = ["the longest lists", "seconds", "memory, MB", "others waited at most, s"]
    return table(head, [[each.what, each.seconds, each.megabytes, each.others_waited] for each in steps])


def main() -> int:
    """Measures, writes the report, prints, and answers the exit code."""

    async def run() -> list[Step]:
        with running_servers(durable=True) as servers, fresh_database(servers) as database:
            async with running_service(DEFINITION, database, empty_nats(servers)) as clinic:
                return await measure(clinic)

    steps = asyncio.run(run())
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(steps)) + b"\n")
    told = lines_of(steps)
    with temporary_folder() as folder:
        files = "data in a temporary folder"
        write_section("python -m tests.bench.lists", "The longest lists", told, programs=folder, files=files)
    sys.stdout.write("\n".join(told) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

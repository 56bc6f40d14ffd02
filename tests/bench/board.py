"""`python -m tests.bench.board`: what the coordinator's board costs with 500 open cases, in a whole house as it runs.

One coordinator opens it again and again; then 200 have it open while the cases change, as browsers do: each is told by
a server-sent event and asks for the page anew. Exits with 1 when a limit is passed.
"""

import asyncio
import os
import re
import statistics
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from deploy.demo.interfaces import Person
from services.console.doorkeeper import RENEWAL_HEADER
from services.kernel.time_source import TimeFile
from tests.bench.__main__ import REPORT
from tests.end_to_end.town import SEATS, Town, Visit, ok, origin_of, started
from tests.support.reliability import table, write_section
from tests.support.running_service import NOON
from tests.support.servers import temporary_folder
from tests.support.waiting import eventually

CASES = 500
ANSWERED = 100
"""Cases whose three seats somebody has taken: they stay on the board until the child is seen."""
TYPING = 8
COUNTIES = ("Hinds", "Rankin", "Madison", "Harrison", "Lauderdale", "Washington")
REST_CORES = 0.15
"""What a house takes that nobody uses, at the most."""

OPENINGS = 300
BOARDS = 200
CHANGE_EVERY_SECONDS = 2.0
LIVE_SECONDS = 60.0

P95_MS = 50.0
PAGE_BYTES = 100_000
CORES = 1.0


class Opening(msgspec.Struct, frozen=True):
    """The board as one coordinator opens it; `first_visit_bytes` counts the stylesheet, the script and the mark too."""

    cases: int
    p50_ms: float
    p95_ms: float
    page_bytes: int
    first_visit_bytes: int


class Living(msgspec.Struct, frozen=True):
    """Many boards open while cases change; `cores` is processor time by time passed, of each part of the house."""

    boards: int
    changes: int
    renewals: int
    cores: float
    by_part: Mapping[str, float]


class Measured(msgspec.Struct, frozen=True):
    """What build/bench.json holds under `board`."""

    opening: Opening
    living: Living


class Spent(NamedTuple):
    """Processor seconds by part of the house."""

    parts: Mapping[str, float]

    @classmethod
    def by(cls, town: Town) -> "Spent":
        """Until now, with the processes that each has started."""
        return cls({name: sum(map(_seconds, _with_children(pid))) for name, pid in town.stack.pids().items()})

    def since(self, earlier: "Spent", passed: float) -> dict[str, float]:
        """As cores."""
        return {name: round((self.parts[name] - before) / passed, 3) for name, before in earlier.parts.items()}


async def measure(town: Town) -> Measured:
    """In a house with its cases."""
    async with town.open() as visit:
        await _fill(visit)
        return Measured(await _opening(visit), await _living(visit))


async def _fill(visit: Visit) -> None:
    """Tips of the last day, most of which nobody has answered."""
    left = list(range(CASES))
    tips: list[str] = []

    async def type_in() -> None:
        while left:
            number = left.pop()
            age = timedelta(hours=25) * number / CASES
            body = {
                "channel": "cps_hotline",
                "county": COUNTIES[number % len(COUNTIES)],
                "received_at": (visit.town.now - age).isoformat(),
                "age": "child",
                # Nobody knows the names yet: five hundred of one name would each be found to be like every other.
                "persons": [{"part": "subject", "narrative": "Invented."}],
            }
            tips.append(str(ok(await visit.post("cps_intake", "tips", "/tips", body)).json()["reference"]))

    await asyncio.gather(*(type_in() for _ in range(TYPING)))

    async def all_open() -> bool:
        found = await visit.get("cps_coordinator", "rapid_assessment", "/teams/open", limit="1")
        return bool(found.is_success and found.json()["total"] == CASES)

    await eventually(all_open, within=300.0)
    answered = tips[:ANSWERED]

    async def answer() -> None:
        while answered:
            await visit.fill(answered.pop(), *SEATS)

    await asyncio.gather(*(answer() for _ in range(TYPING)))

    async def all_read() -> bool:
        return "rapid_assessment.team_formed" in await visit.told(tips[0])

    await eventually(all_read, within=300.0)

    async def at_rest() -> bool:
        before = Spent.by(visit.town)
        # Nothing is waited for: what is spent in a second takes a second to see.
        await asyncio.sleep(1.0)
        return sum(Spent.by(visit.town).since(before, 1.0).values()) < REST_CORES

    # The witness still copies and compares for half a minute after the last thing anybody did.
    await eventually(at_rest, within=300.0)


async def _opening(visit: Visit) -> Opening:
    coordinator = await visit.sign_in("cps_coordinator")
    took: list[float] = []
    async with _browser(visit, coordinator) as http:
        page = await http.get("/board")
        assert f" {CASES}" in page.text, "The page does not say how many cases there are."
        for _ in range(OPENINGS):
            began = time.perf_counter()
            page = await http.get("/board")
            took.append(time.perf_counter() - began)
            assert page.status_code == 200, page.text
        beside = [await http.get(each) for each in _assets(page.text)]
    percentiles = statistics.quantiles(took, n=100)
    return Opening(
        cases=CASES,
        p50_ms=round(percentiles[49] * 1000, 1),
        p95_ms=round(percentiles[94] * 1000, 1),
        page_bytes=page.num_bytes_downloaded,
        first_visit_bytes=sum(each.num_bytes_downloaded for each in [page, *beside]),
    )


async def _living(visit: Visit) -> Living:
    coordinator = visit.town.people["cps_coordinator"]
    boards = [Board(visit, await _signed_in_anew(visit, coordinator)) for _ in range(BOARDS)]
    watching = [asyncio.create_task(board.watch()) for board in boards]
    await eventually(lambda: _all(board.told for board in boards), within=120.0)
    began, before = time.perf_counter(), Spent.by(visit.town)
    renewed, changes = sum(board.renewed for board in boards), 0
    while (passed := time.perf_counter() - began) < LIVE_SECONDS:
        await visit.tip(age="child", received_at=visit.town.now)
        changes += 1
        await asyncio.sleep(CHANGE_EVERY_SECONDS)
    cores = Spent.by(visit.town).since(before, passed)
    renewed = sum(board.renewed for board in boards) - renewed
    for each in watching:
        each.cancel()
    ended = await asyncio.gather(*watching, return_exceptions=True)
    failed = [each for each in ended if not isinstance(each, asyncio.CancelledError)]
    assert not failed, f"{len(failed)} boards were closed: {str(failed[0])[:500]}"
    return Living(BOARDS, changes, renewed, round(sum(cores.values()), 3), cores)


class Board:
    """An open tab: it is told of changes, and asks for its page again as its script does."""

    def __init__(self, visit: Visit, who: Person) -> None:
        self._visit = visit
        self._who = who
        self.told = False
        self.renewed = 0

    async def watch(self) -> None:
        """Until it is closed."""
        async with _browser(self._visit, self._who) as http, http.stream("GET", "/live") as stream:
            async for line in stream.aiter_lines():
                self.told = True
                if line == "event: changed":
                    page = await http.get("/board", headers={RENEWAL_HEADER: "1"})
                    assert page.status_code == 200, page.text
                    self.renewed += 1


def _browser(visit: Visit, who: Person) -> httpx.AsyncClient:
    """With the cookie of a session; it takes what is sent compressed as a browser does."""
    cookies = {"session": who.session}
    return httpx.AsyncClient(base_url=origin_of(visit.town.stack), cookies=cookies, timeout=60, trust_env=False)


async def _signed_in_anew(visit: Visit, who: Person) -> Person:
    """The same person at another browser."""
    again = Person(who.label, who.account, who.sign_in_name, who.device)
    await visit.interfaces.sign_in(again)
    return again


def _assets(page: str) -> list[str]:
    return sorted(set(re.findall(r'"(/assets/[^"]+)"', page)))


async def _all(told: Iterable[bool]) -> bool:
    return all(told)


def _with_children(pid: int) -> list[int]:
    """PostgreSQL is many processes; the others are one each."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *map(int, children)]


def _seconds(pid: int) -> float:
    """Of the processor, in the process and in those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def too_much(measured: Measured) -> list[str]:
    """The limits that were passed, in a sentence each."""
    opening, living = measured.opening, measured.living
    limits = [
        (opening.p95_ms < P95_MS, f"The board took {opening.p95_ms:g} ms at p95; {P95_MS:g} are allowed."),
        (
            opening.first_visit_bytes < PAGE_BYTES,
            f"The board weighs {opening.first_visit_bytes} bytes; {PAGE_BYTES} are allowed.",
        ),
        (living.cores < CORES, f"{living.boards} open boards took {living.cores:g} cores; {CORES:g} is allowed."),
    ]
    return [sentence for held, sentence in limits if not held]


def lines_of(measured: Measured) -> list[str]:
    """For people."""
    opening, living = measured.opening, measured.living
    parts = sorted(living.by_part.items(), key=lambda each: -each[1])
    return [
        *table(
            ["the board", "measured", "limit"],
            [
                [f"{opening.cases} open cases, whole page, p50", f"{opening.p50_ms} ms", ""],
                ["the same, p95", f"{opening.p95_ms} ms", f"{P95_MS:g} ms"],
                ["bytes of the page as sent", opening.page_bytes, ""],
                ["with stylesheet, script and mark, as sent", opening.first_visit_bytes, PAGE_BYTES],
                [f"cores taken by {living.boards} open boards", living.cores, f"{CORES:g}"],
            ],
        ),
        "",
        f"In {LIVE_SECONDS:g} s {living.changes} tips came in, and pages renewed themselves {living.renewals} times.",
        f"Cores, as processor time of the whole house: {', '.join(f'{name} {cores:g}' for name, cores in parts)}.",
    ]


def main() -> int:
    """Measures, writes it down, prints it, and answers the exit code."""
    with temporary_folder() as folder:
        at_once = TimeFile("scaled", told=NOON, real=datetime.now(UTC), rate=1.0)
        with started(folder / "data", at_once) as town:
            measured = asyncio.run(measure(town))
        told = lines_of(measured)
        write_section("make bench", "The board", told, programs=folder / "programs", files="data in a temporary folder")
    known = msgspec.json.decode(REPORT.read_bytes()) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(known | {"board": measured})) + b"\n")
    passed = too_much(measured)
    sys.stdout.write("\n".join([*told, *passed]) + "\n")
    return 1 if passed else 0


if __name__ == "__main__":
    raise SystemExit(main())

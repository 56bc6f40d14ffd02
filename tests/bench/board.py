"""What the coordinator's board costs with few and with many open cases, in a whole house as it runs.

One coordinator opens it again and again, first with few cases, then, in the same house, with many: these two cannot
take turns. Between, many have it open while the cases change, as browsers do: each is told by a server-sent event and
asks for the page anew.
"""

import asyncio
import os
import re
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import httpx

from deploy.demo.interfaces import Person
from services.console.doorkeeper import RENEWAL_HEADER
from tests.bench.measuring import Result, at_most, below, beside, say
from tests.bench.stage import Stage
from tests.end_to_end.town import SEATS, Town, Visit, ok, origin_of
from tests.support.waiting import eventually

ANSWERED = 100
"""Cases whose three seats somebody has taken: they stay on the board until the child is seen."""
TYPING = 8
COUNTIES = ("Hinds", "Rankin", "Madison", "Harrison", "Lauderdale", "Washington")
REST_CORES = 0.15
"""What a house takes that nobody uses, at the most."""

OPENINGS = 300
CHANGE_EVERY_SECONDS = 2.0
SETTLED_WITHIN_SECONDS = 1200.0

P95_MS = 50.0
SLOWER_AT_MOST = 1.5
PAGE_BYTES = 100_000
CORES = 1.0


class Opening(NamedTuple):
    """The board as one coordinator opens it, one p95 a round; `first_visit_bytes` with stylesheet, script and mark."""

    p95_ms: Sequence[float]
    first_visit_bytes: int


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


def measure(stage: Stage) -> Sequence[Result]:
    """In a house of its own, which has no cases yet."""
    with stage.house("board") as house:
        return asyncio.run(_measured(stage, house.town))


async def _measured(stage: Stage, town: Town) -> Sequence[Result]:
    size = stage.size
    openings: dict[int, Opening] = {}
    cores: list[float] = []
    there = 0
    async with town.open() as visit:
        for cases in size.cases:
            say(f"filling the board to {cases} cases")
            await _fill(visit, there, cases)
            openings[cases] = await _opening(visit, cases, size.rounds)
            there = cases
            if not cores:
                changes, spent = await _living(visit, size.boards, size.boards_seconds)
                cores, there = [spent], there + changes
    few, many = openings[size.cases[0]], openings[size.cases[-1]]
    what = "open cases, whole page, p95"
    return [
        *(below(f"{cases:,} {what}", "ms", each.p95_ms, P95_MS) for cases, each in openings.items()),
        beside(
            f"{size.cases[-1]:,} {what}",
            "ms",
            many.p95_ms,
            f"with {size.cases[0]:,}",
            few.p95_ms,
            at_most(SLOWER_AT_MOST),
        ),
        below("the page with stylesheet, script and mark, as sent", "bytes", [many.first_visit_bytes], PAGE_BYTES),
        below(f"the whole house, with {size.boards} open boards and cases changing", "cores", cores, CORES),
    ]


async def _fill(visit: Visit, there: int, cases: int) -> None:
    """Tips of the last day, most of which nobody has answered."""
    left = list(range(there, cases))
    tips: list[str] = []

    async def type_in() -> None:
        while left:
            number = left.pop()
            age = timedelta(hours=25) * number / cases
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
        return bool(found.is_success and found.json()["total"] == cases)

    await eventually(all_open, within=SETTLED_WITHIN_SECONDS)
    if not there:
        await _answer(visit, tips[: min(ANSWERED, len(tips) // 2)])

    async def all_read() -> bool:
        return "rapid_assessment.team_opened" in await visit.told(tips[-1])

    await eventually(all_read, within=SETTLED_WITHIN_SECONDS)

    async def at_rest() -> bool:
        before = Spent.by(visit.town)
        # Nothing is waited for: what is spent in a second takes a second to see.
        await asyncio.sleep(1.0)
        return sum(Spent.by(visit.town).since(before, 1.0).values()) < REST_CORES

    # The witness still copies and compares for half a minute after the last thing anybody did.
    await eventually(at_rest, within=SETTLED_WITHIN_SECONDS)


async def _answer(visit: Visit, tips: list[str]) -> None:
    async def answer() -> None:
        while tips:
            await visit.fill(tips.pop(), *SEATS)

    first = tips[0]
    await asyncio.gather(*(answer() for _ in range(TYPING)))

    async def formed() -> bool:
        return "rapid_assessment.team_formed" in await visit.told(first)

    await eventually(formed, within=SETTLED_WITHIN_SECONDS)


async def _opening(visit: Visit, cases: int, rounds: int) -> Opening:
    coordinator = await visit.sign_in("cps_coordinator")
    p95_ms: list[float] = []
    async with _browser(visit, coordinator) as http:
        page = await http.get("/board")
        assert any(f" {written}" in page.text for written in (cases, f"{cases:,}")), "The page does not say how many."
        for _ in range(rounds):
            took: list[float] = []
            for _ in range(OPENINGS // rounds):
                began = time.perf_counter()
                page = await http.get("/board")
                took.append(time.perf_counter() - began)
                assert page.status_code == 200, page.text
            p95_ms.append(statistics.quantiles(took, n=100)[94] * 1000)
        assets = [await http.get(each) for each in _assets(page.text)]
    return Opening(p95_ms, sum(each.num_bytes_downloaded for each in [page, *assets]))


async def _living(visit: Visit, many: int, seconds: float) -> tuple[int, float]:
    """How many tips came in, and the processor time of the whole house by time passed."""
    coordinator = visit.town.people["cps_coordinator"]
    boards = [Board(visit, await _signed_in_anew(visit, coordinator)) for _ in range(many)]
    watching = [asyncio.create_task(board.watch()) for board in boards]
    await eventually(lambda: _all(board.told for board in boards), within=120.0)
    began, before = time.perf_counter(), Spent.by(visit.town)
    renewed, changes = sum(board.renewed for board in boards), 0
    while (passed := time.perf_counter() - began) < seconds:
        await visit.tip(age="child", received_at=visit.town.now)
        changes += 1
        await asyncio.sleep(CHANGE_EVERY_SECONDS)
    cores = Spent.by(visit.town).since(before, passed)
    assert sum(board.renewed for board in boards) > renewed, "No board was renewed."
    for each in watching:
        each.cancel()
    ended = await asyncio.gather(*watching, return_exceptions=True)
    failed = [each for each in ended if not isinstance(each, asyncio.CancelledError)]
    assert not failed, f"{len(failed)} boards were closed: {str(failed[0])[:500]}"
    return changes, sum(cores.values())


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

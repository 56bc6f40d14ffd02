"""`python -m tests.soak.innocent`: loads a house to 200,000 events with 20 restarts; no log may be accused of anything.

Services, PostgreSQL and the message server are killed or restarted on the way, as evenly as the events come. Audit
compares, countersigns and makes trees anew all the while; at the end `muster verify` reads everything. What was found
is false, but for what was late while a part was down. Writes its figures into docs/reliability.md, and ends with exit
code 1 when somebody was accused, something was lost, or `muster verify` is not clean.
"""

import asyncio
import os
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.audit.finding.events import FindingFound, GapFound
from services.audit.finding.state import FindingKind, Severity, severity_of
from tests.chaos.house import NAMES, House, running_house
from tests.chaos.records import connected, read_ledger
from tests.chaos.rounds import Rest, Siege, besieged
from tests.soak.soaking import faults, verify
from tests.support.reliability import table, write_section

EVENTS = 200_000
RESTARTS = 20
MOVES_AGAIN = 20


class Ran(NamedTuple):
    """What a run came to. `found` is how often each kind was found on the way, `verified` what `muster verify` says."""

    seed: int
    seconds: float
    struck: Sequence[str]
    acknowledged: int
    rest: Rest
    found: Mapping[str, int]
    verified: Sequence[str]

    @property
    def faults(self) -> list[str]:
        """Empty when all held."""
        false = [f"audit found {kind}, {many} times" for kind, many in self.found.items() if accuses(kind)]
        return [*false, *self.rest.faults, *self.verified]


def accuses(kind: str) -> bool:
    """That something was late is true while a part of the house is down."""
    return severity_of(FindingKind(kind)) is not Severity.DELAY


async def run(house: House, seed: int, events: int, restarts: int) -> Ran:
    """Raises AssertionError when the house does not come back, or a client finds what cannot be."""
    dice, began, struck = random.Random(seed), time.monotonic(), list[str]()
    async with besieged(house, seed) as siege:
        siege.go_on()
        for number, fault in enumerate(faults(dice), start=1):
            await _until(house, siege, events * number // (restarts + 1))
            if number > restarts:
                break
            await fault.strike(house, dice)
            await house.until_ready()
            await siege.until_acknowledged(MOVES_AGAIN)
            struck.append(f"{fault.kind}, {fault.what}")
            print(f"{time.monotonic() - began:6.0f} s: {_events(house)} events, {struck[-1]}", flush=True)
        rest = await siege.come_to_rest(views=False)
        (auditor,) = siege.load.people.of("auditor")
        verified = await asyncio.to_thread(verify, house, await siege.load.people.token(auditor))
        found = _found(house)
        return Ran(seed, time.monotonic() - began, struck, len(siege.load.acknowledged), rest, found, verified)


async def _until(house: House, siege: Siege, events: int) -> None:
    """The clients work. Raises AssertionError when nothing moves, or when one of them has given up."""
    while _events(house) < events:
        await siege.until_acknowledged(MOVES_AGAIN)


def _events(house: House) -> int:
    """In all logs."""
    with connected(house) as connections:
        rows = [
            connections[name].execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()
            for name in NAMES
        ]
    return sum(row[0] for row in rows if row)


def _found(house: House) -> Mapping[str, int]:
    rows = read_ledger(house, "audit").rows
    return Counter(
        str(row.head.data.get("kind", FindingKind.GAP))
        for row in rows
        if row.name in {GapFound.NAME, FindingFound.NAME}
    )


def lines_of(ran: Ran) -> list[str]:
    """For people."""
    said = (
        f"MUSTER_INNOCENT_SEED={ran.seed}: {ran.rest.events} events in {len(NAMES)} services, {len(ran.struck)}"
        f" restarts, {ran.acknowledged} commands acknowledged in {ran.seconds / 60:.0f} minutes. Audit compared every"
        " log with its copy all the while, and `muster verify` read all of them at the end; "
        + ("nothing was found." if not ran.found else "what was found:")
    )
    found = [[kind, many, "FALSE" if accuses(kind) else "true: a part was down"] for kind, many in ran.found.items()]
    struck = Counter(ran.struck)
    return [
        said,
        "",
        *([*table(["found", "times", "judgement"], found), ""] if found else []),
        *table(["struck", "times"], sorted(struck.items())),
        "",
        *([f"- {each}" for each in ran.faults] or ["Nobody was accused, and every log is whole and as it was signed."]),
    ]


async def _run(seed: int, events: int) -> int:
    async with running_house(small=False) as house:
        try:
            ran = await run(house, seed, events, RESTARTS)
        except AssertionError:
            sys.stderr.write(f"{house.last_words()}\n{house.failed_requests()}\n")
            raise
        told = lines_of(ran)
        if events >= EVENTS:
            programs = house.folder / "programs"
            write_section("make innocent", "No false finding", told, programs=programs, files="data on a disk")
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if ran.faults else 0


def main() -> int:
    """MUSTER_INNOCENT_SEED repeats an order of restarts; MUSTER_INNOCENT_EVENTS are fewer, for a first look."""
    seed = int(os.environ.get("MUSTER_INNOCENT_SEED", secrets.randbelow(1_000_000)))
    events = int(os.environ.get("MUSTER_INNOCENT_EVENTS", EVENTS))
    sys.stdout.write(f"{events} events, MUSTER_INNOCENT_SEED={seed}\n")
    return asyncio.run(_run(seed, events))


if __name__ == "__main__":
    raise SystemExit(main())

"""Whatever is sent to the services, none has a fault (`make attack`; a sample of it is in tests/chaos)."""

import os
import secrets
import time

import pytest

from tests.attacks.attack import attack, what_it_left
from tests.attacks.target import Target
from tests.chaos.house import NAMES, House, running_house
from tests.chaos.rounds import besieged
from tests.support.reliability import write_section

COMMANDS_BEFORE = 100
GENERATED = 60
HOW = """\
Each method of each path that a service describes is sent what was made by hand to break it (bytes that are no text,
numbers beyond any, lone surrogates, bodies nested without end, headers and content types that lie) and what
Schemathesis makes of its description, fitting and not, for callers of each role, of all at once, and for nobody. No
answer may be 500, or 503 without Retry-After; each refusal is a problem as RFC 9457 has it; statuses, types and bodies
are those described. Afterwards every service answers, nothing is parked, and every view and copy reads to the end."""


@pytest.mark.slow
async def test_hostile_requests_meet_no_fault() -> None:
    number = int(os.environ.get("MUSTER_ATTACK_SEED", secrets.randbelow(1_000_000)))
    print(f"\nMUSTER_ATTACK_SEED={number}", flush=True)
    async with running_house() as house, besieged(house, number) as siege:
        # There is more to attack where cases are under way.
        siege.go_on()
        await siege.until_acknowledged(COMMANDS_BEFORE)
        await siege.load.pause()
        began = time.monotonic()
        target = Target(house)
        operations = list(target.operations())
        sent, faults = await attack(target, operations, crafted=None, generated=GENERATED, number=number)
        faults += await what_it_left(house)
        _write(house, f"{sent} requests to {len(operations)} operations", time.monotonic() - began, number, faults)
        assert faults == [], house.failed_requests()


def _write(house: House, what: str, seconds: float, number: int, faults: list[str]) -> None:
    summary = f"{what} of {len(NAMES)} services in {seconds:.0f} s, seed {number}."
    found = [f"- {fault.splitlines()[0]}" for fault in faults] or ["No fault was found."]
    files = f"data on {house.disk.kind or 'the disk of the machine'}"
    lines = [summary, "", HOW, "", *found]
    write_section("make attack", "Hostile requests", lines, programs=house.folder / "programs", files=files)

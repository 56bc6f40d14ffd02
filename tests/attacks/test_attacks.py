"""Whatever is sent to the services, none has a fault (`make attack`; a sample of it is in tests/chaos)."""

import asyncio
import os
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.attacks.attack import attack
from tests.attacks.target import Target
from tests.chaos import checks
from tests.chaos.cases import Client
from tests.chaos.house import NAMES, House, running_house
from tests.chaos.load import Load
from tests.chaos.people import People, found_house
from tests.chaos.records import behind, read_ledger, read_progress
from tests.support.waiting import eventually

CLIENTS = 8
COMMANDS_BEFORE = 60
CAUGHT_UP_WITHIN = 60.0


@asynccontextmanager
async def lived_in() -> AsyncIterator[House]:
    """A house where some cases are under way, so that there is something to attack."""
    async with running_house() as house, httpx.AsyncClient(trust_env=False, timeout=20.0) as http:
        people = People(house, http)
        await found_house(people)
        load = Load(house, people, http)
        clients = [asyncio.create_task(Client(load, each, random.Random(each)).work()) for each in range(CLIENTS)]
        load.go_on()

        async def enough() -> bool:
            return len(load.acknowledged) >= COMMANDS_BEFORE

        await eventually(enough, CAUGHT_UP_WITHIN)
        await load.pause()
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        yield house


async def _look(house: House) -> list[str]:
    """Nothing that was sent may have stopped a part, put an event aside or broken a log."""
    now = house.hold_time()

    async def caught_up() -> bool:
        return not behind(read_progress(house, now))

    await eventually(caught_up, CAUGHT_UP_WITHIN)
    await house.until_ready()
    ledgers = {name: read_ledger(house, name) for name in NAMES}
    faults = checks.nothing_is_parked(ledgers)
    for name, ledger in ledgers.items():
        faults += checks.log_is_whole(name, ledger.rows)
    return faults


@pytest.mark.slow
async def test_hostile_requests_meet_no_fault() -> None:
    number = int(os.environ.get("MUSTER_ATTACK_SEED", secrets.randbelow(1_000_000)))
    print(f"\nMUSTER_ATTACK_SEED={number}", flush=True)
    async with lived_in() as house:
        began = time.monotonic()
        target = Target(house)
        sent, faults = await attack(target, target.operations(), crafted=10_000, generated=60, number=number)
        print(f"{sent} requests in {time.monotonic() - began:.0f} s", *faults, sep="\n", flush=True)
        assert faults + await _look(house) == [], house.failed_requests()

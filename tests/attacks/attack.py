"""Attacks a running house, service by service and operation by operation, and says what it should not have answered."""

import asyncio
import contextlib
import random
from collections.abc import Iterable, Sequence
from itertools import islice

import httpx

from tests.attacks.crafted import Sent, attacks
from tests.attacks.generated import generate
from tests.attacks.judging import Told, faults_of
from tests.attacks.target import Operation, Target
from tests.chaos import checks
from tests.chaos.house import NAMES, House
from tests.chaos.records import behind, connected, read_ledger, read_progress
from tests.support.waiting import eventually

AT_ONCE = 8
PATIENCE = 30.0
CAUGHT_UP_WITHIN = 60.0


async def attack(
    target: Target, operations: Iterable[Operation], *, crafted: int | None, generated: int, number: int
) -> tuple[int, list[str]]:
    """How many requests were sent, and the faults. `crafted` and `generated` are how many of each an operation gets.

    None means all there are. The same `number` sends the same requests to the same house.
    """
    sent, faults = 0, []
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        for operation in operations:
            every = attacks(operation, target.everyone, target.references, random.Random(number))
            chosen = list(islice(every, crafted))
            faults += await _send_all(http, target, operation, chosen)
            more, found = await asyncio.to_thread(generate, target, operation, generated, number)
            sent += len(chosen) + more
            faults += found
    return sent, faults


async def what_it_left(house: House) -> list[str]:
    """Nothing that was sent may have stopped a part, put an event aside or broken a log."""
    now = house.hold_time()
    with connected(house) as connections:

        async def caught_up() -> bool:
            return not await asyncio.to_thread(lambda: behind(read_progress(connections, now)))

        await eventually(caught_up, CAUGHT_UP_WITHIN)
    await house.until_ready()
    ledgers = {name: read_ledger(house, name) for name in NAMES}
    faults = checks.nothing_is_parked(ledgers)
    for name, ledger in ledgers.items():
        faults += checks.log_is_whole(name, ledger.rows)
    return faults


async def _send_all(http: httpx.AsyncClient, target: Target, operation: Operation, chosen: Sequence[Sent]) -> list[str]:
    found: dict[str, str] = {}
    places = asyncio.Semaphore(AT_ONCE)

    async def send(one: Sent) -> None:
        async with places:
            url = httpx.URL(target.house.url(operation.service)).copy_with(raw_path=one.path.encode())
            # The service may end the connection on what is no HTTP.
            with contextlib.suppress(httpx.RemoteProtocolError, httpx.WriteError, httpx.ReadError):
                answer = await http.request(one.method, url, headers=one.headers, content=one.content)
                told = Told(operation.path, answer.status_code, answer.headers, answer.content)
                for fault in faults_of(told):
                    found.setdefault(fault[:60], f"{operation.name}, {one.why}: {fault}")

    await asyncio.gather(*(send(one) for one in chosen))
    return list(found.values())

"""A house under steady load for a long time: one part after another is killed or restarted, and memory is watched."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.chaos.faults import Fault, Kill, RestartDatabase
from tests.chaos.house import BACKEND, CODE, NAMES, SUPERVISOR, House
from tests.chaos.rounds import Rest, Siege, besieged
from tests.soak.judging import Sample
from tests.soak.memory import Seen, look, whole
from tests.soak.passing import passing

PER_SECOND = 5.0
LOOKS_EVERY = 5.0
STRIKES_EVERY = 120.0
MOVES_AGAIN = 20
SETTLED_WITHIN = 60.0
SETTLED_BYTES = 1_000_000
VERIFIED_WITHIN = 600.0


class Strike(NamedTuple):
    """What was done `at` so many seconds after the soak began, and after how many all was ready again."""

    at: float
    what: str
    back_after: float


class Soaked(NamedTuple):
    """What a soak came to."""

    seconds: float
    seed: int
    idle: list[Seen]
    samples: list[Sample]
    strikes: list[Strike]
    rest: Rest
    verified: list[str]
    acknowledged: int
    sent_again: int


async def settled(house: House) -> list[Seen]:
    """The parts of a house at rest once its memory stands. Raises AssertionError when it does not."""
    until = time.monotonic() + SETTLED_WITHIN
    before = look(_run(house))
    while True:
        # Time itself must pass: what is measured is whether memory moves while nothing happens.
        await asyncio.sleep(1.0)
        now = look(_run(house))
        if abs(whole(now).pss - whole(before).pss) < SETTLED_BYTES:
            return now
        assert time.monotonic() < until, "the memory of an idle house does not come to stand"
        before = now


async def soak(house: House, seconds: float, seed: int) -> Soaked:
    """A fresh house. Raises AssertionError when it does not come back, or a client finds what cannot be."""
    idle = await settled(house)
    dice = random.Random(seed)
    async with besieged(house, seed, PER_SECOND) as siege:
        siege.go_on()
        strikes = []
        began = time.monotonic()
        async with _watched(house, began) as samples, passing(house):
            for number, fault in enumerate(faults(dice), start=1):
                await _until(siege, min(began + number * STRIKES_EVERY, began + seconds))
                if number * STRIKES_EVERY >= seconds:
                    break
                strikes.append(await _strike(house, siege, fault, dice, began))
                print(_said(strikes[-1], samples), flush=True)
        rest = await siege.come_to_rest(views=False)
        load = siege.load
        (auditor,) = load.people.of("auditor")
        verified = await asyncio.to_thread(verify, house, await load.people.token(auditor))
        return Soaked(seconds, seed, idle, samples, strikes, rest, verified, len(load.acknowledged), load.sent_again)


def faults(dice: random.Random) -> Iterator[Fault]:
    """What takes others with it comes first, so that all live long enough afterwards; then one after the other."""
    grave: list[Fault] = [Kill(SUPERVISOR), Kill("postgres"), Kill("nats"), RestartDatabase(signal.SIGINT)]
    yield from dice.sample(grave, len(grave))
    single: list[Fault] = [Kill(name) for name in (*NAMES, BACKEND)]
    while True:
        yield from dice.sample(single, len(single))


def verify(house: House, token: str) -> list[str]:
    """What `muster verify` finds; empty when every log is whole and the same as its copy.

    That a copy lagged under load, as the clients' own comparisons put on record, is no fault once it is whole.
    """
    command = [sys.executable, "-m", "deploy.command_line.main", "verify", "--json", "--demonstration"]
    environment = os.environ | {"MUSTER_DATA": str(house.folder), "MUSTER_TOKEN": token}
    answer = subprocess.run(
        command, cwd=CODE, env=environment, capture_output=True, text=True, timeout=VERIFIED_WITHIN, check=False
    )
    try:
        told = json.loads(answer.stdout)["services"]
    except (ValueError, KeyError):
        return [f"muster verify ended with {answer.returncode}: {answer.stderr.strip()}"]
    return [f"muster verify of {each['service']}: {what}" for each in told for what in _wrong(each)]


def _wrong(answer: Mapping[str, Any]) -> Iterator[str]:
    """Of one service; without an answer it says why."""
    if answer["why"]:
        yield answer["why"]
        return
    if answer["copied"] and answer["there"] != answer["here"]:
        yield f"{answer['there']} rows there, {answer['here']} in the copy"
    if answer["open"]:
        yield f"{answer['open']} findings stand open"
    yield from (str(finding) for finding in answer["findings"] if finding["severity"] != "delay")


async def _until(siege: Siege, moment: float) -> None:
    """The clients work. Raises AssertionError when nothing moves, or when one of them has given up."""
    while time.monotonic() < moment:
        await siege.until_acknowledged(1)


async def _strike(house: House, siege: Siege, fault: Fault, dice: random.Random, began: float) -> Strike:
    at = time.monotonic()
    await fault.strike(house, dice)
    struck = time.monotonic()
    await house.until_ready()
    ready = time.monotonic()
    await siege.until_acknowledged(MOVES_AGAIN)
    return Strike(at - began, f"{fault.kind}, {fault.what}", ready - struck)


@asynccontextmanager
async def _watched(house: House, began: float) -> AsyncIterator[list[Sample]]:
    """A list that grows by a look every few seconds."""
    samples: list[Sample] = []

    async def watch() -> None:
        while True:
            at = time.monotonic() - began
            samples.extend(Sample(at, seen) for seen in await asyncio.to_thread(look, _run(house)))
            await asyncio.sleep(LOOKS_EVERY)

    watching = asyncio.create_task(watch())
    try:
        yield samples
        assert not watching.done(), "memory was no longer watched"
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


def _said(strike: Strike, samples: list[Sample]) -> str:
    """One line for whoever waits."""
    last = [sample.seen for sample in samples if sample.at == samples[-1].at]
    return (
        f"{strike.at / 60:5.1f} min: {strike.what:<30} back after {strike.back_after:5.1f} s,"
        f" {whole(last).pss / 1e6:.0f} MB together"
    )


def _run(house: House) -> Path:
    return house.folder / "run"

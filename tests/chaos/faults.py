"""What is done to a house under load. Each strikes, lasts for a moment, and is taken back; it waits for nobody."""

import asyncio
import random
import signal
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from tests.chaos.house import BACKEND, NAMES, SUPERVISOR, VICTIMS, House
from tests.chaos.wire import HOWS, Wire

SLEPT = timedelta(hours=3)
BACK = timedelta(hours=2)
FIRING = ("tips", "rapid_assessment", "postgres", BACKEND)
# Long enough that a relay gives up waiting for its acknowledgement, which takes five seconds, in half of the cases.
PARTED_FOR = (1.0, 8.0)
FULL_FOR = (2.0, 6.0)
STEPPED_FOR = (0.3, 1.5)


class Fault(Protocol):
    """`kind` is what figures are kept by, `what` says what was chosen."""

    kind: str
    what: str

    async def strike(self, house: House, dice: random.Random) -> None:
        """Returns when the fault is over; the house may be far from well."""


class Kill:
    """kill -9 of one process."""

    kind = "kill -9"

    def __init__(self, victim: str) -> None:
        self.what = victim

    async def strike(self, house: House, dice: random.Random) -> None:
        if self.what in FIRING and dice.random() < 0.5:
            # Dozens of moments come due at once, so that the kill falls into their handling.
            house.run_time(ahead=SLEPT)
        await asyncio.sleep(dice.uniform(0.0, 0.15))
        await house.kill(self.what, dice)
        if self.what == SUPERVISOR:
            await house.start()


class RestartDatabase:
    """PostgreSQL is stopped while commits are under way; its supervisor starts it again."""

    kind = "PostgreSQL restarted"

    def __init__(self, how: signal.Signals) -> None:
        self._how = how
        self.what = {signal.SIGINT: "fast", signal.SIGQUIT: "immediate"}[how]

    async def strike(self, house: House, dice: random.Random) -> None:
        await asyncio.sleep(dice.uniform(0.0, 0.15))
        house.restart_postgres(self._how)


class StepClock:
    """The time of the house jumps; the machine's own clock is left alone."""

    kind = "clock stepped"

    def __init__(self, what: str, steps: Sequence[timedelta]) -> None:
        self.what = what
        self._steps = steps

    async def strike(self, house: House, dice: random.Random) -> None:
        for step in self._steps:
            house.run_time(ahead=step)
            await asyncio.sleep(dice.uniform(*STEPPED_FOR))


class Part:
    """The wire between services and the message server is cut or held, and mended."""

    kind = "NATS partitioned"

    def __init__(self, services: Sequence[str], what: str, lasting: tuple[float, float] = PARTED_FOR) -> None:
        self._services = services
        self._lasting = lasting
        self.what = what

    async def strike(self, house: House, dice: random.Random) -> None:
        wires = []
        for service in self._services or dice.sample(NAMES, 1):
            wire = Wire(house.nats_port)
            await wire.start()
            wires.append(wire)
            await house.lead_through(service, wire.port)
        await house.until_ready()
        how = dice.choice(HOWS)
        for wire in wires:
            wire.part(how)
        await asyncio.sleep(dice.uniform(*self._lasting))
        for wire in wires:
            wire.mend()


class FillDisk:
    """No byte is left where the house keeps everything; then there is room again."""

    kind = "disk full"
    what = "everything"

    def __init__(self, lasting: tuple[float, float] = FULL_FOR) -> None:
        self._lasting = lasting

    async def strike(self, house: House, dice: random.Random) -> None:
        await asyncio.to_thread(house.disk.fill)
        try:
            await asyncio.sleep(dice.uniform(*self._lasting))
        finally:
            house.disk.free()


def rotation(house: House) -> list[Fault]:
    """One of everything; a full disk only where there is a disk to fill."""
    faults: list[Fault] = [Kill(victim) for victim in VICTIMS]
    faults += [RestartDatabase(signal.SIGINT), RestartDatabase(signal.SIGQUIT)]
    faults += [
        StepClock("forward", [SLEPT]),
        StepClock("back", [-BACK]),
        StepClock("to and fro", [SLEPT, -BACK, BACK, -BACK, SLEPT]),
    ]
    faults += [Part((), "one service"), Part((), "one service"), Part(NAMES, "every service")]
    if house.disk.kind is not None:
        faults += [FillDisk(), FillDisk()]
    return faults

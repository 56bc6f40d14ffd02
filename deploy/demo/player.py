"""Plays a scenario at its rate: each step and each look at the told time it is written for."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from deploy.demo.checking import Checking
from deploy.demo.doing import Doing, Played
from deploy.demo.expectations import AnyExpectation, Expectation
from deploy.demo.interfaces import Interfaces
from deploy.demo.people import let_in
from deploy.demo.scenario import Scenario
from deploy.demo.steps import AnyStep, ReceiveTip, offset
from services.kernel.time_source import TimeFile, write_time_file

LOOK_FOR_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.1
REQUEST_SECONDS = 10.0
CONNECTIONS = 20


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to tell, as a line for people or for machines. `event` says what kind of line it is.

    `replay` is the answer of the audit service, for a replayed case.
    """

    event: str
    sentence: str
    at: str = ""
    tip: str = ""
    held: bool | None = None
    replay: dict[str, Any] | None = None


Tell = Callable[[Told], None]


class Score(msgspec.Struct):
    """How many expectations there were, and how many held."""

    expectations: int = 0
    held: int = 0


class Player:
    """Plays once. `time_file` is the demonstration folder's; time stands still until everybody is let in."""

    def __init__(self, scenario: Scenario, time_file: Path, tell: Tell) -> None:
        self._scenario = scenario
        self._time_file = time_file
        self._tell = tell
        self._played = Played()
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._began = datetime.now(UTC)
        self.score = Score()

    async def play(self, urls: dict[str, str], code: str) -> Score:
        """Raises `DemoStopped` when a step does not go through, or the house does not answer."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(timeout=REQUEST_SECONDS, limits=limits) as client:
            interfaces = Interfaces(urls, client)
            people = await let_in(interfaces, self._scenario, code)
            self._tell(Told("people", f"{len(people)} people are let in; time begins to run."))
            doing = Doing(interfaces, people, self._scenario, self._played)
            checking = Checking(interfaces, people, self._scenario, self._played)
            self._start_time()
            async with asyncio.TaskGroup() as group:
                for entry in self._scenario.entries:
                    await self._until(entry.line.at)
                    if isinstance(entry.line, Expectation):
                        group.create_task(self._look(checking, entry.line))
                    else:
                        group.create_task(self._do(doing, entry.line, await self._turn(entry.line)))
            await self._replay(checking)
        return self.score

    def _start_time(self) -> None:
        start = self._scenario.start
        self._began = datetime.now(UTC)
        write_time_file(self._time_file, TimeFile("scaled", told=start.told, real=self._began, rate=start.rate))

    async def _until(self, at: str) -> None:
        due = self._began + offset(at) / self._scenario.start.rate
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))

    async def _turn(self, step: AnyStep) -> list[asyncio.Lock]:
        """The turn of every tip the step is about, taken in the order of the file."""
        tips = sorted({step.tip, getattr(step, "of", step.tip)})
        turns = [self._turns[tip] for tip in tips]
        for turn in turns:
            await turn.acquire()
        return turns

    async def _do(self, doing: Doing, step: AnyStep, turns: list[asyncio.Lock]) -> None:
        try:
            sentence = await doing.do(step)
        finally:
            for turn in turns:
                turn.release()
        self._tell(Told("step", sentence, at=step.at, tip=step.tip))

    async def _look(self, checking: Checking, expected: AnyExpectation) -> None:
        deadline = asyncio.get_running_loop().time() + LOOK_FOR_SECONDS
        held = await checking.holds(expected)
        while not held and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            held = await checking.holds(expected)
        self.score.expectations += 1
        self.score.held += held
        what = f"expected of tip {expected.tip}: {_words(expected)}"
        self._tell(Told("expectation", what, at=expected.at, tip=expected.tip, held=held))

    async def _replay(self, checking: Checking) -> None:
        for entry in self._scenario.entries:
            line = entry.line
            if not isinstance(line, ReceiveTip) or line.case is None:
                continue
            self._tell(Told("case", f"Case {line.case}. {line.title or ''}", tip=line.tip))
            told = await checking.replay_page(line.tip)
            self._tell(Told("replay", f"The case of tip {line.tip}, replayed.", tip=line.tip, replay=told))


def _words(expected: AnyExpectation) -> str:
    fields: dict[str, Any] = msgspec.to_builtins(expected)
    kind = fields.pop("expect")
    more = ", ".join(f"{name} {value}" for name, value in fields.items() if name not in {"at", "tip"})
    return f"{kind.replace('_', ' ')}{f' ({more})' if more else ''}"

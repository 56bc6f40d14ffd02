"""Plays a scenario at its rate: each step and each look at the told time it is written for."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from deploy.demo.checking import Checking
from deploy.demo.doing import Doing
from deploy.demo.expectations import AnyExpectation
from deploy.demo.hands import Hands, Played
from deploy.demo.interfaces import DemoStopped, Interfaces
from deploy.demo.lines import Expectation, Tried
from deploy.demo.people import LetIn, let_in
from deploy.demo.post import Post
from deploy.demo.scenario import Scenario
from deploy.demo.steps import AnyDeed, AnyStep, Leap, Pace, ReceiveTip
from deploy.demo.told_time import ToldTime

LOOK_FOR_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.1
REQUEST_SECONDS = 10.0
CONNECTIONS = 20
# Shorter than a service keeps an idle connection: what is sent on one it closes at that moment is lost.
IDLE_SECONDS = 2.0
CATCH_UP_SECONDS = 60.0
# A step this late, in told time, might change the story; a quick machine never comes near it.
MOST_BEHIND = timedelta(minutes=20)


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

    def __init__(self, scenario: Scenario, time_file: Path, post: Post, tell: Tell) -> None:
        self._scenario = scenario
        self._post = post
        self._by_lines = False
        self._time = ToldTime(time_file, scenario.start.told, scenario.start.rate)
        self._tell = tell
        self._last: dict[str, asyncio.Task[None]] = {}
        self._doing: dict[asyncio.Task[None], datetime] = {}
        self._looking: set[asyncio.Task[None]] = set()
        self.score = Score()

    async def play(self, urls: dict[str, str], origin: str, code: str) -> Score:
        """`origin` is what people would open, `code` lets the first of them in.

        Raises `DemoStopped` when a step does not go through, or the house does not answer.
        """
        async with _client() as client:
            _, checking = await self._played(Interfaces(urls, origin, client), code)
            await self._replay(checking)
        return self.score

    async def load(self, urls: dict[str, str], origin: str, code: str, passphrase: str) -> LetIn:
        """As `play`, and tells no case again: time goes on from the end, as fast as the machine's.

        Everybody can sign in with the passphrase and the codes of their app.
        """
        async with _client() as client:
            everybody, _ = await self._played(Interfaces(urls, origin, client, passphrase), code)
        self._time.keep_pace()
        return everybody

    async def _played(self, interfaces: Interfaces, code: str) -> tuple[LetIn, Checking]:
        everybody = await let_in(interfaces, self._scenario, code)
        self._tell(Told("people", f"{len(everybody.people)} people are let in; time begins to run."))
        hands = Hands(interfaces, everybody.people, everybody.rooms, self._scenario, Played(), self._post)
        checking = Checking(hands)
        await self.perform(Doing(hands), checking, interfaces)
        return everybody, checking

    async def perform(self, doing: Doing, checking: Checking, interfaces: Interfaces) -> None:
        """Every line at its time. Raises `DemoStopped`, in a group."""
        self._time.run()
        async with asyncio.TaskGroup() as group:
            for entry in self._scenario.entries:
                await self._play(entry.line, doing, checking, interfaces, group)

    async def _play(
        self,
        line: AnyStep | AnyExpectation,
        doing: Doing,
        checking: Checking,
        interfaces: Interfaces,
        group: asyncio.TaskGroup,
    ) -> None:
        moment = self._scenario.moment(line.at)
        if self._by_lines:
            if moment > self._time.now():
                await self._stand_at(moment, interfaces)
        else:
            await self._time.until(moment)
            await self._keep_up(moment - MOST_BEHIND)
        if isinstance(line, Pace):
            self._set_pace(line)
            return
        if isinstance(line, Leap):
            await self._leap(line, interfaces)
            return
        # What the file says of one tip is done one after another, in its order.
        tips = {line.tip, getattr(line, "of", line.tip)}
        before = [self._last[tip] for tip in tips if tip in self._last]
        if isinstance(line, Expectation):
            task = group.create_task(self._look(checking, line, before))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        else:
            task = group.create_task(self._do(doing, line, before))
        if not isinstance(line, Expectation) or isinstance(line, Tried):
            self._last.update(dict.fromkeys(tips, task))
            self._doing[task] = moment
            task.add_done_callback(self._doing.pop)

    async def _keep_up(self, moment: datetime) -> None:
        """On a machine too slow for the rate, time waits for steps written for `moment` or before."""
        behind = [task for task, at in self._doing.items() if at <= moment]
        if behind:
            self._time.wait()
            await asyncio.wait(behind)
            self._time.run()

    def _set_pace(self, pace: Pace) -> None:
        self._by_lines = pace.time == "lines"
        if self._by_lines:
            self._time.wait()
            self._tell(Told("leap", "Time stands from here on, and goes with what is done.", at=pace.at))
        else:
            self._time.run()
            self._tell(Told("leap", "Time runs again.", at=pace.at))

    async def _leap(self, leap: Leap, interfaces: Interfaces) -> None:
        await self._stand_at(self._scenario.moment(leap.to), interfaces)
        if not self._by_lines:
            self._time.run()
        self._tell(Told("leap", f"Time goes on to {leap.to}.", at=leap.at))

    async def _stand_at(self, moment: datetime, interfaces: Interfaces) -> None:
        """What was begun before is ended before, and time stands at the new moment until the house has come after."""
        begun = [*self._doing, *self._looking]
        if begun:
            await asyncio.wait(begun)
        self._time.leap(moment)
        deadline = asyncio.get_running_loop().time() + CATCH_UP_SECONDS
        while await interfaces.overdue():
            if asyncio.get_running_loop().time() > deadline:
                raise DemoStopped(f"At {moment:%Y-%m-%d %H:%M} not all that had come due was handled in time.")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _do(self, doing: Doing, step: AnyDeed, before: Sequence[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before)
        sentence = await doing.do(step)
        self._tell(Told("step", sentence, at=step.at, tip=step.tip))

    async def _look(self, checking: Checking, expected: AnyExpectation, before: Sequence[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before)
        deadline = asyncio.get_running_loop().time() + LOOK_FOR_SECONDS
        held = await checking.holds(expected)
        while not held and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            held = await checking.holds(expected)
        self.score.expectations += 1
        self.score.held += held
        of = f" of tip {expected.tip}" if expected.tip else ""
        what = f"expected{of}: {_words(expected)}"
        self._tell(Told("expectation", what, at=expected.at, tip=expected.tip, held=held))

    async def _replay(self, checking: Checking) -> None:
        for entry in self._scenario.entries:
            line = entry.line
            if not isinstance(line, ReceiveTip) or line.case is None:
                continue
            self._tell(Told("case", f"Case {line.case}. {line.title or ''}", tip=line.tip))
            told = await checking.replay_page(line.tip)
            self._tell(Told("replay", f"The case of tip {line.tip}, replayed.", tip=line.tip, replay=told))


def _client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
    return httpx.AsyncClient(timeout=REQUEST_SECONDS, limits=limits)


def _words(expected: AnyExpectation) -> str:
    fields: dict[str, Any] = msgspec.to_builtins(expected)
    kind = fields.pop("expect")
    more = ", ".join(
        f"{name} {value}" for name, value in fields.items() if name not in {"at", "tip"} and value is not None
    )
    return f"{kind.replace('_', ' ')}{f' ({more})' if more else ''}"

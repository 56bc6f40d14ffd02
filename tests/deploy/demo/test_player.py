"""What is said of one tip is done in its order; time waits for a slow machine; a leap waits for the house."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.checking import Checking
from deploy.demo.doing import Doing
from deploy.demo.expectations import AnyExpectation
from deploy.demo.interfaces import Interfaces
from deploy.demo.player import Player, Told
from deploy.demo.scenario import Scenario, read_scenario
from deploy.demo.steps import AnyDeed
from services.kernel.time_source import FileTime

START = "2026-11-02T18:00:00-06:00"
HOTLINE = {
    "do": "account",
    "account": "hotline",
    "person": "Example Hotline Worker One",
    "agency": "MDCPS",
    "role": "cps_intake",
}


def received(at: str, tip: str) -> dict[str, Any]:
    return {
        "at": at,
        "do": "receive_tip",
        "tip": tip,
        "by": "hotline",
        "channel": "cps_hotline",
        "county": "Hinds",
        "received": at,
        "age": "child",
        "about": "Example Child One",
        "narrative": "A caller says a child is kept from school.",
    }


def screened(at: str, tip: str) -> dict[str, Any]:
    more = {"by": "hotline", "age": "child", "exploitation": "sex", "indicators": []}
    return {"at": at, "do": "screen_tip", "tip": tip} | more


def scenario_of(*lines: dict[str, Any]) -> Scenario:
    start = {"do": "start", "told": START, "rate": 3600}
    return read_scenario("\n".join(json.dumps(line) for line in (start, HOTLINE, *lines)).encode())


class SlowDoing(Doing):
    """Notes when each step ends; those of tip "slow" take a second, an hour of told time."""

    def __init__(self, time_file: Path) -> None:
        self._time_file = time_file
        self.done: list[tuple[str, str, timedelta]] = []

    async def do(self, step: AnyDeed) -> str:
        if step.tip == "slow":
            # Nothing is waited for: told time runs by the machine's clock, and a slow step takes some of it.
            await asyncio.sleep(1.0)
        told = FileTime(self._time_file).now() - datetime.fromisoformat(START)
        self.done.append((step.tip, step.at, told))
        return "Done."


class AllHolds(Checking):
    """Notes what was looked at."""

    def __init__(self) -> None:
        self.looked: list[str] = []

    async def holds(self, expected: AnyExpectation) -> bool:
        self.looked.append(expected.at)
        return True


class Overdue:
    """The services' health: so many answers long something is overdue."""

    def __init__(self, answers: int = 0) -> None:
        self.left = answers

    async def answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/health/ready"
        self.left -= 1
        return httpx.Response(200, json={"overdue_moments": max(0, self.left + 1)})


async def perform(
    scenario: Scenario, tmp_path: Path, health: Overdue | None = None
) -> tuple[SlowDoing, AllHolds, list[Told]]:
    time_file, told = tmp_path / "time.json", list[Told]()
    doing, checking = SlowDoing(time_file), AllHolds()
    client = httpx.AsyncClient(transport=httpx.MockTransport((health or Overdue()).answer))
    player = Player(scenario, time_file, told.append)
    await player.perform(doing, checking, Interfaces({"tips": "http://tips"}, "http://localhost", client))
    return doing, checking, told


async def test_steps_of_a_tip_are_done_in_the_file_s_order_and_other_tips_do_not_wait(tmp_path: Path) -> None:
    scenario = scenario_of(
        received("T+00:00", "slow"), screened("T+00:01", "slow"), received("T+00:02", "2"), screened("T+00:03", "2")
    )
    doing, _, _ = await perform(scenario, tmp_path)
    assert [(tip, at) for tip, at, _ in doing.done] == [
        ("2", "T+00:02"),
        ("2", "T+00:03"),
        ("slow", "T+00:00"),
        ("slow", "T+00:01"),
    ]


async def test_time_waits_for_a_step_that_is_twenty_minutes_late(tmp_path: Path) -> None:
    scenario = scenario_of(received("T+00:00", "slow"), received("T+00:25", "2"))
    doing, _, _ = await perform(scenario, tmp_path)
    assert [tip for tip, _, _ in doing.done] == ["slow", "2"]
    # Without waiting, the second would be done at an hour: the first takes a second.
    assert doing.done[1][2] < timedelta(minutes=45)


async def test_what_is_expected_of_a_tip_is_looked_at_after_the_steps_before_it(tmp_path: Path) -> None:
    looked = {"at": "T+00:05", "expect": "team_opened", "tip": "slow"}
    scenario = scenario_of(received("T+00:00", "slow"), looked)
    doing, checking, told = await perform(scenario, tmp_path)
    assert len(doing.done) == len(checking.looked) == 1
    assert [each.event for each in told] == ["step", "expectation"]


async def test_a_leap_waits_for_what_was_begun_and_then_for_the_house(tmp_path: Path) -> None:
    health = Overdue(answers=3)
    leap = {"at": "T+00:05", "do": "leap", "to": "T+12d 00:00"}
    scenario = scenario_of(received("T+00:00", "slow"), leap, received("T+12d 00:00", "2"))
    doing, _, told = await perform(scenario, tmp_path, health)
    assert [each.event for each in told] == ["step", "leap", "step"]
    assert health.left < 0
    assert doing.done[0][2] < timedelta(days=1)
    # Time stood at the end of the leap while the house was asked four times, a tenth of a second apart.
    assert timedelta(days=12) <= doing.done[1][2] < timedelta(days=12, minutes=15)

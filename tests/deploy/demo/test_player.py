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
from deploy.demo.post import DRILL, Counted, Post
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
    player = Player(scenario, time_file, Post(tmp_path, lambda: None), told.append)
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


async def test_by_lines_time_stands_while_anything_is_done_and_goes_on_to_the_next_line_and_no_further(
    tmp_path: Path,
) -> None:
    health = Overdue(answers=3)
    lines = {"at": "T+00:01", "do": "pace", "time": "lines"}
    clock = {"at": "T+03:01", "do": "pace", "time": "clock"}
    later = [received("T+03:00", "2"), screened("T+03:00", "2"), clock, screened("T+03:03", "slow")]
    scenario = scenario_of(lines, received("T+02:00", "slow"), screened("T+02:02", "slow"), *later)
    doing, _, told = await perform(scenario, tmp_path, health)
    # The first is two seconds of the machine after time is to stand: no machine is so late with that.
    exactly = [timedelta(minutes=minutes) for minutes in (120, 122, 180, 180)]
    # Two seconds were taken by what is slow, and would have been two hours.
    assert [at for *_, at in doing.done[:-1]] == exactly
    assert doing.done[-1][2] > timedelta(minutes=183)
    assert [each.event for each in told] == ["leap", "step", "step", "step", "step", "leap", "step"]
    assert health.left < 0


def test_each_reads_their_own_mail_and_a_drill_is_told_from_a_case_by_its_mark(tmp_path: Path) -> None:
    post = Post(tmp_path, lambda: None)
    code, of_drill = "ABCD-EFGH-IJ23-KLMN-OPQR-STUV-WXYZ", "2222-3333-4444-5555-6666-7777-ABCD"
    assert (post.last(), post.code("cps_1", drill=False)) == (0, "")
    for number, (label, title, text) in enumerate(
        (
            ("cps_1", "Muster", f"Something waits. Open http://localhost:8157/answer#{code} or sign in."),
            ("cps_1", DRILL, f"*** DRILL *** Open http://localhost:8157/answer#{of_drill} and say"),
            ("cps_2", "Muster", "You take turns on a rota from now on."),
        ),
        start=1,
    ):
        mail = f"Delivered-To: {label}@people.invalid\r\nSubject: {title}\r\n\r\n{text}\r\n"
        (tmp_path / f"{number:07d}.eml").write_text(mail)
    assert (post.counted("cps_1"), post.counted("cps_2"), post.last()) == (Counted(1, 1), Counted(0, 0), 3)
    assert (post.code("cps_1", drill=False), post.code("cps_1", drill=True)) == (code, of_drill)

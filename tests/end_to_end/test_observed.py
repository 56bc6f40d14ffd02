"""One command followed from HTTP over the log and the message server into the next service, naming nobody."""

import json
import subprocess
from typing import Any

from tests.end_to_end.town import Town
from tests.support.waiting import eventually

NAMED = "Zqx"


async def test_a_tip_is_followed_to_the_team_that_another_service_opened(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        await visit.until_team(tip, lambda page: page["phase"] == "open")

        async def written() -> bool:
            return "append rapid_assessment.team_opened" in _shown(town, tip).stdout

        await eventually(written)
    answer = _shown(town, tip, "--json")
    (told,) = [tree for tree in json.loads(answer.stdout)["trees"] if tree["span"]["name"] == "POST /tips"]
    led_to = _by_path(told)
    received = "POST /tips", "append tips.tip_received"
    opened = *received, "react tips.tip_received", "append rapid_assessment.team_opened"
    assert led_to["POST /tips",]["service"] == led_to[received]["service"] == "tips"
    assert led_to["POST /tips", "decide"]
    assert led_to[*received, "publish tips.tip_received"]["service"] == "tips"
    assert led_to[opened]["service"] == "rapid_assessment"
    assert led_to[*opened, "publish rapid_assessment.team_opened"]
    assert led_to[*opened, "react rapid_assessment.team_opened"]["service"] in {"tips", "audit"}
    spans = list(led_to.values())
    assert all(span["start"] <= span["end"] for span in spans)
    assert min(span["start"] for span in spans) == told["span"]["start"]
    assert "append rapid_assessment.team_opened" in _shown(town, tip).stdout


async def test_a_case_nobody_traced_is_told_as_such(town: Town) -> None:
    answer = _shown(town, "00000000-0000-4000-8000-00000000000f")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1


async def test_the_files_of_the_traces_name_nobody_and_are_their_owners_alone(town: Town) -> None:
    async with town.open() as visit:
        await visit.tip(age="child", received_at=town.now)
    files = sorted(town.stack.folder.traces.iterdir())
    assert {"tips.jsonl", "rapid_assessment.jsonl", "audit.jsonl"} <= {file.name for file in files}
    assert not [file for file in files if file.stat().st_mode & 0o077]
    assert not town.stack.folder.traces.stat().st_mode & 0o077
    for text in (file.read_text() for file in files):
        assert NAMED not in text
        assert "example.org" not in text
        assert not [person.account for person in town.people.values() if f'"{person.account}"' in text]


def _shown(town: Town, case: str, *more: str) -> subprocess.CompletedProcess[str]:
    return town.muster("trace", case, *more, by=town.people["auditor"])


def _by_path(tree: dict[str, Any], *above: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every span by the names that lead to it."""
    here = (*above, tree["span"]["name"])
    found = {here: tree["span"]}
    for each in tree["led_to"]:
        found |= _by_path(each, *here)
    return found

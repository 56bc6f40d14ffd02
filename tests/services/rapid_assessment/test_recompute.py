"""Running clocks under a new version of their rule: shown, confirmed as shown, once, on record."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.rapid_assessment import main
from services.rapid_assessment.cases import team_of
from tests.deploy.asked import data_folder, muster_beside, nobody_there, on_a_port
from tests.services.changed_rules import changed
from tests.services.rapid_assessment.given import MISSISSIPPI
from tests.services.rapid_assessment.house import COORDINATOR, INVESTIGATOR, House

HOUR = timedelta(hours=1)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team within 36 hours from tomorrow on, and the child seen within 12."""
    monkeypatch.setattr(main, "load_state", lambda _: changed(MISSISSIPPI, C06=36, C02=12))


async def shown(house: House, tip: UUID) -> list[dict[str, Any]]:
    answer = await house.service.get(f"/teams/{team_of(tip)}/recompute", by=COORDINATOR)
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_what_was_shown_is_moved_once_and_what_would_have_passed_stays(rules: None, house: House) -> None:
    tip = await house.open_team()
    where = f"/teams/{team_of(tip)}/recompute"
    assert {each["outcome"] for each in await shown(house, tip)} == {"under_it_already"}

    house.service.time.turn(13 * HOUR)
    listed = {each["rule"]: each for each in await shown(house, tip)}
    assert {rule: each["outcome"] for rule, each in listed.items()} == {"C06": "moves", "C02": "past_under_it"}
    assert listed["C06"]["new_due_at"] == "2026-11-05T06:00:00Z"
    team = listed["C06"]
    told = {"because": "law_changed", "moves": [{"clock": team["clock"], "due_at": team["new_due_at"]}]}
    other = {"because": "law_changed", "moves": [{"clock": team["clock"], "due_at": team["due_at"]}]}
    version = (await house.page(tip))["version"]

    assert (await house.service.post(where, told, by=INVESTIGATOR, version=version)).status_code == 403
    assert (await house.service.post(where, other, by=COORDINATOR, version=version)).status_code == 412
    assert house.clock_events(tip, "C06")[-1] != "clock.recomputed"
    assert (await house.service.post(where, told, by=COORDINATOR, version=version)).status_code == 200
    again = await house.service.post(where, told, by=COORDINATOR, version=version + 1)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_recompute")

    # The old due time passes and nothing is missed; the new one holds, for the team, too.
    house.service.time.turn(12 * HOUR)
    await house.until_clock(tip, "C02", "clock.missed")
    assert "clock.missed" not in house.clock_events(tip, "C06")
    house.service.time.turn(11 * HOUR)
    await house.until_clock(tip, "C06", "clock.missed")
    assert house.clock_events(tip, "C06").count("clock.recomputed") == 1
    assert (await house.page(tip))["due_at"] == "2026-11-05T06:00:00Z"
    await house.until_told(tip, ("cps_coordinator", "clock_missed"))


async def test_at_the_command_line_they_are_listed_and_moved_only_when_told_to(
    rules: None, house: House, tmp_path: Path
) -> None:
    tip = await house.open_team()
    house.service.time.turn(13 * HOUR)
    token = house.service.token(COORDINATOR)
    async with on_a_port(house.service) as port, nobody_there() as other:
        others = dict.fromkeys(("tips", "forensic_clinic", "prosecution"), other)
        folder = data_folder(tmp_path / "data", {"rapid_assessment": port} | others)
        listed = await muster_beside("recompute", str(tip), data=folder, token=token)
        assert (listed.exit_code, "2026-11-05T06:00:00Z under version 2" in listed.stdout) == (0, True)
        assert "clock.recomputed" not in house.clock_events(tip, "C06")
        asked = ("recompute", str(tip), "--because", "law_changed", "--yes")
        assert "1 moved, on record." in (await muster_beside(*asked, data=folder, token=token)).stdout
        assert "runs under this version already" in (await muster_beside(*asked, data=folder, token=token)).stdout
    assert house.clock_events(tip, "C06").count("clock.recomputed") == 1

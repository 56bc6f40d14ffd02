"""A tip's reporting duties under a new version of their rule: shown, confirmed, once; whom they tell stays."""

from datetime import timedelta

import pytest

from services.tips import main
from tests.services.changed_rules import changed, recomputed
from tests.services.tips.duty.house import clock_events, duties_of
from tests.services.tips.given import MISSISSIPPI
from tests.services.tips.house import COORDINATOR, INTAKE, received
from tests.support.running_service import NOON, RunningService

HOUR = timedelta(hours=1)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prosecutors told within 24 hours instead of 48, and the preliminary report within 12 instead of 24."""
    monkeypatch.setattr(main, "load_state", lambda _: changed(MISSISSIPPI, C11=24, C12=12))


async def test_what_was_shown_is_moved_once_and_the_duty_is_due_by_it(rules: None, tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    tips.time.turn(13 * HOUR)
    place = f"/tips/{tip}"
    assert (await tips.get(f"{place}/recompute", by=INTAKE)).status_code == 403

    shown, done = await recomputed(tips, place, COORDINATOR, 2)

    assert {rule: each["outcome"] for rule, each in shown.items()} == {
        "C11": "moves",
        "C12": "past_under_it",
        "C13": "under_it_already",
        "C31": "under_it_already",
    }
    assert done.status_code == 200, done.text
    duty = (await duties_of(tips, tip))["C11"]
    assert (duty["due_at"], duty["clock"]["due_at"]) == ("2026-11-04T18:00:00Z",) * 2
    assert [part["part"] for part in duty["parts"]] == ["prosecutor", "statewide_coordinator"]
    rows = (await tips.get("/duties", by=COORDINATOR, params={"rule": "C11"}, after=done)).json()
    assert [row["due_at"] for row in rows] == ["2026-11-04T18:00:00Z"]
    assert clock_events(tips, "C11")[-1] == "clock.recomputed"
    _, again = await recomputed(tips, place, COORDINATOR, 2)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_recompute")

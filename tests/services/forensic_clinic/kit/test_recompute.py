"""The clocks of a kit under a new version of their rule: by the clinic's coordinator, shown first, and once."""

from datetime import timedelta

import pytest

from services.forensic_clinic import main
from tests.services.changed_rules import changed, recomputed
from tests.services.forensic_clinic.kit.given import MISSISSIPPI
from tests.services.forensic_clinic.kit.house import COORDINATOR, NURSE, OFFICER, House
from tests.support.running_service import Person

HOUR = timedelta(hours=1)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratory has 45 days instead of 60."""
    monkeypatch.setattr(main, "load_state", lambda _: changed(MISSISSIPPI, C57=45 * 24))


async def test_the_laboratorys_time_is_moved_and_stands_so_on_its_board(rules: None, house: House) -> None:
    kit = await house.in_laboratory()
    await house.until_clock(kit, "C57", "started")
    house.service.time.turn(24 * HOUR)
    place, version = f"/kits/{kit}", (await house.page(kit))["version"]
    for who, status in ((NURSE, 403), (OFFICER, 403), (Person(("clinic_coordinator",), agency="TOWER"), 404)):
        assert (await house.service.get(f"{place}/recompute", by=who)).status_code == status

    shown, done = await recomputed(house.service, place, COORDINATOR, version)

    assert shown["C57"]["outcome"] == "moves"
    assert done.status_code == 200, done.text
    assert house.clock_events(kit, "C57")[-1] == "clock.recomputed"
    due = {duty["rule"]: duty["due_at"] for duty in (await house.board(COORDINATOR))[kit]["duties"]}
    assert due["C57"] == shown["C57"]["new_due_at"]
    _, again = await recomputed(house.service, place, COORDINATOR, version)
    assert again.json()["code"] == "nothing_to_recompute"

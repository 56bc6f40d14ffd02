"""The time limits of an accused under a new version of their rule: by their office, shown first, and once."""

from datetime import timedelta

import pytest

from services.prosecution import main
from tests.services.changed_rules import changed, recomputed
from tests.services.prosecution.given import MISSISSIPPI
from tests.services.prosecution.house import COORDINATOR, OTHER_OFFICE, PROSECUTOR, House, ok
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first appearance within 36 hours instead of 48."""
    monkeypatch.setattr(main, "load_state", lambda _: changed(MISSISSIPPI, C35=36))


async def test_the_first_appearance_is_moved_and_stands_so_on_the_board(rules: None, house: House) -> None:
    case = await house.charged()
    ok(await house.stage(case, "arrest", NOON))
    house.service.time.turn(24 * HOUR)
    place, version = f"/cases/{case}", (await house.page(case))["version"]
    for who, status in ((COORDINATOR, 403), (OTHER_OFFICE, 404)):
        assert (await house.service.get(f"{place}/recompute", by=who)).status_code == status

    shown, done = await recomputed(house.service, place, PROSECUTOR, version)

    assert (shown["C35"]["outcome"], shown["C35"]["new_due_at"]) == ("moves", "2026-11-05T06:00:00Z")
    assert done.status_code == 200, done.text
    rows = (await house.service.get("/cases", by=PROSECUTOR, after=done)).json()
    assert [due for row in rows for due in row["due"]] == [{"what": "C35", "due_at": "2026-11-05T06:00:00Z"}]
    assert (await house.clock(case, "C35"))["due_at"] == "2026-11-05T06:00:00Z"
    _, again = await recomputed(house.service, place, PROSECUTOR, version)
    assert again.json()["code"] == "nothing_to_recompute"

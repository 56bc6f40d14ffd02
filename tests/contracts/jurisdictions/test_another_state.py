"""An invented state in a folder of its own: other counties, seats, hours, holidays and clocks, and no line of code."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracts.jurisdictions import Jurisdiction, UnknownCounty, route
from contracts.jurisdictions.listing import listed, to_look_at
from contracts.jurisdictions.loader import load

LAKELAND = load(Path(__file__).parent / "lakeland")


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 11, 30), ["LK-WELFARE", "LK-PROS-N"]),
        # Its rule of a copy to the Attorney General is on from this day.
        (date(2026, 12, 1), ["LK-WELFARE", "LK-PROS-S", "LK-AG"]),
    ],
)
def test_its_counties_are_routed_by_the_day(on: date, told: list[str]) -> None:
    found = route(LAKELAND, "southshore county", on, tribal_land=False).to_tell("child")
    assert [agency.agency_id for agency in found] == told
    with pytest.raises(UnknownCounty, match=r"There is no county 'Northshor' in Lakeland\. Did you mean Northshore"):
        route(LAKELAND, "Northshor", on, tribal_land=False)


def test_its_due_times_are_reckoned_on_its_own_clocks_and_holidays(mississippi: Jurisdiction) -> None:
    tuesday = datetime(2026, 11, 3, 18, tzinfo=UTC)
    here, there = LAKELAND.enforced("C06", tuesday), mississippi.enforced("C06", tuesday)
    assert here.due_at == datetime(2026, 11, 5, 18, tzinfo=UTC)
    assert "2026-11-04T00:00:00-07:00 to 2026-11-05T00:00:00-07:00: Lake Day, does not count" in here.arithmetic
    assert there.due_at == datetime(2026, 11, 4, 18, tzinfo=UTC)


def test_its_rules_are_listed_and_nothing_of_another_state_is_among_them() -> None:
    assert {rule.rule for rule in listed(LAKELAND)} == {
        "C02",
        "C03",
        "C06",
        "C07",
        "C77",
        "C81",
        "C82",
        "C84",
        "C85",
        "C88",
    }
    assert all(rule.citation.startswith("Lakeland Code") for rule in listed(LAKELAND))
    assert (to_look_at(LAKELAND).holidays_until, to_look_at(LAKELAND).courts) == (2027, ())


@pytest.mark.parametrize(
    ("moment", "names"),
    [
        (datetime(2001, 1, 1, tzinfo=UTC), ["welfare_officer", "family_friend"]),
        (datetime(2026, 11, 5, 6, 59, tzinfo=UTC), ["welfare_officer", "family_friend"]),
        (datetime(2026, 11, 5, 7, tzinfo=UTC), ["welfare_officer", "family_friend", "elder"]),
    ],
)
def test_a_team_needs_the_seats_of_the_day_its_tip_was_received(moment: datetime, names: list[str]) -> None:
    assert [seat.seat for seat in LAKELAND.seats_at(moment)] == names

"""The figures over HTTP: of closed months, the same for everyone who may ask, and equal to a recount of the log."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.rapid_assessment.views.case_times import closing
from services.rapid_assessment.views.figures import first_open
from tests.services.rapid_assessment.house import (
    COORDINATOR,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SEATS,
    TRIED,
    House,
)
from tests.services.test_exports import lines
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
AUDITOR, STATEWIDE = Person(("auditor",), agency="AG-PID"), Person(("statewide_coordinator",), agency="SHTC")
REASON = {"reason": "Another case at once."}


async def told(house: House, by: Person = COORDINATOR) -> dict[str, Any]:
    answer = await house.service.get("/figures", by=by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_month(house: House, formed: int, *, hours: int = 2) -> list[UUID]:
    """So many teams that stand at once, of tips received so long ago."""
    tips = [await house.open_team(received_at=house.service.time.now() - hours * HOUR) for _ in range(formed)]
    for tip in tips:
        await house.fill(tip)
    return tips


async def noticed(house: House, tip: UUID) -> None:
    """That the child cannot be seen in time is on record, and both whom the law names know."""
    told = await house.act(tip, "contact-impossible", TRIED, by=INVESTIGATOR)
    assert told.status_code == 200, told.text
    for who in (COORDINATOR, LAW_ENFORCEMENT):
        (role,) = who.roles
        await house.until_told(tip, (role, "contact_impossible"))
        rows = (await house.service.get("/notices", by=who, params={"tip": str(tip)})).json()
        (notice,) = [row["notice"] for row in rows if (row["why"], row["role"]) == ("contact_impossible", role)]
        known = await house.service.post(f"/notices/{notice}/acknowledgement", by=who)
        assert known.status_code == 200, known.text


async def until_contact_missed(house: House, cases: int) -> None:
    async def missed() -> bool:
        rules = [state["data"]["rule"] for _, _, name, state in house.service.rows() if name == "clock.missed"]
        return rules.count("C02") == cases

    await eventually(missed)


async def until_closed(house: House, month: date) -> None:
    house.service.time.turn(closing(month) - house.service.time.now())


async def test_a_month_tells_nothing_until_it_is_closed_and_has_eleven(house: House) -> None:
    await a_month(house, 10)
    await until_closed(house, date(2026, 11, 1))
    assert (await told(house))["months"] == []
    for who in SEATS.values():
        window = {"since": house.service.time.now().isoformat(), "until": (NOON + timedelta(days=90)).isoformat()}
        page = (await house.service.get(f"/responders/{who.account}", by=who)).headers["etag"]
        version = int(page.strip('"'))
        answer = await house.service.post(f"/responders/{who.account}/availability", window, by=who, version=version)
        assert answer.status_code == 200, answer.text
    await a_month(house, 1)
    before = await told(house)
    assert (before["months"], before["open_month"]) == ([], "2026-12-01")
    await until_closed(house, date(2026, 12, 1))
    after = await told(house)
    (months,) = after["months"]
    assert (months["since"], months["until"], months["teams"]) == ("2026-11-01", "2026-12-01", 11)
    assert months["stood"] == {"told": "neither", "in_time": None, "late": None}
    assert months["spread"] == {
        "bands": [{"since": 0, "until": None, "cases": 11}],
        "quarter": None,
        "half": None,
        "three_quarters": None,
    }
    (year,) = after["years"]
    assert (year["teams"], year["elsewhere"]) == (11, 11)
    assert year["counties"] == []
    assert [stage["stage"] for stage in year["stages"]] == ["opened", "asked", *SEATS, "contact"]


async def test_it_is_the_same_for_all_who_may_ask_and_nothing_for_others(house: House) -> None:
    assert await told(house) == await told(house, AUDITOR) == await told(house, STATEWIDE)
    for role in ("prosecutor", "cps_intake", "victim_advocate", "operator", "administrator", "law_enforcement"):
        assert (await house.service.get("/figures", by=Person((role,)))).status_code == 403
    assert (await house.service.get("/figures")).status_code == 401


async def test_there_is_nothing_to_choose(house: House) -> None:
    await a_month(house, 1)
    asked = {"county": "Hinds", "since": "2026-11", "least": "1"}
    answer = await house.service.get("/figures", by=COORDINATOR, params=asked)
    assert answer.json() == await told(house)


async def test_they_equal_a_recount_of_the_log(house: House) -> None:
    for tip in (await a_month(house, 12))[1:]:
        await noticed(house, tip)
    await a_month(house, 3, hours=30)
    for _ in range(8):
        await house.open_team(received_at=NOON - 12 * HOUR)
    ended = await house.open_team()
    await house.end(ended)
    house.service.time.turn(24 * HOUR)
    await until_contact_missed(house, 23)
    await until_closed(house, date(2026, 12, 1))
    (months,) = (await told(house))["months"]
    received, ended_in_time, owed = recounted(house)
    assert months["teams"] == len(owed) == 23
    assert len(received) == 24
    assert months["stood"] == {"told": "both", "in_time": len(ended_in_time), "late": len(owed - ended_in_time)}
    assert [(band["since"], band["until"], band["cases"]) for band in months["spread"]["bands"]] == [
        (0, 1440, 12),
        (1440, None, 11),
    ]
    assert (months["spread"]["half"], months["spread"]["three_quarters"]) == (1440, None)
    (year,) = (await told(house))["years"]
    # The other counties have none together, which says of each that it has none.
    assert (year["counties"], year["elsewhere"]) == ([], 23)
    assert year["contact"] == [
        {"ways": ["in_time", "noticed"], "teams": 11},
        {"ways": ["missed", "otherwise"], "teams": 12},
    ]
    taken = lines(await house.service.post("/figures/export", by=AUDITOR))
    assert taken[:2] == [
        ["Figure", "Since", "Until", "Of", "From minutes", "To minutes", "Cases", "Says"],
        ["months", "2026-11-01", "2026-11-01", "", "", "", "23", "both"],
    ]
    assert ["contact", "2026-11-01", "2026-11-01", "in_time or noticed", "", "", "11", ""] in taken
    assert sum(int(row[6]) for row in taken if row[0] == "months_by_time") == 23
    assert ["elsewhere", "2026-11-01", "2026-11-01", "", "", "", "23", ""] in taken
    assert {row[3] for row in taken if row[0] == "stage_by_time"} == {"opened", "asked", *SEATS, "contact"}
    assert (await house.service.post("/figures/export", by=Person(("prosecutor",)))).status_code == 403
    assert house.service.names().count("operation.list_exported") == 1


def recounted(house: House) -> tuple[set[str], set[str], set[str]]:
    """From the stored rows alone: the tips a team opened for, whose clock was met, and that were not excused."""
    rows = house.service.rows()
    opened = {state["data"]["tip"] for _, _, name, state in rows if name == "rapid_assessment.team_opened"}

    def of_clock(names: Iterable[str]) -> set[str]:
        return {
            state["data"]["subject"] for _, _, name, state in rows if name in names and state["data"]["rule"] == "C06"
        }

    met, excused = of_clock(("clock.met", "clock.found_met")), of_clock(("clock.excused",))
    return opened, met - of_clock(("clock.found_missed",)), opened - excused


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 3, 18, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 11, 8, 5, 59, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 11, 8, 6, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2027, 1, 1, 6, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2027, 1, 31, 6, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_month_is_open_for_a_week_after_its_end(now: datetime, month: date) -> None:
    assert first_open(now) == month

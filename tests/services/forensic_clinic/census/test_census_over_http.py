"""A week of the census over HTTP: stated, counted each morning once, told to whoever may know, settled, and gone."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.forensic_clinic.examination.content import Noted
from services.forensic_clinic.examination.content import sealed as sealed_content
from services.forensic_clinic.examination.events import StepNoted
from services.forensic_clinic.examination.examinations import examination_of
from services.forensic_clinic.kit.serials import new_serial
from tests.services.forensic_clinic.kit.given import HOUR
from tests.services.forensic_clinic.kit.house import (
    ANALYST,
    COORDINATOR,
    NURSE,
    OFFICER,
    REASON,
    SECOND_OFFICER,
    House,
)
from tests.support.running_service import Person
from tests.support.waiting import eventually

DAY = timedelta(days=1)
LEGACY = "ZQX-LEGACY-7"
ELSEWHERE = Person(("law_enforcement",), agency="LOCAL-LE", places=("Rankin",))
NUMBERS = {name: f"ZQX-{name.upper()}" for name in ("clinic", "police", "unreported", "laboratory")}
SERIAL = new_serial()
MISREAD = SERIAL[:-1] + ("2" if SERIAL[-1] != "2" else "3")

Lines = dict[str, tuple[int, int, int]]
"""Of each agency: expected, seen, differences."""


class Week:
    """What the test does day by day."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.service = house.service

    async def state(self, who: Person, *numbers: str, **changes: Any) -> httpx.Response:
        """In the evidence room, now."""
        body = {"place": "evidence_room", "counted_at": self.house.at(), "numbers": numbers, "none": not numbers}
        version = changes.pop("version", None)
        return await self.service.post("/census/statements", body | changes, by=who, version=version)

    async def stated(self, who: Person, *numbers: str, **changes: Any) -> None:
        answer = await self.state(who, *numbers, **changes)
        assert answer.status_code == 201, answer.text

    async def turn(self, by: timedelta, counts: int) -> None:
        """Until so many days were counted in all."""
        self.service.time.turn(by)

        async def counted() -> bool:
            return len(self.counts()) >= counts

        await eventually(counted)
        assert len(self.counts()) == counts

    def counts(self) -> list[str]:
        """The days, in the order in which they were counted."""
        return [row[3]["data"]["day"] for row in self.service.rows() if row[2] == "census.day_counted"]

    def told(self) -> list[list[str]]:
        """Whom each count told, in order."""
        pressing = "forensic_clinic.census_pressing"
        return [row[3]["data"]["told"] for row in self.service.rows() if row[2] == pressing]

    async def lines(self, who: Person, **asked: str) -> Lines:
        page = (await self.service.get("/census", by=who, params=asked)).json()
        return {each["agency"]: (each["expected"], each["seen"], each["differences"]) for each in page["keepers"]}

    async def matters(self, who: Person, phase: str = "open") -> dict[tuple[str, str], dict[str, Any]]:
        """By what differs and whose it is."""
        answer = await self.service.get("/census/matters", by=who, params={"phase": phase})
        assert answer.status_code == 200, answer.text
        return {(each["difference"], each["agency"]): each for each in answer.json()}

    async def settle(self, who: Person, matter: dict[str, Any], outcome: str) -> httpx.Response:
        place = f"/census/matters/{matter['matter']}"
        body = {"outcome": outcome, "reason": REASON}
        page = await self.service.get(place, by=COORDINATOR if who is NURSE else who)
        version = page.json().get("version", 1)
        return await self.service.post(f"{place}/settlement", body, by=who, version=version)


async def taken_without_a_kit(house: House) -> UUID:
    """An exam that ended, in which the nurse noted that evidence was taken."""
    exam, tip = await house.exam(), uuid4()
    noted = sealed_content(uuid4(), Noted(step="evidence", outcome="taken"))
    step = StepNoted(exam=exam, entry=1, noted=noted, noted_at=house.now)
    await house.appended(examination_of(exam), step, case=tip)
    await house.complete(exam)
    return exam


@pytest.mark.timeout(120)
async def test_a_week_of_the_census(house: House) -> None:
    week = Week(house)
    tip = uuid4()
    exam = await taken_without_a_kit(house)
    kits = {
        "clinic": await house.sealed(number=NUMBERS["clinic"]),
        "police": await house.with_police(exam=await house.exam(tip=tip), number=NUMBERS["police"]),
        "unreported": await house.sealed(number=NUMBERS["unreported"], consent="unreported"),
        "laboratory": await house.in_laboratory(number=NUMBERS["laboratory"]),
    }
    await house.noted(tip, "Hinds")

    # Not before six in the morning by local clocks; then all that was taken into a hand that day was seen by it.
    house.service.time.turn(18 * HOUR - timedelta(seconds=1))
    assert await week.lines(COORDINATOR) == {}
    await week.turn(timedelta(seconds=1), 1)
    assert week.counts() == ["2026-11-03"]
    assert await week.lines(COORDINATOR) == {"BRIDGE": (3, 2, 1), "LOCAL-LE": (1, 1, 0), "MS-LAB": (1, 1, 0)}
    assert list(await week.matters(COORDINATOR)) == [("taken_not_registered", "BRIDGE")]

    await refused_kindly(week)
    await week.stated(NURSE, NUMBERS["clinic"])
    await week.stated(OFFICER, NUMBERS["clinic"])
    await week.stated(ANALYST, NUMBERS["laboratory"], LEGACY)
    assert [name for name in house.service.names() if name == "census.number_noted"] == ["census.number_noted"]
    await week.turn(DAY, 2)
    await told_to_whoever_may_know(week, kits, exam)
    await settled(week)

    # Found again, all of it; what is not gone is the same matter.
    for who, numbers in ((NURSE, ("clinic", "unreported")), (OFFICER, ("police",))):
        await week.stated(who, *(NUMBERS[each] for each in numbers))
    await week.stated(ANALYST, LEGACY, NUMBERS["laboratory"])
    before = await week.matters(COORDINATOR)
    await week.turn(DAY, 3)
    assert await week.lines(COORDINATOR) == {"BRIDGE": (3, 2, 1), "LOCAL-LE": (1, 1, 0), "MS-LAB": (1, 1, 0)}
    assert await week.matters(COORDINATOR) == {
        ("taken_not_registered", "BRIDGE"): before["taken_not_registered", "BRIDGE"]
    }
    assert list(await week.matters(ANALYST, "settled")) == [("unknown", "MS-LAB")]
    assert await week.matters(COORDINATOR, "settled") == {}
    assert house.service.names().count("census.number_noted") == 1

    # A standstill of three days: each is counted, once, in its order.
    await house.opened(exam=exam, number="ZQX-LATE")
    await week.turn(3 * DAY, 6)
    assert week.counts() == [f"2026-11-0{day}" for day in range(3, 9)]
    assert set(await week.matters(COORDINATOR)) == {
        ("no_statement", "BRIDGE"),
    }
    assert await week.lines(COORDINATOR, day="2026-11-04") == {
        "BRIDGE": (3, 0, 3),
        "LOCAL-LE": (1, 0, 1),
        "MS-LAB": (1, 1, 0),
    }
    # Each morning that finds something new tells those who must look, once; of what is still open nobody is told again.
    every = ["clinic_coordinator of BRIDGE", "law_enforcement of LOCAL-LE", "laboratory of MS-LAB"]
    assert week.told() == [["clinic_coordinator of BRIDGE"], every, every]
    told = house.service.everything_stored() + house.service.log_lines()
    for text in (*NUMBERS.values(), LEGACY, REASON):
        assert text not in told
        assert text.replace("-", "") not in told


async def refused_kindly(week: Week) -> None:
    """Nothing is stated by any of these."""
    wrong = await week.state(NURSE, SERIAL, "", MISREAD)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "numbers")
    assert "line 3" in wrong.json()["detail"]
    assert MISREAD not in wrong.text
    for changes in ({"place": "attic"}, {"county": "Nowhere"}, {"counted_at": week.house.at(week.house.now + HOUR)}):
        assert (await week.state(NURSE, SERIAL, **changes)).status_code == 422
    assert (await week.state(NURSE, none=False)).status_code == 422
    assert (await week.state(ELSEWHERE, SERIAL, county="Hinds")).status_code == 422
    assert (await week.state(Person(("prosecutor",), agency="DA-07"), SERIAL)).status_code == 403
    assert "census.kits_stated" not in week.service.names()


async def told_to_whoever_may_know(week: Week, kits: dict[str, UUID], exam: UUID) -> None:
    """Each is told of their own kits; of an unreported one no police, and of a hidden case nobody it is hidden from."""
    assert await week.lines(COORDINATOR) == {"BRIDGE": (3, 0, 3), "LOCAL-LE": (1, 0, 1), "MS-LAB": (1, 1, 0)}
    assert await week.lines(NURSE) == {"BRIDGE": (2, 0, 2), "LOCAL-LE": (1, 0, 1), "MS-LAB": (1, 1, 0)}
    assert await week.lines(OFFICER) == {"LOCAL-LE": (1, 0, 1), "MS-LAB": (1, 1, 0)}
    assert await week.lines(ELSEWHERE) == {"MS-LAB": (1, 1, 0)}
    assert await week.lines(ANALYST) == {"MS-LAB": (1, 1, 1)}
    of_clinic = await week.matters(COORDINATOR)
    assert {each: (row["kit"], row["exam"]) for each, row in of_clinic.items()} == {
        ("taken_not_registered", "BRIDGE"): (None, str(exam)),
        ("stated_twice", "BRIDGE"): (str(kits["clinic"]), None),
        ("not_stated", "BRIDGE"): (str(kits["unreported"]), None),
        ("not_stated", "LOCAL-LE"): (str(kits["police"]), None),
    }
    assert of_clinic["stated_twice", "BRIDGE"]["stated_by"] == ["BRIDGE", "LOCAL-LE"]
    assert list(await week.matters(OFFICER)) == [("not_stated", "LOCAL-LE")]
    assert await week.matters(ELSEWHERE) == {}
    (unknown,) = (await week.matters(ANALYST)).values()
    page = (await week.service.get(f"/census/matters/{unknown['matter']}", by=ANALYST)).json()
    assert page["number"] == LEGACY.replace("-", "")
    assert (await week.service.get(f"/census/matters/{unknown['matter']}", by=COORDINATOR)).status_code == 404
    await week.house.shut_out(UUID((await week.house.page(kits["police"]))["tip"]), OFFICER)
    assert await week.lines(OFFICER) == {"MS-LAB": (1, 1, 0)}
    assert await week.matters(OFFICER) == {}
    assert list(await week.matters(SECOND_OFFICER)) == [("not_stated", "LOCAL-LE")]


async def settled(week: Week) -> None:
    """By whoever may, once, by an outcome of the list."""
    of_clinic = await week.matters(COORDINATOR)
    unreported = of_clinic["not_stated", "BRIDGE"]
    assert (await week.settle(NURSE, unreported, "found")).status_code == 403
    assert (await week.settle(SECOND_OFFICER, unreported, "found")).status_code == 404
    assert (await week.settle(COORDINATOR, unreported, "keeper_told")).status_code == 422
    assert (await week.settle(COORDINATOR, unreported, "found")).status_code == 200
    assert (await week.settle(COORDINATOR, unreported, "lost")).status_code == 409
    (unknown,) = (await week.matters(ANALYST)).values()
    assert (await week.settle(ANALYST, unknown, "kept_from_before")).status_code == 200
    told = (await week.service.get(f"/census/matters/{unreported['matter']}", by=COORDINATOR)).json()["told"]
    assert [(each["what"], each["outcome"], each["reason"]) for each in told] == [
        ("opened", "", None),
        ("settled", "found", REASON),
    ]
    assert list(await week.matters(COORDINATOR, "settled")) == [("not_stated", "BRIDGE")]

"""Who can be called now for each seat."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person

INTAKE = Person(("cps_intake",))


async def on_call(house: House, by: Person = COORDINATOR) -> dict[str, list[dict[str, Any]]]:
    """As `by` is told, by seat; as fresh as the log."""
    fresh = {"Muster-At-Least": str(len(house.service.rows())), "Authorization": f"Bearer {house.service.token(by)}"}
    answer = await house.service.http.get("/on-call", headers=fresh)
    assert answer.status_code == 200, answer.text
    return {each["seat"]: each["people"] for each in answer.json()}


def accounts(people: list[dict[str, Any]]) -> list[str]:
    return [each["account"] for each in people]


async def test_each_seat_has_those_who_are_available_and_certified_for_it(house: House) -> None:
    found = await on_call(house)
    assert list(found) == ["cps_investigator", "trafficking_investigator", "victim_advocate"]
    assert accounts(found["cps_investigator"]) == [str(INVESTIGATOR.account)]
    assert accounts(found["trafficking_investigator"]) == [str(DETECTIVE.account)]
    assert found["victim_advocate"][0]["agency"] == "CVP"


async def test_who_is_available_longest_comes_first(house: House) -> None:
    await house.register(SPARE_ADVOCATE, hours=200)
    people = (await on_call(house))["victim_advocate"]
    assert accounts(people) == [str(SPARE_ADVOCATE.account), str(ADVOCATE.account)]
    assert people[0]["until"] > people[1]["until"]


async def test_a_certificate_that_ends_first_ends_it(house: House) -> None:
    await house.register(SPARE_ADVOCATE, until="2026-11-03", hours=200)
    people = {each["account"]: each["until"] for each in (await on_call(house))["victim_advocate"]}
    # The last day ends at midnight, Central.
    assert datetime.fromisoformat(people[str(SPARE_ADVOCATE.account)]) == datetime(2026, 11, 4, 6, tzinfo=UTC)


async def test_nobody_is_on_call_before_or_after_the_hours_they_stated(house: House) -> None:
    house.service.time.turn(timedelta(hours=73))
    assert set(map(len, (await on_call(house)).values())) == {0}


async def test_a_certificate_revoked_takes_off_the_list_from_that_moment(house: House) -> None:
    await house.revoke(ADVOCATE, version=3)
    assert (await on_call(house))["victim_advocate"] == []


async def test_nobody_on_leave_is_on_call_or_can_be_asked_until_they_take_it_back(house: House) -> None:
    path = f"/responders/{ADVOCATE.account}/leave"
    leave = {"since": NOON.isoformat(), "until": (NOON + timedelta(days=3)).isoformat()}
    tip = await house.open_team()
    assert (await house.service.post(path, leave, by=ADVOCATE, version=3)).status_code == 200
    assert (await on_call(house))["victim_advocate"] == []
    refused = await house.propose(tip, "victim_advocate", ADVOCATE)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_available")
    back = {"since": NOON.isoformat(), "until": (NOON + timedelta(days=1)).isoformat()}
    assert (await house.service.post(f"{path}/withdrawals", back, by=COORDINATOR, version=4)).status_code == 200
    assert accounts((await on_call(house))["victim_advocate"]) == [str(ADVOCATE.account)]


async def test_those_who_work_on_teams_know_it_and_nobody_else(house: House) -> None:
    everything = await on_call(house)
    for who in (INTAKE, INVESTIGATOR, DETECTIVE, ADVOCATE):
        assert await on_call(house, by=who) == everything
    assert (await house.service.get("/on-call", by=LAW_ENFORCEMENT)).status_code == 403

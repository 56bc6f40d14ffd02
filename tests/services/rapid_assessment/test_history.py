"""What is told of what happened to a team."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person

REASON = "A reason that names Zqx, who is invented."


async def history(house: House, tip: UUID, by: Person = COORDINATOR) -> list[dict[str, Any]]:
    answer = await house.service.get(f"/teams/{team_of(tip)}/history", by=by)
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()
    return told


async def test_seats_clocks_and_contact_are_told_as_they_were_recorded(house: House) -> None:
    tip = await house.open_team(received_at=NOON - timedelta(hours=1))
    await house.propose(tip, "victim_advocate", ADVOCATE)
    await house.act(tip, "seats/victim_advocate/decline", {"reason": REASON}, by=ADVOCATE)
    await house.fill(tip)
    made = {"made_at": (NOON - timedelta(minutes=5)).isoformat(), "place": "Where Zqx was"}
    await house.act(tip, "contact", made, by=INVESTIGATOR)

    told = await history(house, tip)
    names = [each["name"] for each in told]
    assert names.index("clock.started") < names.index("team.seat_declined") < names.index("contact.made")
    assert names.count("team.seat_accepted") == 3
    assert names.count("clock.met") == 2
    declined = next(each for each in told if each["name"] == "team.seat_declined")
    assert (declined["facts"]["seat"], declined["by"]) == ("victim_advocate", str(ADVOCATE.account))
    contact = next(each for each in told if each["name"] == "contact.made")
    assert contact["happened_at"] < contact["recorded_at"]
    assert "Zqx" not in str(told)


async def test_who_is_kept_out_is_not_told(house: House) -> None:
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)
    answer = await house.act(tip, "conflicts", {"reason": REASON}, by=ADVOCATE)
    assert answer.status_code == 200, answer.text
    told = await history(house, tip)
    assert not {"team.conflict_declared", "team.account_excluded"} & {each["name"] for each in told}


async def test_it_is_for_those_who_may_read_the_team(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)
    place = f"/teams/{team_of(tip)}/history"
    assert (await house.service.get(place, by=ADVOCATE)).status_code == 200
    assert (await house.service.get(place, by=SPARE_ADVOCATE)).status_code == 404
    assert (await house.service.get(place, by=LAW_ENFORCEMENT)).status_code == 404
    await house.act(tip, "conflicts", {"reason": REASON}, by=ADVOCATE)
    assert (await house.service.get(place, by=ADVOCATE)).status_code == 404


async def test_a_second_opening_has_clocks_of_its_own(house: House) -> None:
    tip = await house.open_team()
    await house.end(tip)
    told = await history(house, tip)
    reasons = {each["facts"]["rule"]: each["facts"]["reason"] for each in told if each["name"] == "clock.excused"}
    assert reasons == {"C02": "taken_over_elsewhere", "C06": "team_stood_down"}
    assert len({each["stream"] for each in told if each["name"] == "clock.started"}) == 2

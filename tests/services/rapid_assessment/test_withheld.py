"""Who holds the advocate's seat is told to the team and to those who form it (28 CFR 94.115), by no path to others."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.events.tips import GlassBroken
from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, INVESTIGATOR, SPARE_ADVOCATE, House
from tests.services.rapid_assessment.test_sharing import PROSECUTOR, shared, until
from tests.support.running_service import Person

INTAKE = Person(("cps_intake",), agency="MDCPS-HTC")
ADVOCATES = (str(ADVOCATE.account), str(SPARE_ADVOCATE.account))


async def answers(house: House, tip: UUID, who: Person) -> dict[str, str]:
    """By each path on which a team is told, the whole answer as it comes; only those that are answered."""
    team = team_of(tip)
    reads = {
        "page": f"/teams/{team}",
        "of the tip": f"/teams/of-tip/{tip}",
        "history": f"/teams/{team}/history",
        "list": "/teams",
        "open cases": "/teams/open",
    }
    told = {way: await house.service.get(path, by=who) for way, path in reads.items()}
    told |= {
        f"file of {path}": await house.service.post(f"{path}/export", by=who) for path in ("/teams", "/teams/open")
    }
    return {way: answer.text for way, answer in told.items() if answer.status_code == 200 and str(tip) in answer.text}


EVERY_WAY = {"page", "of the tip", "history", "list", "open cases", "file of /teams", "file of /teams/open"}
BY_AN_OPENING = {"page", "of the tip", "history"}


async def a_team_with_an_advocate(house: House) -> UUID:
    """One advocate was asked and handed the seat over to another, who holds it, and by that formed the team."""
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator", "trafficking_investigator")
    assert (await house.propose(tip, "victim_advocate", SPARE_ADVOCATE)).status_code == 200
    named = {"colleague": str(ADVOCATE.account), "reason": "Away that night."}
    handed = await house.act(tip, "seats/victim_advocate/hand-over", named, by=SPARE_ADVOCATE)
    assert handed.status_code == 200, handed.text
    assert (await house.act(tip, "seats/victim_advocate/acceptance", by=ADVOCATE)).status_code == 200
    return tip


async def reader(house: House, tip: UUID, how: str) -> Person:
    """Somebody who reads the team without sitting on it."""
    if how == "hotline":
        return INTAKE
    if how == "share":
        await shared(house, tip, until=house.service.time.now() + timedelta(hours=1))
        return PROSECUTOR
    opening = GlassBroken(
        tip=tip,
        opening=uuid4(),
        account=PROSECUTOR.account,
        agency="DA-07",
        roles=("prosecutor",),
        until=house.service.time.now() + timedelta(minutes=30),
    )
    await house.tips.tell(tip, opening, case=tip)
    await until(house, "team_sharing.glass_broken")
    return PROSECUTOR


@pytest.mark.parametrize("how", ["share", "opening", "hotline"])
async def test_who_reads_a_team_from_outside_learns_that_the_seat_is_filled_and_by_no_path_by_whom(
    house: House, how: str
) -> None:
    tip = await a_team_with_an_advocate(house)
    who = await reader(house, tip, how)

    told = await answers(house, tip, who)

    assert set(told) == (BY_AN_OPENING if how == "opening" else EVERY_WAY)
    assert {way for way, text in told.items() if any(each in text for each in ADVOCATES)} == set()
    # What they are told of the other seats they are told as ever.
    assert {way for way, text in told.items() if str(INVESTIGATOR.account) not in text} == set()
    seat = (await house.page(tip, by=who))["seats"]["victim_advocate"]
    assert seat == {
        "filled": True,
        "asked": False,
        "proposed": None,
        "held_by": None,
        "lapsed": False,
        "under_way": False,
    }


@pytest.mark.parametrize("how", ["share", "opening", "hotline"])
async def test_nor_who_is_asked_for_it(house: House, how: str) -> None:
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator")
    assert (await house.propose(tip, "victim_advocate", ADVOCATE)).status_code == 200
    who = await reader(house, tip, how)

    told = await answers(house, tip, who)

    assert {way for way, text in told.items() if str(ADVOCATE.account) in text} == set()
    assert (await house.page(tip, by=who))["seats"]["victim_advocate"]["asked"] is True
    if how != "opening":
        (row,) = (await house.service.get("/teams", by=who)).json()
        assert row["proposed"] == {"victim_advocate": None}


async def test_the_team_and_those_who_form_it_are_told_by_each_path(house: House) -> None:
    tip = await a_team_with_an_advocate(house)

    for who in (COORDINATOR, INVESTIGATOR, ADVOCATE):
        told = await answers(house, tip, who)
        assert set(told) == EVERY_WAY
        assert {way for way, text in told.items() if str(ADVOCATE.account) not in text} == set()


async def test_who_sits_on_one_team_is_not_told_of_another_that_is_shared_with_them(house: House) -> None:
    tip = await a_team_with_an_advocate(house)
    other = await house.open_team()
    await house.propose(other, "victim_advocate", SPARE_ADVOCATE)
    stranger = Person(("cps_investigator",))
    await house.register(stranger)
    await house.propose(other, "cps_investigator", stranger)
    ends = house.service.time.now() + timedelta(hours=1)
    await shared(house, tip, account=stranger.account, agency="", role="", until=ends)

    rows = {row["tip"]: row for row in (await house.service.get("/teams", by=stranger)).json()}

    assert rows[str(other)]["proposed"]["victim_advocate"] == str(SPARE_ADVOCATE.account)
    assert rows[str(tip)]["held"]["victim_advocate"] is None

"""Whoever leaves their agency is asked, told and counted no more, from the moment their account is closed."""

import pytest

from contracts.events.identity import AccountClosed
from contracts.language import Event, Refused
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import RegisterResponder, leave, register
from services.rapid_assessment.responder.events import AddressStated, ResponderLeft
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.team.decisions import vacate
from services.rapid_assessment.team.events import SeatVacated
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    INVESTIGATOR,
    MISSISSIPPI,
    POLICE,
    TEAM,
    USUAL,
    VICTIM,
    accepted,
    certified,
    formed,
    held,
    lapsed,
    opened,
    proposed,
    registered,
    responder,
    stood_down,
    team,
    text,
)
from tests.services.rapid_assessment.house import ADVOCATE as ADVOCATE_IN
from tests.services.rapid_assessment.house import COORDINATOR, SPARE_ADVOCATE, House
from tests.services.rapid_assessment.test_on_call import on_call
from tests.support.running_service import NOON
from tests.support.waiting import eventually

LEFT = ResponderLeft(account=ADVOCATE)
VACATED = SeatVacated(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE)
COMMAND = RegisterResponder(account=ADVOCATE, agency="CVP")


def test_a_responder_leaves_once() -> None:
    assert leave(responder(registered()), ADVOCATE) == [LEFT]
    assert leave(responder(registered(), LEFT), ADVOCATE) == []


def test_whoever_left_before_is_never_registered() -> None:
    assert leave(responder(), ADVOCATE) == [LEFT]
    with pytest.raises(Refused) as refused:
        register(responder(LEFT), COMMAND, MISSISSIPPI)
    assert refused.value.code == ResponderRefusal.HAS_LEFT


def test_whoever_left_fills_no_seat_and_is_told_nowhere() -> None:
    address = AddressStated(account=ADVOCATE, kind="email", address=text())
    gone = responder(registered(), certified(), address, LEFT)
    person = candidate_of(gone)
    assert (person.valid_for(VICTIM, NOON), person.can_be_called(NOON), gone.channels) == (None, False, ())


@pytest.mark.parametrize(
    "given",
    [[opened(), *held(CPS, VICTIM)], [opened(), *held(CPS), proposed(VICTIM)], formed()],
    ids=["holds", "is asked", "of a team that stands"],
)
def test_they_are_off_the_seat_they_hold_or_are_asked_for_and_a_team_stands_no_more(given: list[Event]) -> None:
    before = team(*given)
    assert vacate(before, ADVOCATE, list(USUAL)) == [VACATED]
    assert vacate(before, ADVOCATE, [CPS.seat]) == []
    after = team(*given, VACATED)
    assert (after.phase, ADVOCATE in after.members, INVESTIGATOR in after.members) == ("open", False, True)
    assert vacate(after, ADVOCATE, list(USUAL)) == []


def test_nothing_is_vacated_where_they_hold_nothing_or_the_team_has_ended() -> None:
    assert vacate(team(opened(), *held(CPS)), ADVOCATE, list(USUAL)) == []
    assert vacate(team(opened(), *held(VICTIM), stood_down()), ADVOCATE, list(USUAL)) == []
    asked_anew = team(opened(), *held(CPS, POLICE), accepted(VICTIM), lapsed(VICTIM), proposed(VICTIM, INVESTIGATOR))
    assert vacate(asked_anew, ADVOCATE, list(USUAL)) == []


async def test_they_are_off_the_list_cannot_be_asked_and_their_seat_is_empty_at_once(house: House) -> None:
    stands, asked = await house.open_team(), await house.open_team()
    await house.fill(stands)
    assert (await house.propose(asked, VICTIM.seat, ADVOCATE_IN)).status_code == 200
    identity, spare = house.service.upstream("identity"), SPARE_ADVOCATE.account
    for who in (spare, ADVOCATE_IN.account, ADVOCATE_IN.account):
        await identity.tell(who, AccountClosed(account=who, left_at=NOON))

    async def vacated() -> bool:
        return house.service.names().count("team.seat_vacated") == 2

    await eventually(vacated)
    assert (await on_call(house))[VICTIM.seat] == []
    refused = await house.propose(asked, VICTIM.seat, ADVOCATE_IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential")
    for tip in (stands, asked):
        page = await house.page(tip)
        assert (page["phase"], VICTIM.seat in page["empty_seats"]) == ("open", True)
        assert await house.page(tip, by=ADVOCATE_IN) == {}
    await house.until_told(stands, ("cps_coordinator", "seats_still_empty"))
    assert house.service.names().count("responder.left") == 2
    registering = {"account": str(spare), "agency": "CVP"}
    never = await house.service.post("/responders", registering, by=COORDINATOR)
    assert (never.status_code, never.json()["code"]) == (409, "has_left")
    assert (await house.service.get(f"/responders/{spare}", by=COORDINATOR)).status_code == 404

"""Whoever leaves their agency is asked, told and counted no more, from the moment their account is closed."""

from contracts.events.identity import AccountClosed
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import leave
from services.rapid_assessment.responder.events import AddressStated, ResponderLeft
from tests.services.rapid_assessment.given import ADVOCATE, VICTIM, certified, registered, responder, text
from tests.services.rapid_assessment.house import ADVOCATE as ADVOCATE_IN
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.services.rapid_assessment.test_on_call import on_call
from tests.support.running_service import NOON
from tests.support.waiting import eventually

LEFT = ResponderLeft(account=ADVOCATE)


def test_a_responder_leaves_once_and_somebody_else_not_at_all() -> None:
    assert leave(responder(registered())) == [LEFT]
    assert leave(responder(registered(), LEFT)) == []
    assert leave(responder()) == []


def test_whoever_left_fills_no_seat_and_is_told_nowhere() -> None:
    address = AddressStated(account=ADVOCATE, kind="email", address=text())
    gone = responder(registered(), certified(), address, LEFT)
    person = candidate_of(gone)
    assert (person.valid_for(VICTIM, NOON), person.can_be_called(NOON), gone.told_by) == (None, False, "")


async def test_they_are_off_the_list_cannot_be_asked_and_their_seat_lapses_when_the_team_would_form(
    house: House,
) -> None:
    held, other = await house.open_team(), await house.open_team()
    await house.fill(held, VICTIM.seat)
    identity = house.service.upstream("identity")
    for who in (COORDINATOR.account, ADVOCATE_IN.account, ADVOCATE_IN.account):
        await identity.tell(who, AccountClosed(account=who, left_at=NOON))

    async def left() -> bool:
        return "responder.left" in house.service.names()

    await eventually(left)
    assert (await on_call(house))[VICTIM.seat] == []
    refused = await house.propose(other, VICTIM.seat, ADVOCATE_IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential")
    await house.fill(held, "cps_investigator", "trafficking_investigator")
    assert (await house.page(held))["empty_seats"] == [VICTIM.seat]
    assert house.service.names().count("responder.left") == 1

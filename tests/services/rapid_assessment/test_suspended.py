"""Whoever's account is suspended is asked, told and counted no more until it is confirmed; then as before."""

from contracts.events.identity import AccountClosed, WorkResumed, WorkSuspended
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import come_back, leave, suspend
from services.rapid_assessment.responder.events import ResponderBack, ResponderLeft, ResponderSuspended
from tests.services.rapid_assessment.given import ADVOCATE, VICTIM, certified, registered, responder
from tests.services.rapid_assessment.house import ADVOCATE as ADVOCATE_IN
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.services.rapid_assessment.test_on_call import accounts, on_call
from tests.support.running_service import NOON
from tests.support.waiting import eventually

SUSPENDED, BACK = ResponderSuspended(account=ADVOCATE), ResponderBack(account=ADVOCATE)
LEFT = ResponderLeft(account=ADVOCATE)


def test_a_responder_is_suspended_and_back_once_each_and_somebody_else_not_at_all() -> None:
    assert suspend(responder(registered())) == [SUSPENDED]
    assert suspend(responder(registered(), SUSPENDED)) == []
    assert suspend(responder(registered(), SUSPENDED, BACK)) == [SUSPENDED]
    assert suspend(responder()) == []
    assert come_back(responder(registered(), SUSPENDED)) == [BACK]
    assert come_back(responder(registered())) == []
    assert come_back(responder()) == []


def test_whoever_leaves_while_suspended_does_not_come_back() -> None:
    suspended = responder(registered(), SUSPENDED)
    assert leave(suspended) == [LEFT]
    gone = responder(registered(), certified(), SUSPENDED, LEFT)
    assert (suspend(gone), come_back(gone)) == ([], [])
    assert not gone.counts


def test_a_suspended_responder_fills_no_seat_and_fills_it_again_when_back() -> None:
    assert candidate_of(responder(registered(), certified(), SUSPENDED)).valid_for(VICTIM, NOON) is None
    assert candidate_of(responder(registered(), certified(), SUSPENDED, BACK)).valid_for(VICTIM, NOON) is not None


async def test_they_are_off_the_list_lose_their_seat_when_the_team_would_form_and_are_asked_again_when_back(
    house: House,
) -> None:
    held = await house.open_team()
    await house.fill(held, VICTIM.seat)
    identity = house.service.upstream("identity")
    who = ADVOCATE_IN.account
    for told in (COORDINATOR.account, who, who):
        await identity.tell(told, WorkSuspended(account=told))

    async def suspended() -> bool:
        return "responder.suspended" in house.service.names()

    await eventually(suspended)
    assert (await on_call(house))[VICTIM.seat] == []
    await house.fill(held, "cps_investigator", "trafficking_investigator")
    assert (await house.page(held))["empty_seats"] == [VICTIM.seat]
    refused = await house.propose(held, VICTIM.seat, ADVOCATE_IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential")

    await identity.tell(who, WorkResumed(account=who))

    async def back() -> bool:
        return "responder.back" in house.service.names()

    await eventually(back)
    assert house.service.names().count("responder.suspended") == 1
    assert accounts((await on_call(house))[VICTIM.seat]) == [str(who)]
    await house.fill(held, VICTIM.seat)
    assert (await house.page(held))["empty_seats"] == []


async def test_asked_already_a_suspended_responder_takes_no_seat(house: House) -> None:
    tip = await house.open_team()
    assert (await house.propose(tip, VICTIM.seat, ADVOCATE_IN)).status_code == 200
    who = ADVOCATE_IN.account
    await house.service.upstream("identity").tell(who, WorkSuspended(account=who))

    async def suspended() -> bool:
        return "responder.suspended" in house.service.names()

    await eventually(suspended)
    refused = await house.act(tip, f"seats/{VICTIM.seat}/acceptance", by=ADVOCATE_IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential")


async def test_whoever_is_closed_while_suspended_is_off_the_list_for_good(house: House) -> None:
    identity, who = house.service.upstream("identity"), ADVOCATE_IN.account
    for event in (WorkSuspended(account=who), AccountClosed(account=who, left_at=NOON), WorkResumed(account=who)):
        await identity.tell(who, event)
    # The stream is followed in order: the next account's event comes after all of these.
    await identity.tell(COORDINATOR.account, WorkSuspended(account=COORDINATOR.account))

    async def left() -> bool:
        return "responder.left" in house.service.names()

    await eventually(left)
    assert (await on_call(house))[VICTIM.seat] == []
    assert "responder.back" not in house.service.names()

"""Whoever's account is suspended is asked, told and counted no more until it is confirmed; then as before."""

from contracts.events.identity import AccountClosed, RoleGranted, RoleRemoved, WorkResumed, WorkSuspended
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import come_back, leave, lose_role, regain_role, suspend
from services.rapid_assessment.responder.events import (
    ResponderBack,
    ResponderLeft,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)
from tests.services.rapid_assessment.given import ADVOCATE, MISSISSIPPI, VICTIM, certified, registered, responder
from tests.services.rapid_assessment.house import ADVOCATE as ADVOCATE_IN
from tests.services.rapid_assessment.house import COORDINATOR, SPARE_ADVOCATE, House
from tests.services.rapid_assessment.test_on_call import accounts, on_call
from tests.support.running_service import NOON
from tests.support.waiting import eventually

NO_ADVOCATE = ResponderRoleRemoved(account=ADVOCATE, role=VICTIM.seat)
ADVOCATE_AGAIN = ResponderRoleGranted(account=ADVOCATE, role=VICTIM.seat)
SUSPENDED, BACK = ResponderSuspended(account=ADVOCATE), ResponderBack(account=ADVOCATE)
LEFT = ResponderLeft(account=ADVOCATE)


def test_an_account_is_suspended_and_back_once_each_be_it_a_responders_already_or_not() -> None:
    for before in ((), (registered(),)):
        assert suspend(responder(*before), ADVOCATE) == [SUSPENDED]
        assert suspend(responder(*before, SUSPENDED), ADVOCATE) == []
        assert suspend(responder(*before, SUSPENDED, BACK), ADVOCATE) == [SUSPENDED]
        assert come_back(responder(*before, SUSPENDED), ADVOCATE) == [BACK]
        assert come_back(responder(*before), ADVOCATE) == []


def test_a_role_is_taken_and_granted_again_once_each_and_one_of_no_seat_not_at_all() -> None:
    assert lose_role(responder(), ADVOCATE, VICTIM.seat, MISSISSIPPI) == [NO_ADVOCATE]
    assert lose_role(responder(NO_ADVOCATE), ADVOCATE, VICTIM.seat, MISSISSIPPI) == []
    assert lose_role(responder(), ADVOCATE, "prosecutor", MISSISSIPPI) == []
    assert regain_role(responder(NO_ADVOCATE), ADVOCATE, VICTIM.seat) == [ADVOCATE_AGAIN]
    assert regain_role(responder(), ADVOCATE, VICTIM.seat) == []


def test_without_the_role_of_a_seat_a_certificate_for_it_counts_for_nothing() -> None:
    lost = responder(registered(), certified(), NO_ADVOCATE)
    assert candidate_of(lost).valid_for(VICTIM, NOON) is None
    again = responder(registered(), certified(), NO_ADVOCATE, ADVOCATE_AGAIN)
    assert candidate_of(again).valid_for(VICTIM, NOON) is not None


def test_whoever_leaves_while_suspended_does_not_come_back() -> None:
    suspended = responder(registered(), SUSPENDED)
    assert leave(suspended, ADVOCATE) == [LEFT]
    gone = responder(registered(), certified(), SUSPENDED, LEFT)
    assert (suspend(gone, ADVOCATE), come_back(gone, ADVOCATE)) == ([], [])
    assert not gone.counts


def test_a_suspended_responder_fills_no_seat_and_fills_it_again_when_back() -> None:
    assert candidate_of(responder(registered(), certified(), SUSPENDED)).valid_for(VICTIM, NOON) is None
    assert candidate_of(responder(registered(), certified(), SUSPENDED, BACK)).valid_for(VICTIM, NOON) is not None


async def test_off_the_list_off_their_seat_and_asked_again_when_back_as_when_a_role_is_taken_and_given_back(
    house: House,
) -> None:
    held, asked = await house.open_team(), await house.open_team()
    identity, who, spare = house.service.upstream("identity"), ADVOCATE_IN.account, SPARE_ADVOCATE.account
    await identity.tell(spare, WorkSuspended(account=spare))
    assert (await house.propose(asked, VICTIM.seat, ADVOCATE_IN)).status_code == 200
    for taken, given in (
        (WorkSuspended(account=who), WorkResumed(account=who)),
        (RoleRemoved(account=who, role=VICTIM.seat), RoleGranted(account=who, role=VICTIM.seat)),
    ):
        await house.fill(held, VICTIM.seat)
        before = house.service.names().count("team.seat_vacated")
        await identity.tell(who, taken)
        await identity.tell(who, taken)

        async def vacated(so_many: int = before + 2) -> bool:
            return house.service.names().count("team.seat_vacated") == so_many

        await eventually(vacated)
        assert (await on_call(house))[VICTIM.seat] == []
        assert VICTIM.seat in (await house.page(held))["empty_seats"]
        for tip in (held, asked):
            refused = await house.propose(tip, VICTIM.seat, ADVOCATE_IN)
            assert (refused.status_code, refused.json()["code"]) == (409, "credential")

        await identity.tell(who, given)

        async def back() -> bool:
            return accounts((await on_call(house))[VICTIM.seat]) == [str(who)]

        await eventually(back)
        assert (await house.propose(asked, VICTIM.seat, ADVOCATE_IN)).status_code == 200
    names = house.service.names()
    assert [names.count(f"responder.{each}") for each in ("suspended", "back", "role_removed", "role_granted")] == [
        2, 1, 1, 1,
    ]  # fmt: skip
    # Who was suspended before they were put on the list is on it as suspended, and cannot be called.
    await house.register(SPARE_ADVOCATE)
    assert accounts((await on_call(house))[VICTIM.seat]) == [str(who)]


async def test_whoever_is_closed_while_suspended_is_off_the_list_for_good(house: House) -> None:
    identity, who = house.service.upstream("identity"), ADVOCATE_IN.account
    for event in (WorkSuspended(account=who), AccountClosed(account=who, left_at=NOON), WorkResumed(account=who)):
        await identity.tell(who, event)
    # The stream is followed in order: the next account's event comes after all of these.
    await identity.tell(COORDINATOR.account, WorkSuspended(account=COORDINATOR.account))

    async def all_noted() -> bool:
        return house.service.names().count("responder.suspended") == 2

    await eventually(all_noted)
    assert (await on_call(house))[VICTIM.seat] == []
    assert house.service.names().count("responder.left") == 1
    assert "responder.back" not in house.service.names()

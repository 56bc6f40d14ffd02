"""Whose account is closed or suspended, or no nurse's any more, is neither offered nor booked, from that moment on."""

from collections.abc import Callable
from datetime import datetime

import pytest

from contracts.events.identity import AccountClosed, RoleGranted, RoleRemoved, WorkResumed, WorkSuspended
from contracts.language import Event, Refused
from contracts.periods import Period
from services.forensic_clinic.cases import examiner_of
from services.forensic_clinic.nurse import decisions
from services.forensic_clinic.nurse.decisions import NurseRefusal, RegisterNurse
from services.forensic_clinic.nurse.events import (
    NurseBack,
    NurseLeft,
    NurseRoleGranted,
    NurseRoleRemoved,
    NurseSuspended,
)
from tests.services.forensic_clinic.given import CLINIC, MISSISSIPPI, NURSE
from tests.services.forensic_clinic.house import COORDINATOR, CPS, HOUR, SECOND_NURSE, House, ok, refused, slot, span
from tests.services.forensic_clinic.house import NURSE as NURSE_IN
from tests.services.forensic_clinic.test_board_and_slots import free
from tests.services.forensic_clinic.test_nurse_and_room_decisions import AVAILABLE, REGISTERED, nurse
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

LEFT = NurseLeft(account=NURSE, left_at=NOON + 2 * HOUR)
SUSPENDED, BACK = NurseSuspended(account=NURSE, since=NOON + 3 * HOUR), NurseBack(account=NURSE)
NO_NURSE = NurseRoleRemoved(account=NURSE, since=NOON + HOUR)
NURSE_AGAIN = NurseRoleGranted(account=NURSE)
RELIEF = Person(("cps_coordinator",), agency="MDCPS-HTC")
ELSEWHERE = Person(("cps_coordinator",), agency="MDCPS")


def leave(*before: Event) -> list[Event]:
    return decisions.leave(nurse(*before), NURSE, NOON + 2 * HOUR)


def suspend(*before: Event) -> list[Event]:
    return decisions.suspend(nurse(*before), NURSE, NOON + 3 * HOUR)


def come_back(*before: Event) -> list[Event]:
    return decisions.come_back(nurse(*before), NURSE)


def lose_role(*before: Event) -> list[Event]:
    return decisions.lose_role(nurse(*before), NURSE, NOON + HOUR)


def regain_role(*before: Event) -> list[Event]:
    return decisions.regain_role(nurse(*before), NURSE)


@pytest.mark.parametrize("before", [(), (REGISTERED,)], ids=["no nurse yet", "a nurse"])
def test_each_is_noted_once_of_a_nurse_and_of_who_may_be_made_one(before: tuple[Event, ...]) -> None:
    noted: list[tuple[Callable[..., list[Event]], tuple[Event, ...], list[Event]]] = [
        (leave, (), [LEFT]),
        (leave, (LEFT,), []),
        (suspend, (), [SUSPENDED]),
        (suspend, (SUSPENDED,), []),
        (suspend, (LEFT,), []),
        (come_back, (SUSPENDED,), [BACK]),
        (come_back, (), []),
        (come_back, (SUSPENDED, LEFT), []),
        (lose_role, (), [NO_NURSE]),
        (lose_role, (NO_NURSE,), []),
        (regain_role, (NO_NURSE,), [NURSE_AGAIN]),
        (regain_role, (), []),
    ]
    for decide, then, events in noted:
        assert decide(*before, *then) == events


@pytest.mark.parametrize(
    ("gone", "works_until"),
    [
        ((), None),
        ((LEFT,), LEFT.left_at),
        ((SUSPENDED,), SUSPENDED.since),
        ((NO_NURSE,), NO_NURSE.since),
        ((LEFT, NO_NURSE), NO_NURSE.since),
        ((SUSPENDED, BACK), None),
        ((NO_NURSE, NURSE_AGAIN), None),
    ],
)
def test_hours_count_until_she_works_no_more_so_that_what_was_done_before_is_still_typed_in(
    gone: tuple[Event, ...], works_until: datetime | None
) -> None:
    state = nurse(REGISTERED, AVAILABLE, *gone)
    assert state.works_until == works_until
    until = AVAILABLE.until if works_until is None else works_until
    assert examiner_of(state).available == (Period(AVAILABLE.since, until),)


def test_who_left_is_never_registered() -> None:
    with pytest.raises(Refused) as refusal:
        decisions.register(nurse(LEFT), RegisterNurse(account=NURSE, clinic=CLINIC), MISSISSIPPI)
    assert refusal.value.code == NurseRefusal.HAS_LEFT


async def told(house: House, event: AccountClosed | WorkSuspended | WorkResumed | RoleRemoved | RoleGranted) -> None:
    """Identity tells it, and the clinic noted it."""
    before = len(house.service.happened())
    await house.identity.tell(event.account, event)

    async def noted() -> bool:
        return len(house.service.happened()) > before

    await eventually(noted)


async def test_what_is_planned_with_who_is_gone_waits_for_another_and_with_who_is_suspended_shows_it(
    house: House,
) -> None:
    who, second = NURSE_IN.account, SECOND_NURSE.account
    begun, planned = await house.request(), await house.request()
    ok(await house.act(begun, "booking", slot(NOON, NOON + HOUR)))
    ok(await house.act(planned, "booking", slot(NOON + 2 * HOUR)))
    house.service.time.turn(HOUR / 2)
    now = house.service.time.now()

    await told(house, WorkSuspended(account=who))
    page = await house.page(planned)
    assert (page["phase"], page["nurse_works"], page["nurse_fits"]) == ("booked", False, True)
    assert await free(house, planned) == []
    waiting = await house.request()
    assert refused(await house.act(waiting, "booking", slot(NOON + 4 * HOUR))) == "nurse_not_available"
    await told(house, WorkResumed(account=who))
    assert (await house.page(planned))["nurse_works"]

    await told(house, RoleRemoved(account=who, role="forensic_nurse"))
    assert (await house.page(planned))["phase"] == "requested"
    assert (await house.page(begun))["phase"] == "booked"
    assert await free(house, planned) == []
    await told(house, RoleGranted(account=who, role="forensic_nurse"))
    ok(await house.act(planned, "hold", slot(NOON + 2 * HOUR)))

    await told(house, AccountClosed(account=who, left_at=now))
    assert [(await house.page(each))["phase"] for each in (planned, begun)] == ["requested", "booked"]
    assert house.taken(who) == 1
    for since in (NOON + 2 * HOUR, NOON + 100 * HOUR):
        assert refused(await house.act(planned, "booking", slot(since))) == "nurse_not_available"
    # What she did before she left is typed in afterwards.
    ok(await house.act(begun, "completion", {"completed_at": now.isoformat()}))
    assert (await house.service.get(f"/nurses/{who}", by=COORDINATOR)).json()["works_until"]

    # Who left before anybody put them on the list is not put on it.
    await told(house, AccountClosed(account=second, left_at=now))
    registering = {"account": str(second), "clinic": CLINIC}
    assert refused(await house.service.post("/nurses", registering, by=COORDINATOR)) == "has_left"
    hours = span(NOON, NOON + HOUR)
    unknown = await house.service.post(f"/nurses/{second}/availability", hours, by=COORDINATOR, version=1)
    assert unknown.status_code == 404


async def test_an_exam_rests_on_the_office_that_asked_and_not_on_one_account_of_it(house: House) -> None:
    exam = await house.request()
    for who, sees in ((CPS, True), (RELIEF, True), (ELSEWHERE, False)):
        assert bool(await house.page(exam, by=who)) is sees
        assert bool((await house.service.get("/exams", by=who)).json()) is sees
    cancel = {"cause": "clinic", "reason": "Another clinic is nearer."}
    ok(await house.act(exam, "cancellation", cancel, by=RELIEF))

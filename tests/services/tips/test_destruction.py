"""A court's order that a person's texts be destroyed: two persons of two agencies, and no legal hold in the way."""

from datetime import timedelta
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.tips import DestructionOrdered
from contracts.language import Event, InvalidValue, Personal, Refused
from deploy.topology import LISTENERS
from services.tips.destruction import decisions
from services.tips.destruction.decisions import DestructionRefusal, Group, Request, Who
from services.tips.destruction.events import (
    DestructionCarriedOut,
    DestructionCompleted,
    DestructionConfirmed,
    DestructionDropped,
    DestructionRequested,
    HoldLifted,
    HoldPlaced,
)
from services.tips.destruction.state import HOLDERS, Destruction, Order, evolve
from tests.services.tips.given import ACCOUNT, FIRST, PERSON, SECOND, THIRD
from tests.support.running_service import NOON

SAME_CHILD = UUID("77777777-7777-4777-8777-777777777777")
SIBLING = UUID("88888888-8888-4888-8888-888888888888")
COORDINATOR = Who(account=ACCOUNT, agency="MDCPS-HTC")
COLLEAGUE = Who(account=SECOND, agency="MDCPS-HTC")
STATEWIDE = Who(account=THIRD, agency="SHTC")
ORDER, HOLD = SECOND, THIRD
COURT, NUMBER, AUTHORITY = "Youth Court of Hinds County", "2026-YC-1", "Example State v. Example, discovery pending"
LINKED = Group(subjects=(PERSON, SAME_CHILD), persons=frozenset({PERSON, SAME_CHILD, SIBLING}), destructions=())
REQUESTED = DestructionRequested(
    tip=FIRST,
    order=ORDER,
    persons=(PERSON, SAME_CHILD),
    court=Personal(person=ORDER, text=COURT),
    number=Personal(person=ORDER, text=NUMBER),
    ordered_at=NOON - timedelta(days=3),
    account=ACCOUNT,
    agency="MDCPS-HTC",
)
CONFIRMED = DestructionConfirmed(tip=FIRST, order=ORDER, account=THIRD, agency="SHTC")
DROPPED = DestructionDropped(
    tip=FIRST, order=ORDER, account=ACCOUNT, by_requester=True, reason=Personal(person=ORDER, text="Wrong child.")
)
PLACED = HoldPlaced(tip=FIRST, hold=HOLD, account=THIRD, agency="SHTC", authority=Personal(person=HOLD, text=AUTHORITY))
LIFTED = HoldLifted(tip=FIRST, hold=HOLD, account=THIRD, authority=Personal(person=HOLD, text=AUTHORITY))


def told(*events: Event) -> Destruction:
    return reduce(evolve, events, Destruction())


def group(*events: Event) -> Group:
    """The tip and one linked with it; the orders and holds are those of the other."""
    return Group(subjects=LINKED.subjects, persons=LINKED.persons, destructions=(Destruction(), told(*events)))


def the(*events: Event) -> Order:
    found = told(*events).order(ORDER)
    assert found is not None
    return found


def wanted(**changes: Any) -> Request:
    given_: dict[str, Any] = {
        "person": PERSON,
        "court": COURT,
        "number": NUMBER,
        "ordered_at": NOON - timedelta(days=3),
    }
    return Request(**(given_ | changes))


def carried_out(service: str) -> DestructionCarriedOut:
    return DestructionCarriedOut(
        tip=FIRST, order=ORDER, service=service, keys=1, fields=3, positions=(4, 9), event=SECOND, at=12
    )


def test_an_order_is_entered_about_every_reference_of_the_child() -> None:
    assert decisions.request(LINKED, FIRST, COORDINATOR, wanted(), ORDER, NOON) == [REQUESTED]
    (sibling,) = decisions.request(LINKED, FIRST, COORDINATOR, wanted(person=SIBLING), ORDER, NOON)
    assert isinstance(sibling, DestructionRequested)
    assert sibling.persons == (SIBLING,)


def test_what_names_the_court_and_the_authority_is_not_under_the_persons_key() -> None:
    """The report to the court must still tell them when that key is gone."""
    for personal in (REQUESTED.court, REQUESTED.number, DROPPED.reason, PLACED.authority, LIFTED.authority):
        assert personal.person in {ORDER, HOLD}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": UUID(int=9)}, "person"),
        ({"ordered_at": NOON + timedelta(seconds=1)}, "ordered_at"),
        ({"by": NOON - timedelta(days=3)}, "by"),
    ],
)
def test_what_cannot_be_right_is_not_entered(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        decisions.request(LINKED, FIRST, COORDINATOR, wanted(**changes), ORDER, NOON)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ((PLACED,), DestructionRefusal.HELD),
        ((REQUESTED,), DestructionRefusal.REQUESTED_ALREADY),
    ],
)
def test_a_hold_or_another_order_at_a_linked_tip_refuses_it(before: tuple[Event, ...], code: str) -> None:
    with pytest.raises(Refused) as raised:
        decisions.request(group(*before), FIRST, COORDINATOR, wanted(person=SAME_CHILD), THIRD, NOON)
    assert raised.value.code == code


def test_after_a_lifted_hold_or_a_dropped_order_it_is_entered() -> None:
    for before in ((PLACED, LIFTED), (REQUESTED, DROPPED)):
        assert decisions.request(group(*before), FIRST, COORDINATOR, wanted(), ORDER, NOON) == [REQUESTED]


def test_a_second_person_of_another_agency_confirms_it_and_every_service_is_told() -> None:
    assert decisions.confirm(the(REQUESTED), FIRST, STATEWIDE, group(REQUESTED)) == [
        CONFIRMED,
        DestructionOrdered(tip=FIRST, order=ORDER, persons=(PERSON, SAME_CHILD)),
    ]


@pytest.mark.parametrize(
    ("before", "who", "code"),
    [
        ((REQUESTED,), COORDINATOR, DestructionRefusal.SAME_PERSON),
        # Whoever moved to another agency meanwhile is still the same person.
        ((REQUESTED,), Who(account=ACCOUNT, agency="SHTC"), DestructionRefusal.SAME_PERSON),
        ((REQUESTED,), COLLEAGUE, DestructionRefusal.SAME_AGENCY),
        ((REQUESTED, PLACED), STATEWIDE, DestructionRefusal.HELD),
        ((REQUESTED, CONFIRMED), STATEWIDE, DestructionRefusal.NOT_WAITING),
        ((REQUESTED, DROPPED), STATEWIDE, DestructionRefusal.NOT_WAITING),
    ],
)
def test_it_is_not_confirmed(before: tuple[Event, ...], who: Who, code: str) -> None:
    with pytest.raises(Refused) as raised:
        decisions.confirm(the(*before), FIRST, who, group(*before))
    assert raised.value.code == code


def test_where_tips_were_linked_or_parted_since_nothing_of_another_child_is_destroyed() -> None:
    for subjects in ((PERSON,), (SAME_CHILD,), (PERSON, SAME_CHILD, UUID(int=9))):
        now = Group(subjects=subjects, persons=frozenset(subjects), destructions=(told(REQUESTED),))
        with pytest.raises(Refused) as raised:
            decisions.confirm(the(REQUESTED), FIRST, STATEWIDE, now)
        assert raised.value.code == DestructionRefusal.PERSONS_CHANGED


def test_a_request_is_taken_back_or_refused_and_a_confirmed_one_is_not() -> None:
    assert decisions.drop(the(REQUESTED), FIRST, COORDINATOR, "Wrong child.") == [DROPPED]
    (refused,) = decisions.drop(the(REQUESTED), FIRST, STATEWIDE, "The paper says another number.")
    assert isinstance(refused, DestructionDropped)
    assert not refused.by_requester
    with pytest.raises(Refused) as raised:
        decisions.drop(the(REQUESTED, CONFIRMED), FIRST, COORDINATOR, "Wrong child.")
    assert raised.value.code == DestructionRefusal.NOT_WAITING


def test_a_hold_is_placed_until_an_order_is_confirmed() -> None:
    assert decisions.place_hold(group(REQUESTED), FIRST, STATEWIDE, AUTHORITY, HOLD) == [PLACED]
    with pytest.raises(Refused) as raised:
        decisions.place_hold(group(REQUESTED, CONFIRMED), FIRST, STATEWIDE, AUTHORITY, HOLD)
    assert raised.value.code == DestructionRefusal.TOO_LATE


def test_the_agency_that_placed_a_hold_lifts_it_once() -> None:
    assert decisions.lift_hold(told(PLACED), FIRST, HOLD, STATEWIDE, AUTHORITY) == [LIFTED]
    for before, who, code in (
        ((PLACED,), COORDINATOR, DestructionRefusal.NOT_YOUR_HOLD),
        ((PLACED, LIFTED), STATEWIDE, DestructionRefusal.LIFTED_ALREADY),
    ):
        with pytest.raises(Refused) as raised:
            decisions.lift_hold(told(*before), FIRST, HOLD, who, AUTHORITY)
        assert raised.value.code == code
    with pytest.raises(InvalidValue):
        decisions.lift_hold(Destruction(), FIRST, HOLD, STATEWIDE, AUTHORITY)


@given(st.lists(st.sampled_from(HOLDERS), max_size=12))
def test_it_is_complete_once_when_every_service_answered_in_any_order_and_however_often(answers: list[str]) -> None:
    events: list[Event] = [REQUESTED, CONFIRMED]
    for service in answers:
        events += decisions.carry_out(the(*events), FIRST, carried_out(service))

    counted = [each.service for each in events if isinstance(each, DestructionCarriedOut)]
    assert sorted(counted) == sorted(set(answers))
    assert events.count(DestructionCompleted(tip=FIRST, order=ORDER)) == (set(answers) == set(HOLDERS))
    assert set(the(*events).outstanding) == set(HOLDERS) - set(answers)


def test_no_answer_counts_before_it_is_confirmed() -> None:
    assert decisions.carry_out(the(REQUESTED), FIRST, carried_out("tips")) == []


def test_every_service_that_hears_of_tips_and_seals_texts_has_to_answer_and_is_heard() -> None:
    """The auditors' copy holds sealed texts and no key; identity hears of no tip."""
    hear = {each.service for each in LISTENERS if each.upstream == "tips"} - {"audit"}
    heard = {each.upstream for each in LISTENERS if each.service == "tips"}
    assert set(HOLDERS) == hear | {"tips"}
    assert hear <= heard

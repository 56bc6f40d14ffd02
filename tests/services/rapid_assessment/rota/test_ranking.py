"""Whom to ask for a seat, in which order, and why somebody is left out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import Area
from contracts.periods import Period
from services.rapid_assessment.ranking import LeftOut, Order, Person, Place, order
from services.rapid_assessment.rota.events import RotaOpened
from services.rapid_assessment.rota.state import Rota, evolve
from tests.services.rapid_assessment.given import MISSISSIPPI
from tests.services.rapid_assessment.rota.given import (
    ANN,
    BEN,
    CAL,
    DAY,
    DEE,
    HOUR,
    MONDAY,
    override,
    rota,
    turns,
)

HINDS, RANKIN, HARRISON = (MISSISSIPPI.county(name) for name in ("Hinds", "Rankin", "Harrison"))
EVE, FAY, GIL = (UUID(int=number) for number in range(5, 8))
NOW = MONDAY + HOUR
ALWAYS = (Period(MONDAY - 900 * DAY, MONDAY + 900 * DAY),)
WIDE = UUID(int=110)


def person(account: UUID, **changes: Any) -> Person:
    given: dict[str, Any] = {"account": account, "agency": "CVP", "certified": ALWAYS}
    return Person(**(given | changes))


def asked(*people: Person, rotas: tuple[Rota, ...] = (), county: Any = HINDS) -> Order:
    return order(rotas, people, county, MISSISSIPPI, NOW)


def who(found: Order) -> list[UUID]:
    return [each.account for each in found.people]


def why(found: Order, account: UUID) -> tuple[LeftOut, ...]:
    return next(each.reasons for each in found.left_out if each.account == account)


def wide(*participants: UUID) -> Rota:
    state = Rota()
    for event in (
        RotaOpened(rota=WIDE, seat="victim_advocate", counties=(), circuits=(), statewide=True),
        turns(*participants, rotation=UUID(int=111)),
    ):
        state = evolve(state, event)
    return state


def test_first_who_is_on_call_then_the_next_in_the_rotation_then_who_said_to_be_callable() -> None:
    people = [person(each) for each in (CAL, BEN, ANN)]
    found = asked(*people, person(DEE, hours=True), rotas=(rota(turns()),))
    assert who(found) == [ANN, BEN, CAL, DEE]
    assert [each.place for each in found.people] == [Place.ON_CALL, Place.NEXT, Place.NEXT, Place.HOURS]
    assert found.left_out == []


def test_the_rota_of_the_smallest_area_comes_first_and_one_of_another_county_not_at_all() -> None:
    people = [person(each) for each in (ANN, BEN, CAL, DEE, EVE)]
    assert who(asked(*people, rotas=(wide(DEE, EVE), rota(turns())))) == [ANN, DEE, BEN, CAL, EVE]
    there = asked(*people, rotas=(wide(DEE, EVE), rota(turns())), county=HARRISON)
    assert who(there) == [DEE, EVE]
    assert why(there, ANN) == (LeftOut.NOT_CALLABLE,)
    anywhere = asked(*people, rotas=(wide(DEE, EVE), rota(turns())), county=None)
    assert who(anywhere) == [ANN, DEE, BEN, CAL, EVE]


def test_of_the_others_the_nearest_comes_first_then_who_has_less_to_do_and_last_whose_place_is_not_known() -> None:
    found = asked(
        person(ANN, hours=True),
        person(BEN, hours=True, area=Area(counties=("Harrison",))),
        person(CAL, hours=True, area=Area(counties=("Rankin",)), load=3),
        person(DEE, hours=True, area=Area(counties=("Rankin",)), load=1),
        person(EVE, hours=True, area=Area(circuits=(7,)), load=9),
    )
    assert who(found) == [EVE, DEE, CAL, BEN, ANN]
    assert [each.km for each in found.people][0::4] == [0, None]
    assert 225 < (found.people[3].km or 0) < 245


def test_whoever_said_no_comes_last_and_is_not_left_out() -> None:
    found = asked(person(ANN, declined=True), person(BEN), person(DEE, hours=True), rotas=(rota(turns(ANN, BEN)),))
    assert who(found) == [BEN, DEE, ANN]


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        (LeftOut.KEPT_OUT, {"kept_out": True}),
        (LeftOut.ON_TEAM, {"on_team": True}),
        (LeftOut.SUSPENDED, {"suspended": True, "away": (Period(NOW, NOW + DAY),)}),
        (LeftOut.ON_LEAVE, {"away": (Period(NOW, NOW + DAY),)}),
        (LeftOut.NO_CREDENTIAL, {"certified": (Period(MONDAY - DAY, NOW),)}),
        (LeftOut.UNREACHED, {"unreached": True}),
    ],
)
def test_whoever_is_left_out_is_told_with_the_reason_and_the_next_comes_first(reason: LeftOut, changes: Any) -> None:
    found = asked(person(ANN, **changes), person(BEN), rotas=(rota(turns(ANN, BEN)),))
    assert who(found) == [BEN]
    assert why(found, ANN) == (reason,)


def test_a_credential_that_ends_mid_shift_leaves_out_whoever_is_on_call_and_the_next_is_asked() -> None:
    ends = NOW + HOUR
    rotas, people = (rota(turns(ANN, BEN)),), (person(ANN, certified=(Period(MONDAY - DAY, ends),)), person(BEN))
    before, after = (order(rotas, people, HINDS, MISSISSIPPI, at) for at in (NOW, ends))
    assert (who(before), before.people[0].certified_until) == ([ANN, BEN], ends)
    assert (who(after), why(after, ANN)) == ([BEN], (LeftOut.NO_CREDENTIAL,))


def test_of_who_is_left_out_it_is_told_until_when_they_are_away_and_since_when_no_credential_counts() -> None:
    away = person(ANN, away=(Period(NOW - HOUR, NOW + DAY),))
    ended = person(BEN, certified=(Period(MONDAY - DAY, NOW - HOUR), Period(MONDAY - 9 * DAY, MONDAY - 8 * DAY)))
    to_come = person(CAL, certified=(Period(NOW + DAY, NOW + 2 * DAY),))
    found = asked(away, ended, to_come, person(DEE, certified=(), no_role=True, hours=True), rotas=(rota(turns()),))

    told = {each.account: (each.reasons, each.back_at, each.credential_ended_at) for each in found.left_out}
    assert told == {
        ANN: ((LeftOut.ON_LEAVE,), NOW + DAY, None),
        BEN: ((LeftOut.NO_CREDENTIAL,), None, NOW - HOUR),
        CAL: ((LeftOut.NO_CREDENTIAL,), None, None),
        DEE: ((LeftOut.NO_ROLE,), None, None),
    }


def test_more_than_one_reason_is_told_and_whoever_has_nothing_to_do_with_the_seat_is_not_named() -> None:
    found = asked(person(ANN, kept_out=True, unreached=True), person(BEN, certified=()), rotas=(rota(turns(ANN)),))
    assert why(found, ANN) == (LeftOut.KEPT_OUT, LeftOut.UNREACHED)
    assert [each.account for each in found.left_out] == [ANN]


def test_whom_an_override_names_is_on_call_and_whose_turn_it_is_comes_next() -> None:
    put = override(GIL, MONDAY, MONDAY + DAY)
    found = asked(*(person(each) for each in (ANN, BEN, GIL)), rotas=(rota(turns(ANN, BEN), put),))
    assert who(found) == [GIL, ANN, BEN]


everybody = st.lists(
    st.builds(
        person,
        st.sampled_from((ANN, BEN, CAL, DEE, EVE, FAY)),
        certified=st.sampled_from((ALWAYS, (), (Period(MONDAY - DAY, NOW),))),
        hours=st.booleans(),
        area=st.sampled_from((Area(), Area(statewide=True), Area(counties=("Hinds",)), Area(circuits=(2,)))),
        load=st.integers(0, 3),
        away=st.sampled_from(((), (Period(NOW - timedelta(days=1), NOW + DAY),))),
        kept_out=st.booleans(),
        declined=st.booleans(),
    ),
    unique_by=lambda each: each.account,
)


@given(everybody, st.lists(st.sampled_from((ANN, BEN, CAL, DEE)), min_size=1, unique=True), st.randoms())
def test_everybody_has_one_place_or_a_reason_whatever_the_list_is_sorted_by_and_nobody_kept_out_has_one(
    people: list[Person], turn: list[UUID], chance: Any
) -> None:
    rotas = (rota(turns(*turn)), wide(*turn[::-1]))
    found = asked(*people, rotas=rotas)
    told = [*who(found), *(each.account for each in found.left_out)]
    assert len(told) == len(set(told))
    assert set(told) == {each.account for each in people if each.certified or each.account in turn}
    assert all(each.reasons for each in found.left_out)
    assert not {each.account for each in people if each.kept_out or each.away} & set(who(found))
    mixed = list(people)
    chance.shuffle(mixed)
    assert asked(*mixed, rotas=rotas[::-1]).people == found.people

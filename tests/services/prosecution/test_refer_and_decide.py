"""A matter is referred to an office, which accepts or declines."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.events.prosecution import CaseAccepted, CaseDeclined, CaseOpened
from contracts.language import Event, InvalidValue, Personal, Refused
from services.prosecution.case.decisions import (
    CaseRefusal,
    accept,
    declare_conflict,
    decline,
    keep_out,
    office_for,
    refer,
)
from services.prosecution.case.events import (
    AccountKeptOut,
    CaseReferred,
    ConflictDeclared,
    DecisionExplained,
    ReferralExplained,
)
from services.prosecution.case.state import Case
from services.prosecution.matter import decisions as matters
from services.prosecution.matter.events import MatterNoted
from services.prosecution.matter.state import Matter
from tests.services.prosecution.given import (
    ACCOUNT,
    CASE,
    CHARGING,
    MISSISSIPPI,
    OFFICE,
    PERSON,
    SECOND,
    TIP,
    accepted,
    case,
    declined,
    referred,
)

BEFORE, AFTER = date(2026, 11, 3), date(2027, 1, 4)
REFERRED = CaseReferred(case=CASE, tip=TIP, person=PERSON, office=OFFICE, referral=1)


def referring(state: Case, *kept_out: object, note: str | None = None) -> list[Event]:
    return refer(state, CASE, tip=TIP, person=PERSON, office=OFFICE, kept_out=tuple(kept_out), note=note)  # type: ignore[arg-type]  # accounts


def where(wanted: str | None = None, county: str = "Hinds", *, tribal_land: bool = False, today: date = BEFORE) -> str:
    return office_for(wanted, county=county, tribal_land=tribal_land, tables=MISSISSIPPI, today=today)


@pytest.mark.parametrize(("county", "office"), [("Hinds", "DA-07"), ("DeSoto", "DA-23"), ("Alcorn", "DA-01")])
def test_the_office_is_that_of_the_countys_circuit(county: str, office: str) -> None:
    assert where(county=county) == office


def test_every_county_has_an_office_today() -> None:
    assert all(where(county=county) in MISSISSIPPI.agencies for county in MISSISSIPPI.counties)


def test_where_the_circuits_were_redrawn_and_not_read_the_referrer_names_the_office() -> None:
    assert where(county="Alcorn", today=AFTER) == "DA-01", "its list was not amended"
    with pytest.raises(Refused) as refused:
        where(county="Hinds", today=AFTER)
    assert refused.value.code == CaseRefusal.NAME_OFFICE
    assert where("DA-07", county="Hinds", today=AFTER) == "DA-07"


def test_on_tribal_land_the_office_is_named() -> None:
    with pytest.raises(Refused) as refused:
        where(county="Neshoba", tribal_land=True)
    assert refused.value.code == CaseRefusal.NAME_OFFICE


@pytest.mark.parametrize("office", ["DA-00", "DA-24", "AGO", "USAO-S", "da-07", ""])
def test_an_office_that_is_no_district_attorneys_is_no_office(office: str) -> None:
    with pytest.raises(InvalidValue, match="office"):
        where(office)


def test_a_referral_opens_the_case() -> None:
    assert referring(case()) == [CaseOpened(case=CASE, tip=TIP), REFERRED]


def test_who_is_kept_out_is_so_before_the_case_is_told_of() -> None:
    events = referring(case(), ACCOUNT, SECOND, note="See the report.")
    assert events == [
        AccountKeptOut(case=CASE, account=ACCOUNT),
        AccountKeptOut(case=CASE, account=SECOND),
        CaseOpened(case=CASE, tip=TIP),
        REFERRED,
        ReferralExplained(case=CASE, note=Personal(person=PERSON, text="See the report.")),
    ]


def test_after_it_was_declined_it_can_be_referred_again() -> None:
    assert referring(case(*declined())) == [CaseReferred(case=CASE, tip=TIP, person=PERSON, office=OFFICE, referral=2)]


@pytest.mark.parametrize("events", [referred(), accepted()], ids=["undecided", "accepted"])
def test_an_office_that_has_it_is_not_given_it_twice(events: list[Event]) -> None:
    with pytest.raises(Refused) as refused:
        referring(case(*events))
    assert refused.value.code == CaseRefusal.REFERRED_ALREADY


def test_accepted_with_a_note() -> None:
    assert accept(case(*referred()), "We take it.") == [
        CaseAccepted(case=CASE, tip=TIP),
        DecisionExplained(case=CASE, note=Personal(person=PERSON, text="We take it.")),
    ]


@pytest.mark.parametrize("reason", CHARGING.reasons.decline)
def test_declined_for_each_reason_of_the_list(reason: str) -> None:
    assert decline(case(*referred()), reason, None, CHARGING) == [CaseDeclined(case=CASE, tip=TIP, reason=reason)]


def test_a_reason_that_is_not_of_the_list_is_none() -> None:
    with pytest.raises(InvalidValue, match="reason"):
        decline(case(*referred()), "too_busy", None, CHARGING)


@pytest.mark.parametrize("events", [accepted(), declined()], ids=["accepted", "declined"])
def test_a_referral_is_decided_once(events: list[Event]) -> None:
    decisions: list[Callable[[], list[Event]]] = [
        lambda: accept(case(*events), None),
        lambda: decline(case(*events), "no_offence", None, CHARGING),
    ]
    for decide in decisions:
        with pytest.raises(Refused) as refused:
            decide()
        assert refused.value.code == CaseRefusal.DECIDED_ALREADY


def test_a_conflict_is_declared_once_and_keeps_out() -> None:
    (declared,) = declare_conflict(case(*accepted()), ACCOUNT, "A cousin.")
    assert declared == ConflictDeclared(case=CASE, account=ACCOUNT, reason=Personal(person=PERSON, text="A cousin."))
    after = case(*accepted(), declared)
    assert after.kept_out == (ACCOUNT,)
    assert declare_conflict(after, ACCOUNT, "A cousin.") == keep_out(after, CASE, ACCOUNT) == []


def test_a_tip_is_noted_as_it_stands_and_a_screening_leaves_tribal_land_alone() -> None:
    first = matters.note(Matter(), TIP, PERSON, county="Neshoba", age="child", tribal_land=True)
    assert first == [MatterNoted(tip=TIP, person=PERSON, county="Neshoba", tribal_land=True, age="child")]
    known = Matter(noted=True, tip=TIP, person=PERSON, county="Neshoba", age="child", tribal_land=True)
    assert matters.note(known, TIP, PERSON, county="Neshoba", age="child") == []
    (screened,) = matters.note(known, TIP, PERSON, county="Neshoba", age="adult")
    assert isinstance(screened, MatterNoted)
    assert (screened.tribal_land, screened.age) == (True, "adult")

"""Windows, and the offers made by them: what is lost by waiting comes first, and a closed window refuses nothing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import travel_time
from contracts.periods import Period, covers
from services.forensic_clinic.exam.checks import band_named
from services.forensic_clinic.exam.ground import Certified, Examiner, Helper, Patient, Place
from services.forensic_clinic.exam.hours import busiest_day, rests
from services.forensic_clinic.exam.no_slot import unmet
from services.forensic_clinic.exam.offers import Offer, Site, Wanted, instead, offers, times_alone
from services.forensic_clinic.exam.windows import Window, windows
from tests.services.forensic_clinic.given import HOUR, MISSISSIPPI, NURSE, PERSON, RULES, certified
from tests.support.running_service import NOON

SECOND = UUID("aaaaaaaa-0003-4000-8000-000000000000")
FAR = "FAR"
NEAR = "BRIDGE"
LENGTH = timedelta(minutes=RULES.exam_minutes)
WEEK = Period(NOON, NOON + timedelta(days=7))


def of(
    band: str, hours_ago: float | None, until_hours_ago: float | None = None, now: datetime = NOON
) -> tuple[Window, ...]:
    """The windows of an assault so many hours ago, or between two."""
    if hours_ago is None:
        return windows(MISSISSIPPI, band, None, now)
    latest = hours_ago if until_hours_ago is None else until_hours_ago
    return windows(MISSISSIPPI, band, Period(now - hours_ago * HOUR, now - latest * HOUR), now)


def standing(those: tuple[Window, ...], at: datetime = NOON) -> dict[str, str]:
    return {each.window: each.at(at) for each in those}


@pytest.mark.parametrize(
    ("band", "hours_ago", "found"),
    [
        ("child", 71.99, {"child_evidence": "open", "toxicology": "open", "hiv_prophylaxis": "open"}),
        ("child", 72, {"child_evidence": "closed", "toxicology": "open", "hiv_prophylaxis": "closed"}),
        ("adolescent", 96, {"dna": "open", "toxicology": "may_be_closed", "emergency_contraception": "open"}),
        ("adult", 120, {"dna": "closed", "toxicology": "closed", "emergency_contraception": "closed"}),
        # An age not known: both windows, and the stricter orders what is offered.
        ("not_known", 80, {"dna": "open", "child_evidence": "closed", "toxicology": "open"}),
        ("child", None, {"child_evidence": "not_known", "toxicology": "not_known"}),
    ],
)
def test_a_window_stands_open_so_long_as_the_source_says(
    band: str, hours_ago: float | None, found: dict[str, str]
) -> None:
    assert found.items() <= standing(of(band, hours_ago)).items()
    assert all(each.rule.startswith("C") for each in of(band, hours_ago))


def test_of_a_range_the_earliest_says_from_when_it_may_be_closed_and_the_latest_by_when_it_is() -> None:
    those = of("child", 80, 60)
    assert standing(those)["child_evidence"] == "may_be_closed"
    assert standing(those, NOON - 9 * HOUR)["child_evidence"] == "open"
    assert standing(those, NOON + 12 * HOUR)["child_evidence"] == "closed"


def test_hours_are_hours_across_the_night_the_clocks_change() -> None:
    local = ZoneInfo("America/Chicago")
    assault = datetime(2027, 3, 13, 20, tzinfo=local)
    those = windows(MISSISSIPPI, "child", Period(assault, assault), assault)
    (child,) = (each for each in those if each.window == "child_evidence")
    # Three days later by the clock faces are 71 hours.
    assert child.at(datetime(2027, 3, 16, 20, tzinfo=local)) == "open"
    assert child.sure_until == datetime(2027, 3, 17, 2, tzinfo=UTC)
    assert child.at(datetime(2027, 3, 16, 21, tzinfo=local)) == "closed"


def site(clinic: str = NEAR, *nurses: Examiner, travel: float | None = 1, free: Period = WEEK, **more: object) -> Site:
    plain = Site(
        clinic=clinic,
        nurses=nurses or (nurse(clinic=clinic),),
        rooms=(Place(room=UUID(int=len(clinic)), clinic=clinic, available=(free,)),),
        travel=None if travel is None else travel * HOUR,
    )
    return msgspec.structs.replace(plain, **more)


def nurse(account: UUID = NURSE, *free: Period, clinic: str = NEAR, held: tuple[Certified, ...] = ()) -> Examiner:
    certificates = held or (certified("sane_pediatric"),)
    return Examiner(account=account, clinic=clinic, certificates=certificates, available=free or (WEEK,))


def wanted(those: tuple[Window, ...] = (), band: str = "child", **more: object) -> Wanted:
    plain = Wanted(
        clinic=NEAR,
        patient=Patient(person=PERSON, age="child", kept_out=()),
        band=band_named(band, RULES),
        windows=those,
        language="",
        advocate=False,
        length=LENGTH,
        within=WEEK,
    )
    return msgspec.structs.replace(plain, **more)


def found(asked: Wanted, *sites: Site, taken: dict[UUID, list[Period]] | None = None) -> list[Offer]:
    return offers(asked, sites, taken or {}, RULES)


def after(hours: float) -> Period:
    return Period(NOON + hours * HOUR, WEEK.until)


def test_what_surely_loses_no_evidence_comes_first_however_far_it_is() -> None:
    near = site(NEAR, nurse(NURSE, after(30)))
    far = site(FAR, nurse(SECOND, clinic=FAR), travel=6)
    first, *rest = found(wanted(of("child", 50)), near, far)
    assert (first.clinic, first.since, first.lost, first.travel_minutes) == (FAR, NOON + 6 * HOUR, (), 360)
    assert {each.lost for each in rest if each.clinic == NEAR} == {("child_evidence",)}
    assert first.before == NOON + 22 * HOUR


def test_of_a_range_a_sure_time_comes_before_one_that_may_be_too_late() -> None:
    near, far = site(NEAR, nurse(NURSE, after(5))), site(FAR, nurse(SECOND, clinic=FAR), travel=3)
    first, second = (found(wanted(of("child", 68, 40)), each)[0] for each in (near, far))
    assert (first.at_risk, second.at_risk) == (("child_evidence",), ())
    assert found(wanted(of("child", 68, 40)), near, far)[0] == second


def test_with_nothing_to_lose_an_hour_on_the_road_weighs_as_many_hours_waited_as_the_tables_say() -> None:
    weight = RULES.planning.travel.hours_waited_for_one
    near, far = site(NEAR, nurse(NURSE, after(6))), site(FAR, nurse(SECOND, clinic=FAR), travel=2)
    # Six hours waited and one on the road, against two hours waited and two on the road.
    assert 6 + weight > 2 + 2 * weight
    assert found(wanted(of("child", None)), near, far)[0].clinic == FAR
    assert found(wanted(of("child", None)), site(NEAR, nurse(NURSE, after(4))), far)[0].clinic == NEAR


def test_a_window_that_has_closed_refuses_and_orders_nothing() -> None:
    closed = found(wanted(of("child", 500)), site())
    assert [each.since for each in closed] == [each.since for each in found(wanted(of("child", None)), site())]
    assert all((each.lost, each.at_risk, each.care_late) == ((), (), ()) for each in closed)


def test_a_nurse_for_children_is_kept_for_them_where_another_can_do_it() -> None:
    both = (certified("sane_pediatric"), certified("sane_adult_adolescent"))
    two = site(NEAR, nurse(NURSE, held=both), nurse(SECOND, held=(certified("sane_adult_adolescent"),)))
    assert found(wanted(band="adolescent"), two)[0].nurse == SECOND
    assert {each.nurse for each in found(wanted(band="child"), two)} == {NURSE}


def test_rest_and_hours_are_kept_and_the_more_rested_nurse_comes_first() -> None:
    two = site(NEAR, nurse(NURSE), nurse(SECOND), travel=None)
    tired = {NURSE: [Period(NOON - 3 * HOUR, NOON - 2 * HOUR)], SECOND: [Period(NOON - 9 * HOUR, NOON - 8 * HOUR)]}
    assert [each.nurse for each in found(wanted(), two, taken=tired)[:2]] == [SECOND, NURSE]
    fresh = {NURSE: [Period(NOON - 3 * HOUR, NOON)]}
    first = next(each for each in found(wanted(), two, taken=fresh) if each.nurse == NURSE)
    assert first.since == NOON + timedelta(minutes=RULES.planning.rest_minutes)
    assert first.rest_minutes == RULES.planning.rest_minutes


def test_who_is_asked_for_beside_her_comes_with_the_offer_and_never_stands_against_it() -> None:
    speaks = Helper(
        helper=UUID(int=7), clinic=NEAR, kind="interpreter", number=1, languages=("es",), available=(after(3),)
    )
    place = Helper(helper=UUID(int=8), clinic=NEAR, kind="advocate", number=1, languages=(), available=(after(3),))
    here = site(helpers=(speaks, place))
    first = found(wanted(language="es", advocate=True), here)[0]
    assert (first.since, first.interpreter, first.advocate) == (NOON + 3 * HOUR, speaks.helper, place.helper)
    without = found(wanted(language="vi"), here)[0]
    assert (without.since, without.interpreter) == (NOON + HOUR, None)
    # Evidence is not lost for an interpreter: one may help by telephone.
    assert found(wanted(of("child", 70), language="es"), here)[0].interpreter is None


def test_whose_hour_went_to_others_is_offered_that_hour_with_another_and_one_beyond_their_reach() -> None:
    hour = Period(NOON + HOUR, NOON + HOUR + LENGTH)
    two = site(NEAR, nurse(NURSE), nurse(SECOND), rooms=tuple(
        Place(room=UUID(int=room), clinic=NEAR, available=(WEEK,)) for room in (1, 2)
    ))  # fmt: skip
    taken = {NURSE: [hour], UUID(int=1): [hour]}
    best = found(wanted(), two, taken=taken)
    for turn in range(7):
        first, *rest = instead(wanted(), [two], taken, RULES, best, hour, turn)
        assert first == best[turn % len(best)]
        reach = Period(hour.since - HOUR, hour.until + HOUR)
        assert any(each.until <= reach.since or reach.until <= each.since for each in (first, *rest))
        assert len({msgspec.json.encode(each) for each in (first, *rest)}) == 1 + len(rest)
    assert best[0].nurse == SECOND
    assert instead(wanted(), [site(NEAR, nurse(NURSE, hour))], {NURSE: [hour]}, RULES, [], hour, 3) == []


def test_without_a_county_the_clinic_that_was_asked_comes_first_and_no_way_is_told() -> None:
    first, *_ = found(wanted(), site(FAR, nurse(SECOND, clinic=FAR), travel=None), site(travel=None))
    assert (first.clinic, first.travel_minutes) == (NEAR, None)


@pytest.mark.parametrize(
    ("hours_ago", "until", "free", "why"),
    [
        (50, None, after(30), "no_slot"),
        (50, None, after(2), None),
        (50, 40, after(25), "no_sure_slot"),
        # Nothing is known, or nothing is left to lose: nobody is told of a window.
        (None, None, after(100), None),
        (200, None, after(100), None),
    ],
)
def test_that_no_time_is_free_before_evidence_is_lost_is_told_as_sure_as_it_is(
    hours_ago: float | None, until: float | None, free: Period, why: str | None
) -> None:
    those = of("child", hours_ago, until)
    assert unmet(those, found(wanted(those), site(NEAR, nurse(NURSE, free))), NOON) == why
    at_stake = any(each.purpose == "evidence" and each.at(NOON) in {"open", "may_be_closed"} for each in those)
    assert unmet(those, [], NOON) == ("no_slot" if at_stake else None)


def test_support_from_afar_is_when_she_is_at_no_exam() -> None:
    taken = {NURSE: [Period(NOON + HOUR, NOON + 2 * HOUR)]}
    assert times_alone(nurse(), wanted(), taken) == (after(2),)


def test_a_way_between_counties_is_an_estimate_on_quarters_and_unknown_where_one_is() -> None:
    counties, rules = MISSISSIPPI.counties, RULES.planning.travel
    assert travel_time(counties["Rankin"], counties["Rankin"], rules) == timedelta(minutes=15)
    there = travel_time(counties["DeSoto"], counties["Rankin"], rules)
    assert there == travel_time(counties["Rankin"], counties["DeSoto"], rules)
    assert there is not None
    assert 3 * HOUR < there < 5 * HOUR
    assert travel_time(None, counties["Rankin"], rules) is None


spans = st.builds(
    lambda begin, length: Period(NOON + begin * HOUR / 2, NOON + (begin + length) * HOUR / 2),
    st.integers(-40, 300),
    st.integers(1, 30),
)


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=4), st.lists(spans, max_size=3), st.floats(0, 200))
def test_an_offer_is_always_free_rested_certified_and_reachable(
    free: list[Period], hers: list[Period], theirs: list[Period], hours_ago: float
) -> None:
    here = site(NEAR, nurse(NURSE, *(free or [WEEK])))
    room = here.rooms[0].room
    made = found(wanted(of("child", hours_ago)), here, taken={NURSE: hers, room: theirs})
    for each in made:
        during = Period(each.since, each.until)
        assert covers(free or [WEEK], during)
        assert rests(during, hers, timedelta(minutes=RULES.planning.rest_minutes))
        assert busiest_day(during, hers) <= timedelta(hours=RULES.planning.most_hours_a_day)
        assert not any(p.since < each.until and each.since < p.until for p in theirs)
        assert each.since >= NOON + HOUR
    losses = [(len(each.lost), len(each.at_risk)) for each in made]
    assert all(one <= other for one, other in pairwise(losses))

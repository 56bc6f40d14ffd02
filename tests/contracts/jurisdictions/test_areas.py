"""Where somebody serves, and how far that is from elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import Area, County, Jurisdiction, area_on_file, counties_in, distance_km, load_mississippi
from contracts.language import InvalidValue

TABLES = load_mississippi()
COUNTIES = st.sampled_from(sorted(TABLES.counties.values(), key=lambda each: each.county))


def test_a_circuit_is_its_counties_and_the_state_is_all_of_them(mississippi: Jurisdiction) -> None:
    both = Area(counties=("Hinds",), circuits=(2,))
    assert counties_in(both, mississippi) == ("Hancock", "Harrison", "Hinds", "Stone")
    assert len(counties_in(Area(statewide=True), mississippi)) == 82
    assert counties_in(Area(), mississippi) == ()


def test_it_is_kept_in_order_and_what_is_not_on_file_is_refused(mississippi: Jurisdiction) -> None:
    typed = Area(counties=("Yazoo", "Adams", "Yazoo"), circuits=(7, 2, 7))
    assert area_on_file(typed, mississippi) == Area(counties=("Adams", "Yazoo"), circuits=(2, 7))
    for field, wrong in (("counties", Area(counties=("Nowhere",))), ("circuits", Area(circuits=(24,)))):
        with pytest.raises(InvalidValue) as refused:
            area_on_file(wrong, mississippi)
        assert refused.value.field == field


def test_from_jackson_to_the_coast_it_is_as_far_as_on_a_map(mississippi: Jurisdiction) -> None:
    hinds, harrison, rankin = (mississippi.county(each) for each in ("Hinds", "Harrison", "Rankin"))
    assert 225 < distance_km(hinds, harrison) < 245
    assert 40 < distance_km(hinds, rankin) < 50


@given(COUNTIES, COUNTIES, COUNTIES)
def test_distance_is_nothing_to_oneself_the_same_both_ways_and_never_shorter_by_a_detour(
    one: County, other: County, third: County
) -> None:
    assert distance_km(one, one) == 0.0
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    detour = distance_km(one, third) + distance_km(third, other)
    assert distance_km(one, other) <= detour + 1e-6

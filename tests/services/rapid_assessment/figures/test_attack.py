"""Whoever collects all figures ever told and reckons with them finds no number under eleven."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from services.rapid_assessment.figures import telling
from services.rapid_assessment.figures.cells import LEAST, Parted
from services.rapid_assessment.figures.telling import Case
from tests.services.rapid_assessment.figures.attack import (
    Cell,
    not_told,
    pinned_by_elimination,
    pinned_by_intervals,
    told_sums,
)
from tests.services.rapid_assessment.figures.worlds import JANUARY, case, months_from, told

COUNTIES = ("Adams", "Hinds", "Issaquena", "Rankin", "Tunica")
MONTHS = months_from(JANUARY, 14)
# Enough of them near eleven, and near none, for what is left over to be small.
numbers = st.one_of(st.integers(0, 3), st.integers(9, 13), st.integers(20, 40), st.just(0))


@st.composite
def worlds(chosen: st.DrawFn) -> list[Case]:
    """A few months that have cases, in a few counties."""
    cases = []
    for month in chosen(st.lists(st.sampled_from(MONTHS), min_size=1, max_size=4, unique=True)):
        for county in COUNTIES:
            cases += [case(month, county) for _ in range(chosen(numbers))]
            cases += [case(month, county, late=True) for _ in range(chosen(numbers))]
    return cases


def found_by_an_attack(cases: Sequence[Case], closed: Sequence[date]) -> list[str]:
    figures = told(cases, closed, COUNTIES)
    truth: Counter[Cell] = Counter((each.month, each.county, not each.in_time) for each in cases)
    wanted = not_told(truth, figures, closed, COUNTIES, LEAST)
    sums = told_sums(figures, closed, COUNTIES, LEAST)
    for each in sums:
        assert each.low <= sum(truth[cell] for cell in each.cells) <= each.high
    return [*pinned_by_elimination(sums, wanted), *pinned_by_intervals(sums, wanted)]


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_no_number_under_eleven_can_be_reckoned(cases: list[Case]) -> None:
    assert found_by_an_attack(cases, MONTHS) == []


def one_small_county() -> list[Case]:
    return [case(MONTHS[0], county) for county in COUNTIES for _ in range(3 if county == "Issaquena" else 30)]


def test_the_attack_finds_a_county_that_nothing_covers_for() -> None:
    assert found_by_an_attack(one_small_county(), MONTHS) == []
    with patch.object(telling, "left_out", lambda sizes, least: {name for name in sizes if sizes[name] < least}):
        assert "2026-01-01 Issaquena" in found_by_an_attack(one_small_county(), MONTHS)


def test_the_attack_finds_the_late_of_a_county_by_those_of_the_months() -> None:
    cases = [case(MONTHS[0], county, late=county == "Hinds") for county in COUNTIES for _ in range(30)]
    assert found_by_an_attack(cases, MONTHS) == []

    def as_it_is(counties: dict[str, Parted], *_: object) -> dict[str, str]:
        return {name: "few_late" if parted.late < LEAST else "many_late" for name, parted in counties.items()}

    with patch.object(telling, "sides", as_it_is):
        few = [case(MONTHS[0], county, late=county == "Hinds" and n < LEAST) for county in COUNTIES for n in range(30)]
        assert found_by_an_attack(few, MONTHS) != []


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_with_every_month_there_are_more_figures_and_none_is_another(cases: list[Case]) -> None:
    before = told([], [], COUNTIES)
    for number in range(len(MONTHS) + 1):
        after = told(cases, MONTHS[:number], COUNTIES)
        assert after.months[: len(before.months)] == before.months
        assert after.years[: len(before.years)] == before.years
        before = after


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_no_number_that_is_told_is_under_eleven(cases: list[Case]) -> None:
    figures = told(cases, MONTHS, COUNTIES)
    for group in figures.months:
        numbers_told = [group.teams, *(band.cases for band in group.spread.bands)]
        assert min(each for each in (*numbers_told, group.stood.in_time, group.stood.late) if each is not None) >= LEAST
        assert sum(band.cases for band in group.spread.bands) == group.teams
    for year in figures.years:
        assert year.teams == sum(county.teams for county in year.counties) + year.elsewhere
        assert all(county.teams >= LEAST for county in year.counties)
        assert year.elsewhere == 0 or year.elsewhere >= LEAST
        assert all(sum(band.cases for band in stage.spread.bands) == year.teams for stage in year.stages)
        assert all(band.cases >= LEAST for stage in year.stages for band in stage.spread.bands)

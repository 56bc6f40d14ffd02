"""Every county leads to its courts and agencies; what is not on file stays unknown."""

import csv
from collections import Counter
from datetime import date
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import UnknownCounty, load_mississippi, route
from contracts.jurisdictions.dated import in_force

MISSISSIPPI = load_mississippi()
COUNTIES = sorted(MISSISSIPPI.counties)
TODAY, NEXT_YEAR = date(2026, 11, 3), date(2027, 1, 1)


@pytest.mark.parametrize("county", COUNTIES)
def test_every_county_routes_to_its_own_district_attorney_and_courts(county: str) -> None:
    routing = route(MISSISSIPPI, county, TODAY, tribal_land=False)
    told = {agency.step: agency.agency_id for agency in routing.agencies}
    assert routing.county == county
    assert routing.fips.startswith("28")
    assert told["prosecutor"] == f"DA-{routing.circuit_court_district:02d}"
    assert (routing.federal_district, routing.federal_division) in {
        ("northern", "aberdeen"),
        ("northern", "greenville"),
        ("northern", "oxford"),
        ("southern", "eastern"),
        ("southern", "northern"),
        ("southern", "southern"),
        ("southern", "western"),
    }
    assert all(agency.why and agency.citation for agency in routing.agencies)


def test_the_tables_hold_82_counties_with_the_known_counts() -> None:
    counties = MISSISSIPPI.counties.values()
    assert len(counties) == 82
    assert len({county.fips for county in counties}) == 82
    assert Counter(county.federal_district for county in counties) == {"northern": 37, "southern": 45}
    assert Counter(county.youth_court_type for county in counties) == {"county_court": 24, "chancery_court": 58}
    for on in (date(2022, 6, 1), TODAY):
        per_circuit = Counter(county.placed("circuit", on).district for county in counties)
        rows = {number: in_force(rows, on) for number, rows in MISSISSIPPI.circuits.items()}
        assert per_circuit == {number: row.county_count for number, row in rows.items() if row}


def test_a_blank_cell_is_unknown_and_never_an_empty_word() -> None:
    assert all(route(MISSISSIPPI, county, TODAY, tribal_land=False).cps_region is None for county in COUNTIES)
    folder = files("contracts.jurisdictions") / "mississippi"
    for row in csv.DictReader((folder / "agencies.csv").read_text(encoding="utf-8").splitlines()):
        agency = MISSISSIPPI.agencies[row["agency_id"]]
        assert agency.hotline_phone == (row["hotline_phone"] or None)
        assert agency.office_phone == (row["office_phone"] or None)
        assert agency.hours == (row["hours"] or None)


def test_a_circuit_redrawn_in_2027_is_sure_only_until_then() -> None:
    redrawn = route(MISSISSIPPI, "Hinds", TODAY, tribal_land=False)
    kept = route(MISSISSIPPI, "Neshoba", TODAY, tribal_land=False)
    assert redrawn.circuit_sure_until == date(2026, 12, 31)
    assert kept.circuit_sure_until is None
    sure = [
        county for county in COUNTIES if route(MISSISSIPPI, county, TODAY, tribal_land=False).circuit_sure_until is None
    ]
    assert len(sure) == 38


@pytest.mark.parametrize(
    ("on", "circuit", "sure"),
    [
        (date(2020, 7, 1), 17, True),
        (date(2022, 12, 31), 17, True),
        (date(2023, 1, 1), 23, True),
        (TODAY, 23, True),
        (NEXT_YEAR, 23, False),
    ],
)
def test_a_county_whose_circuit_changed_is_routed_by_the_day(on: date, circuit: int, sure: bool) -> None:
    routing = route(MISSISSIPPI, "DeSoto", on, tribal_land=False)
    (prosecutor,) = (agency for agency in routing.agencies if agency.step == "prosecutor")
    assert routing.circuit_court_district == circuit
    assert (prosecutor.agency_id, prosecutor.sure) == (f"DA-{circuit}", sure)


def test_an_agency_and_a_service_area_are_told_only_while_they_are_in_force() -> None:
    def steps(on: date, **tables: Any) -> set[str]:
        altered = msgspec.structs.replace(MISSISSIPPI, **tables)
        return {agency.agency_id for agency in route(altered, "Forrest", on, tribal_land=False).agencies}

    assert {"KIDSHUB", "SHTC"} <= steps(TODAY)
    areas = tuple(msgspec.structs.replace(area, in_force_until=TODAY) for area in MISSISSIPPI.service_areas)
    assert "KIDSHUB" in steps(TODAY, service_areas=areas)
    assert "KIDSHUB" not in steps(NEXT_YEAR, service_areas=areas)
    (row,) = MISSISSIPPI.agency_rows["SHTC"]
    gone = MISSISSIPPI.agency_rows | {"SHTC": (msgspec.structs.replace(row, in_force_until=TODAY),)}
    assert "SHTC" in steps(TODAY, agency_rows=gone)
    assert "SHTC" not in steps(NEXT_YEAR, agency_rows=gone)
    moved = msgspec.structs.replace(row, in_force_from=NEXT_YEAR, office_phone="601-555-0100")
    both = {"SHTC": (msgspec.structs.replace(row, in_force_until=TODAY.replace(month=12, day=31)), moved)}
    for on, phone in ((TODAY, row.office_phone), (NEXT_YEAR, "601-555-0100")):
        tables = msgspec.structs.replace(MISSISSIPPI, agency_rows=MISSISSIPPI.agency_rows | both)
        told = {agency.agency_id: agency.phone for agency in route(tables, "Hinds", on, tribal_land=False).agencies}
        assert told["SHTC"] == phone


def test_tribal_land_adds_the_tribe_and_the_federal_bureau_and_takes_nobody_away() -> None:
    state = {agency.agency_id for agency in route(MISSISSIPPI, "Neshoba", TODAY, tribal_land=False).agencies}
    tribal = {agency.agency_id for agency in route(MISSISSIPPI, "Neshoba", TODAY, tribal_land=True).agencies}
    assert tribal - state == {"MBCI", "FBI-JXN"}
    assert state <= tribal


def test_state_lines_crossed_add_the_federal_bureau_alone() -> None:
    state = {agency.agency_id for agency in route(MISSISSIPPI, "DeSoto", TODAY, tribal_land=False).agencies}
    across = route(MISSISSIPPI, "DeSoto", TODAY, tribal_land=False, state_lines=True)
    assert {agency.agency_id for agency in across.agencies} - state == {"FBI-JXN"}


def test_an_adult_s_case_tells_the_task_force_and_none_of_the_child_s_agencies() -> None:
    routing = route(MISSISSIPPI, "Lafayette", TODAY, tribal_land=False)
    assert [agency.agency_id for agency in routing.to_tell("adult")] == ["CVP-TF", "CVP"]
    assert not {"CVP-TF", "CVP"} & {agency.agency_id for agency in routing.to_tell("child")}


def test_a_child_s_case_tells_those_the_law_names_in_its_order() -> None:
    told = [agency.agency_id for agency in route(MISSISSIPPI, "Harrison", TODAY, tribal_land=False).to_tell("child")]
    assert told == ["MDCPS", "MDCPS-HTC", "LOCAL-LE", "DA-02", "SHTC", "CANOPY-SMCAC"]


def test_a_county_without_an_advocacy_centre_on_file_is_sent_to_the_chapter_that_finds_one() -> None:
    told = {agency.step: agency for agency in route(MISSISSIPPI, "Tunica", TODAY, tribal_land=False).agencies}
    assert told["child_advocacy_center"].agency_id == "CACM"
    assert told["prosecutor"].phone == "662-843-8000"
    assert route(MISSISSIPPI, "Hinds", TODAY, tribal_land=False).agencies[3].phone is None


def test_an_agency_known_from_an_old_page_only_is_not_called_sure() -> None:
    told = {agency.step: agency for agency in route(MISSISSIPPI, "Warren", TODAY, tribal_land=False).agencies}
    assert told["rape_crisis_center"].agency_id == "RCC-JACKSON"
    assert not told["rape_crisis_center"].sure


@pytest.mark.parametrize(
    ("typed", "near"),
    [("Jaxon", "Jackson"), ("Nashoba", "Neshoba"), ("Okitbeha", "Oktibbeha"), ("Hindes County", "Hinds")],
)
def test_a_misspelt_county_is_refused_with_the_name_it_was_meant_to_be(typed: str, near: str) -> None:
    with pytest.raises(UnknownCounty, match="There is no county") as refused:
        route(MISSISSIPPI, typed, TODAY, tribal_land=False)
    assert refused.value.near[0] == near
    assert near in str(refused.value)


def test_a_narrative_in_the_county_field_is_refused_without_being_repeated() -> None:
    with pytest.raises(UnknownCounty) as refused:
        route(MISSISSIPPI, "Example Child One was seen " * 400_000, TODAY, tribal_land=False)
    assert "Example" not in str(refused.value)
    assert refused.value.near == ()


@given(st.text(max_size=60))
def test_any_text_is_either_a_county_or_refused_as_one(typed: str) -> None:
    names = set(COUNTIES)
    try:
        answered = {MISSISSIPPI.county(typed).county}
    except UnknownCounty as refused:
        answered = set(refused.near)
    assert answered <= names


@given(
    st.sampled_from(COUNTIES),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(["", " County", " county", "  COUNTY "]),
    st.sampled_from(["", " ", "\t"]),
)
def test_a_county_is_known_however_it_is_typed(county: str, case: object, suffix: str, before: str) -> None:
    assert callable(case)
    assert MISSISSIPPI.county(before + case(county) + suffix).county == county

"""Which counties an agency serves, as far as the tables tell."""

from datetime import date

from contracts.jurisdictions.county import County
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.routing import LAST_DAY_OF_TODAYS_CIRCUITS

LOCAL = "local"
FEDERAL_DISTRICTS = {"USAO-N": "northern", "USAO-S": "southern"}


def counties_served(jurisdiction: Jurisdiction, agency: str, on: date) -> tuple[str, ...]:
    """By circuit, federal district or service area, in order. Empty: the whole state, or not on file.

    A circuit that may have been redrawn by then is not on file: nobody is shut out of a county by yesterday's map.
    """
    counties = sorted(jurisdiction.counties.values(), key=lambda county: county.county)
    district = FEDERAL_DISTRICTS.get(agency)
    if district is not None:
        return tuple(county.county for county in counties if county.federal_district == district)
    if agency.startswith("DA-"):
        return _of_circuit(counties, int(agency.removeprefix("DA-")), on)
    return tuple(sorted(area.county for area in jurisdiction.service_areas if area.agency_id == agency))


def serves_some_counties(jurisdiction: Jurisdiction, agency: str) -> bool:
    """Whether one row of the table stands for many local agencies: who is of it works in certain counties."""
    return jurisdiction.agencies[agency].level == LOCAL


def _of_circuit(counties: list[County], circuit: int, on: date) -> tuple[str, ...]:
    today = [county for county in counties if county.circuit_court_district == circuit]
    if on <= LAST_DAY_OF_TODAYS_CIRCUITS:
        return tuple(county.county for county in today)
    if any(county.circuit_court_district_from_2027 is None for county in today):
        return ()
    return tuple(county.county for county in counties if county.circuit_court_district_from_2027 == circuit)

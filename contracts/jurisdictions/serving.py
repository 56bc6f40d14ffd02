"""Which counties an agency serves, as far as the tables tell, and where somebody of it works."""

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.jurisdictions.county import County
from contracts.jurisdictions.dated import in_force
from contracts.jurisdictions.jurisdiction import Jurisdiction

LOCAL = "local"
OF_NO_COUNTY = frozenset({"administrator", "operator", "auditor", "agency_reporter"})
"""Roles whose work has nothing to do with where something happened."""


def counties_served(jurisdiction: Jurisdiction, agency: str, on: date) -> tuple[str, ...]:
    """By circuit, federal district or service area, in order. Empty: the whole state, or not on file.

    A circuit that may have been redrawn by then is not on file: nobody is shut out of a county by yesterday's map.
    """
    counties = sorted(jurisdiction.counties.values(), key=lambda county: county.county)
    district = jurisdiction.agencies[agency].federal_district
    if district is not None:
        return tuple(county.county for county in counties if county.federal_district == district)
    circuit = circuit_of(jurisdiction, agency)
    if circuit is not None:
        return _of_circuit(counties, circuit, on)
    areas = (area for area in jurisdiction.service_areas if area.agency_id == agency and in_force([area], on))
    return tuple(sorted(area.county for area in areas))


def circuit_of(jurisdiction: Jurisdiction, agency: str) -> int | None:
    """Whose prosecutor it is, or last was; None for an agency that is no circuit's prosecutor."""
    found = [circuit for circuit, rows in jurisdiction.circuits.items() if rows[-1].prosecutor == agency]
    return found[0] if found else None


def serves_some_counties(jurisdiction: Jurisdiction, agency: str) -> bool:
    """Whether one row of the table stands for many local agencies: who is of it works in certain counties."""
    return jurisdiction.agencies[agency].level == LOCAL


def must_say_where(roles: Sequence[str], agency: str, jurisdiction: Jurisdiction) -> bool:
    """Whether an account with these roles works in certain counties, which it must be said which are."""
    return serves_some_counties(jurisdiction, agency) and not OF_NO_COUNTY.issuperset(roles)


def works_in(
    roles: Sequence[str], agency: str, stated: Sequence[str], served: Sequence[str], jurisdiction: Jurisdiction
) -> tuple[str, ...] | None:
    """Where an account works: None, everywhere. Nowhere while it is yet to be said of somebody of a local agency.

    `stated` are the counties that were stated of the account, `served` those its agency is on record for.
    """
    if OF_NO_COUNTY.issuperset(roles):
        return None
    if stated or served:
        return tuple(stated or served)
    return () if must_say_where(roles, agency, jurisdiction) else None


def _of_circuit(counties: Iterable[County], circuit: int, on: date) -> tuple[str, ...]:
    placed = {county.county: county.placed("circuit", on) for county in counties}
    ours = {county: where for county, where in placed.items() if where.district == circuit}
    return tuple(ours) if all(where.sure for where in ours.values()) else ()

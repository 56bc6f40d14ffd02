"""Counties, their courts, and by which names a county is known."""

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from contracts.jurisdictions.errors import LONGEST_NAME

NEAR_NAMES = 3


class County(msgspec.Struct, frozen=True, kw_only=True):
    """A row of counties.csv: what routing and a map need of it."""

    county: str
    fips: str
    circuit_court_district: int
    circuit_statute: str
    circuit_in_force_from: date | None
    circuit_court_district_from_2027: int | None
    circuit_2027_status: str
    chancery_court_district: int
    youth_court_type: Literal["county_court", "chancery_court"]
    youth_court_evidence: str
    cps_region: str | None
    rural_urban: Literal["rural", "urban"]
    federal_district: Literal["northern", "southern"]
    federal_division: str
    centroid_lat: float
    centroid_lon: float


class CircuitDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """A row of circuit_districts.csv."""

    circuit_court_district: int
    statute: str
    in_force_from: date | None
    county_count: int


def plain_name(name: str) -> str:
    """The letters of a county's name: DeSoto, De Soto and "desoto county" are one."""
    letters = "".join(name.casefold().split())
    return letters.removesuffix("county")


def near_names(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    if len(wanted) > LONGEST_NAME:
        return ()
    by_plain = {plain_name(name): name for name in names}
    return tuple(by_plain[plain] for plain in difflib.get_close_matches(wanted, by_plain, n=NEAR_NAMES, cutoff=0.6))

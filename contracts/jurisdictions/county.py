"""Counties, their courts, and by which names a county is known."""

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from contracts.jurisdictions.dated import in_force
from contracts.jurisdictions.errors import LONGEST_NAME
from contracts.jurisdictions.marks import Grade

Court = Literal["circuit", "chancery"]

NEAR_NAMES = 3


class CourtDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """A row of county_courts.csv: in which district of a court a county lies, from when until when.

    Where the last row ends, what comes after was not read.
    """

    county: str
    court: Court
    district: int
    statute: str
    in_force_from: date | None
    in_force_until: date | None
    as_of: str
    confidence: Grade
    source: str
    note: str | None


class Placed(NamedTuple):
    """Where a county lies on a day. Not `sure`: the tables know it `until` a day before. `until` of `None`: no end."""

    district: int
    until: date | None
    sure: bool


class County(msgspec.Struct, frozen=True, kw_only=True):
    """A row of counties.csv: what routing and a map need of it. Its courts are of a table of their own, in order."""

    county: str
    fips: str
    in_force_from: date | None
    in_force_until: date | None
    youth_court_type: str
    youth_court_evidence: str
    cps_region: str | None
    rural_urban: Literal["rural", "urban"]
    federal_district: str
    federal_division: str
    centroid_lat: float
    centroid_lon: float
    courts: tuple[CourtDistrict, ...] = ()

    @property
    def circuit_court_district(self) -> int:
        """The last that is on file."""
        return self._rows("circuit")[-1].district

    def placed(self, court: Court, on: date) -> Placed:
        """In the district that holds that day; in the one nearest to it on file, not sure, where none does."""
        rows = self._rows(court)
        found = in_force(rows, on)
        near = found or (rows[0] if rows[-1].in_force_until is None else rows[-1])
        return Placed(near.district, near.in_force_until if near is rows[-1] else None, sure=found is not None)

    def _rows(self, court: Court) -> tuple[CourtDistrict, ...]:
        return tuple(row for row in self.courts if row.court == court)


class CircuitDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """A row of circuit_districts.csv. `prosecutor` is the agency that prosecutes there."""

    circuit_court_district: int
    prosecutor: str
    statute: str
    in_force_from: date | None
    in_force_until: date | None
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

"""Where somebody serves: counties, circuit court districts, or the whole state; and how far one county is from another.

Regions are circuit court districts: which counties are in a region of Child Protection Services is not on file.
"""

from math import asin, cos, radians, sin, sqrt

import msgspec

from contracts.jurisdictions.county import County
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.language import InvalidValue

EARTH_KM = 6371.0


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What lies in a part of it lies in it. Without any part it is nowhere."""

    counties: tuple[str, ...] = ()
    circuits: tuple[int, ...] = ()
    statewide: bool = False

    def covers(self, county: County) -> bool:
        """Whether the county lies in it."""
        return self.statewide or county.county in self.counties or county.circuit_court_district in self.circuits


def area_on_file(area: Area, tables: Jurisdiction) -> Area:
    """The same by the names on file, in order and each once. Raises `InvalidValue` for what is not on file."""
    unknown = [each for each in area.counties if each not in tables.counties]
    if unknown:
        raise InvalidValue("counties", "There is no county of this name. Choose from the list.")
    if any(each not in tables.circuits for each in area.circuits):
        raise InvalidValue("circuits", f"There are the circuit court districts 1 to {max(tables.circuits)}.")
    return Area(
        counties=tuple(sorted(set(area.counties))),
        circuits=tuple(sorted(set(area.circuits))),
        statewide=area.statewide,
    )


def counties_in(area: Area, tables: Jurisdiction) -> tuple[str, ...]:
    """By name."""
    return tuple(sorted(each.county for each in tables.counties.values() if area.covers(each)))


def distance_km(one: County, other: County) -> float:
    """Between the middles of two counties, as the crow flies."""
    lat, lat_other = radians(one.centroid_lat), radians(other.centroid_lat)
    north, east = lat_other - lat, radians(other.centroid_lon - one.centroid_lon)
    part = sin(north / 2) ** 2 + cos(lat) * cos(lat_other) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(part))

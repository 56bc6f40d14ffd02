"""Where somebody serves, or a rota counts, as a form holds it: a tick for each county and circuit court district."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.jurisdictions import Jurisdiction
from services.console.frame.area import Area
from services.console.frame.forms import Form


def area_in(form: Form, jurisdiction: Jurisdiction) -> dict[str, Any]:
    """As the services take it."""
    counties = jurisdiction.counties.values()
    return {
        "counties": sorted(each.county for each in counties if form[f"county_{each.fips}"]),
        "circuits": sorted(number for number in jurisdiction.circuits if form[f"circuit_{number}"]),
        "statewide": bool(form["statewide"]),
    }


def ticked(area: Area, jurisdiction: Jurisdiction) -> dict[str, str]:
    """What a form begins with."""
    counties = (jurisdiction.counties[name] for name in area.counties if name in jurisdiction.counties)
    names = [*(f"county_{each.fips}" for each in counties), *(f"circuit_{number}" for number in area.circuits)]
    return dict.fromkeys([*names, *(["statewide"] if area.statewide else [])], "yes")


def choices(jurisdiction: Jurisdiction) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The ticks, by name and words."""
    counties = sorted(jurisdiction.counties.values(), key=lambda each: each.county)
    return {
        "counties": [(f"county_{each.fips}", each.county) for each in counties],
        "circuits": [(f"circuit_{number}", str(number)) for number in sorted(jurisdiction.circuits)],
    }

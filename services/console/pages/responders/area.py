"""Where somebody serves, or a rota counts, as a form holds it: a tick for each county and circuit court district."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.console.frame.forms import Form
from services.console.frame.words import Words

SHOWN = 6
"""Of the names of an area; the others are counted."""


class Area(msgspec.Struct, frozen=True):
    """As the services tell it."""

    counties: list[str]
    circuits: list[int]
    statewide: bool


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


def said(area: Area, words: Words) -> str:
    """In words; of many counties the first and how many more."""
    if area.statewide:
        return words.say("area.statewide")
    named = [*area.counties, *(words.say("area.circuit", number=number) for number in area.circuits)]
    if len(named) > SHOWN:
        named = [*named[:SHOWN], words.count("area.more", len(named) - SHOWN)]
    return words.listed(named) or words.say("area.nowhere")

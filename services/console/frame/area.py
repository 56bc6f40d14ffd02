"""Where somebody serves, or a rota counts, in words."""

import msgspec

from services.console.frame.words import Words

SHOWN = 6
"""Of the names of an area; the others are counted."""


class Area(msgspec.Struct, frozen=True):
    """As the services tell it."""

    counties: list[str]
    circuits: list[int]
    statewide: bool


def said(area: Area, words: Words) -> str:
    """In words; of many counties the first and how many more."""
    if area.statewide:
        return words.say("area.statewide")
    named = [*area.counties, *(words.say("area.circuit", number=number) for number in area.circuits)]
    if len(named) > SHOWN:
        named = [*named[:SHOWN], words.count("area.more", len(named) - SHOWN)]
    return words.listed(named) or words.say("area.nowhere")

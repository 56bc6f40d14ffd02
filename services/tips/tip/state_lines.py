"""Whether a child was taken, sent or lured across state lines, as somebody says. Pure: `now` comes in."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from contracts.jurisdictions import StateLines
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.tips.tip.decisions import TipRefusal
from services.tips.tip.events import StateLinesStated
from services.tips.tip.state import Tip, received

SaidBy = Literal["reporter", "the_person", "law_enforcement", "another_agency", "a_record"]
"""Who says so. `the_person` is whom the tip is about."""


class StateStateLines(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of it now, with its zone since when, and who says so."""

    state_lines: StateLines
    known_since: Annotated[datetime, msgspec.Meta(tz=True)]
    said_by: SaidBy


def state(tip: Tip, command: StateStateLines, now: datetime) -> list[Event]:
    """The latest word holds; what was said before stays on record. Raises `InvalidValue`, `Refused`."""
    not_in_future("known_since", command.known_since, now)
    if command.known_since < received(tip):
        raise InvalidValue(
            "known_since",
            "Child Protection Services did not have the tip yet at this time. Check the date and the zone.",
        )
    if command.state_lines == tip.state_lines:
        raise Refused(TipRefusal.NOTHING_CHANGES, "The tip says this already, so there is nothing to correct.")
    return [
        StateLinesStated(
            tip=tip.tip,
            state_lines=command.state_lines,
            known_since=command.known_since,
            said_by=command.said_by,
        )
    ]

"""What is on file about hearings and the papers served for them: closed lists, and on which days courts are closed."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from contracts.jurisdictions.marks import Confidence, Loaded
from contracts.jurisdictions.state import Holidays

SATURDAY, SUNDAY = 5, 6


class HearingRules(Loaded, frozen=True, kw_only=True):
    """Closed lists, each code with its words. Hearings of a kind in `any_day` are held on whatever day it is.

    A paper that `brings` a stage brings the counts of its accused there once it is served.
    """

    source: str
    confidence: Confidence
    note: str
    any_day: tuple[str, ...]
    closed_citation: str
    purposes: Mapping[str, str]
    outcomes: Mapping[str, str]
    nexts: Mapping[str, str]
    papers: Mapping[str, str]
    brings: Mapping[str, str]
    for_whom: Mapping[str, str]
    servers: Mapping[str, str]
    ways: Mapping[str, str]
    failures: Mapping[str, str]
    withdrawn: Mapping[str, str]


class Closed(NamedTuple):
    """Why courts are closed on a day; `name` is that of a holiday, else empty."""

    why: Literal["saturday", "sunday", "holiday"]
    name: str


def closed_on(day: date, holidays: Holidays) -> Closed | None:
    """None for a day on which courts are open, as far as is on file: a year without holidays on file has no holiday."""
    holiday = holidays.on(day)
    if holiday is not None:
        return Closed("holiday", holiday.name)
    if day.weekday() == SATURDAY:
        return Closed("saturday", "")
    return Closed("sunday", "") if day.weekday() == SUNDAY else None

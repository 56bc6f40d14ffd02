"""What a scenario may expect of legacy kits, the census and the yearly report of kits. About no tip."""

from datetime import date

from deploy.demo.lines import Expectation, Words


class LegacyKit(Expectation, frozen=True, kw_only=True, tag="legacy_kit"):
    """How far the kit with this number has come. `begun_unknown` are the rules it is under since nobody knows when."""

    tip: str = ""
    by: Words
    number: Words
    state: Words
    begun_unknown: tuple[Words, ...] = ()


class CensusCounted(Expectation, frozen=True, kw_only=True, tag="census"):
    """What was expected of an agency on a day and what was seen, as `by` is shown it; and that they were told of it."""

    tip: str = ""
    by: Words
    day: date
    agency: Words
    expected: int
    seen: int
    differences: int


class KitsReported(Expectation, frozen=True, kw_only=True, tag="kit_report"):
    """So many kits of an agency came so far by the end of the year, in the report."""

    tip: str = ""
    by: Words
    year: int
    agency: Words
    state: Words
    number: int


CensusExpectation = LegacyKit | CensusCounted | KitsReported

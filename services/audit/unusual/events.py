"""Unusual reading that was found in a week, and what an auditor made of each: a stream for each week.

Events of the audit service's own. They tell of nobody who may hold a seat whose holder is withheld which case was read.
"""

from typing import Annotated
from uuid import UUID

from contracts.language import Code, Event, Measure, Personal, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]
References = Annotated[tuple[UUID, ...], classified("reference")]
Measures = Annotated[tuple[int, ...], classified("measure")]
Text = Annotated[Personal, classified("personal")]


class UnusualReadingFound(Event, frozen=True, kw_only=True):
    """By version `rule_version` of the rule: `count` reads, cases or rows of the account, found from `threshold` on.

    They were `of_cases` cases; `cases` are these, and `counts` how much each makes of the count, in the same order.
    Both are empty where it is not told which (28 CFR 94.115). It stands `instead_of` what had been found of the same
    before, with less, and nobody had judged.
    """

    NAME = "audit.unusual_reading_found"

    review: Reference
    finding: Reference
    rule: Code
    rule_version: Measure
    account: Reference
    agency: Code
    roles: Codes
    count: Measure
    threshold: Measure
    of_cases: Measure
    cases: References
    counts: Measures
    instead_of: Reference | None


class UnusualReadingJudged(Event, frozen=True, kw_only=True):
    """An auditor looked at it: it was a false alarm, justified or not justified. Why is sealed."""

    NAME = "audit.unusual_reading_judged"

    review: Reference
    finding: Reference
    account: Reference
    outcome: Code
    note: Text


UNUSUAL_EVENTS: tuple[type[Event], ...] = (UnusualReadingFound, UnusualReadingJudged)

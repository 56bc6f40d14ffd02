"""What a person may decide about a clock: only what its rule lists, on an authority that its rule lists."""

from datetime import datetime
from typing import Annotated

import msgspec

from contracts.jurisdictions.clocks import ClockRule, Lawful, Ruled
from contracts.language import InvalidValue, Refused, not_in_future

NOT_ALLOWED = "clock_not_so_ruled"


class RuleOn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision, its authority, and by which paper: an order's number, a record's name; that is sealed.

    `at` is the new due time of a clock that is extended, or when the duty was done that is found met.
    """

    what: Ruled
    authority: Annotated[str, msgspec.Meta(max_length=60)]
    document: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def allowed(rule: ClockRule, wanted: RuleOn, now: datetime) -> Lawful:
    """The row of the rule. Raises `Refused` for what it does not list, `InvalidValue` for a time that cannot be."""
    found = rule.lawful(wanted.what, wanted.authority)
    if found is None:
        ways = "; ".join(each.words for each in rule.lawfully if each.what == wanted.what)
        what = wanted.what.replace("_", " ")
        sentence = f"By its rule this clock can be {what} only so: {ways}." if ways else f"This clock cannot be {what}."
        raise Refused(NOT_ALLOWED, sentence, rule=rule.rule, citation=rule.citation)
    if wanted.what != "excused" and wanted.at is None:
        raise InvalidValue("at", "Give the time with its zone, for example 2026-03-01T02:15:00-06:00.")
    if wanted.what == "found_met" and wanted.at is not None:
        not_in_future("at", wanted.at, now)
    return found

"""The days of each count of an accused toward the time for trial. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from uuid import UUID

from contracts.jurisdictions import ClockRule, Jurisdiction
from contracts.jurisdictions.explaining import RuleCited
from contracts.jurisdictions.trial_days import DaysOfCount, days_of_count
from services.prosecution.case.continuances import holding
from services.prosecution.case.state import Case, Count, Step

ARRAIGNMENT, TRIAL, JUDGMENT = "arraignment", "trial", "judgment"


def trial_days(
    case: Case, accused: UUID, cited: RuleCited | ClockRule, tables: Jurisdiction, today: date
) -> tuple[DaysOfCount, ...]:
    """Of each count that was arraigned and is open, or was tried, from the day after its own arraignment.

    A count that stands in the place of another keeps that one's arraignment.
    """
    allowed = tables.clock_rule(cited.rule, version=cited.version).period.days
    granted = case.accused[accused].continuances
    found = []
    for count in case.counts.values():
        steps = tuple(_way(case, count))
        arraigned = next((tables.day_of(each.entered_at) for each in steps if each.stage == ARRAIGNMENT), None)
        if count.accused != accused or arraigned is None:
            continue
        until, ended = _end(steps, tables, today)
        if not ended and count.phase != "open":
            continue
        off = holding(granted, arraigned, tables.state)
        found.append(days_of_count(count.count, arraigned, until, off, allowed=allowed, ended=ended))
    return tuple(found)


def _way(case: Case, count: Count) -> Iterator[Step]:
    """Its stages, after those of the count it stands in the place of."""
    if count.supersedes is not None and count.supersedes in case.counts:
        yield from _way(case, case.counts[count.supersedes])
    yield from count.steps


def _end(steps: tuple[Step, ...], tables: Jurisdiction, today: date) -> tuple[date, Literal["", "tried", "judgment"]]:
    """The first trial ends the days, or a judgment without one."""
    for each in steps:
        if each.stage == TRIAL:
            return tables.day_of(each.entered_at), "tried"
        if each.stage == JUDGMENT:
            return tables.day_of(each.entered_at), "judgment"
    return today, ""

"""The days of each count toward the time for trial, as a document lists them. Pure."""

from uuid import UUID

from contracts.jurisdictions import ClockRule
from contracts.jurisdictions.trial_days import DaysOfCount
from services.prosecution.case.proceedings import Rule
from services.prosecution.case.trial_days import ARRAIGNMENT, trial_days
from services.prosecution.documents import saying
from services.prosecution.documents.content import Rows
from services.prosecution.documents.material import Material


def clock_of_trial(accused: UUID, of: Material) -> ClockRule | None:
    """As it was in force when the accused was arraigned first; None while no count was."""
    arraigned = [
        step.entered_at
        for count in of.case.counts.values()
        for step in count.steps
        if count.accused == accused and step.stage == ARRAIGNMENT
    ]
    return of.tables.clock_rule_at(Rule.TRIAL, min(arraigned)) if arraigned else None


def days_of(accused: UUID, of: Material) -> tuple[DaysOfCount, ...]:
    """Of each count that was arraigned, through the day the document is made, or that its trial or judgment came."""
    rule = clock_of_trial(accused, of)
    if rule is None:
        return ()
    return trial_days(of.case, accused, rule, of.tables, of.tables.day_of(of.at))


def day_tables(accused: UUID, of: Material) -> tuple[Rows, Rows, tuple[UUID, ...]]:
    """The sums of each count, its spans of days, and which counts they are."""
    found = days_of(accused, of)
    sums = tuple(_sum(each) for each in found)
    spans = tuple(row for each in found for row in _spans(each, of))
    return sums, spans, tuple(each.count for each in found)


def _sum(days: DaysOfCount) -> tuple[str, ...]:
    return (
        saying.short(days.count),
        saying.day(days.arraigned_on),
        saying.day(days.until),
        str(days.counted),
        str(days.unplaced),
        str(days.left),
    )


def _spans(days: DaysOfCount, of: Material) -> Rows:
    reasons = of.charging.reasons
    return tuple(
        (
            saying.short(days.count),
            saying.day(each.since),
            saying.day(each.until),
            str(each.days),
            "yes" if each.counts else f"no: {reasons.continuance[each.ground]}",
            reasons.motion.get(each.motion, "" if each.counts else of.charging.documents.not_on_file),
        )
        for each in days.spans
    )

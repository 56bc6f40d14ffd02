"""After the judgment: a motion for a new trial, and who appeals after the first. Pure."""

from datetime import datetime
from uuid import UUID

from contracts.jurisdictions import Charging
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import CrossAppealNoticed, NewTrialMoved
from services.prosecution.case.proceedings import Rule
from services.prosecution.case.state import Case

JUDGMENT, APPEAL = "judgment", "appeal"


def move_for_new_trial(case: Case, accused: UUID, at: datetime, charging: Charging, now: datetime) -> list[Event]:
    """The defence filed the motion, once for a judgment. Whether in time, its clock says."""
    not_in_future("at", at, now)
    judged_at = _reached(case, accused, JUDGMENT)
    if judged_at is None:
        sentence = "There is no judgment against this accused on record, so there is nothing to move against."
        citation = charging.stages[JUDGMENT].citation
        raise Refused(CaseRefusal.NO_JUDGMENT, sentence, rule=Rule.NEW_TRIAL, citation=citation)
    if at < judged_at:
        raise InvalidValue("at", "This lies before the judgment. Check the date and the zone.")
    moved_at = case.accused[accused].new_trial_moved_at
    if moved_at is not None and moved_at >= judged_at:
        raise Refused(CaseRefusal.MOVED_ALREADY, "A motion against this judgment is on record already.")
    return [NewTrialMoved(case=case.case, accused=accused, filed_at=at)]


def notice_cross_appeal(case: Case, accused: UUID, at: datetime, charging: Charging, now: datetime) -> list[Event]:
    """Another party files its notice after the first."""
    not_in_future("at", at, now)
    first_at = _reached(case, accused, APPEAL)
    if first_at is None:
        sentence = (
            "No appeal of this accused is on record. Enter the stage of appeal, with the day of its notice, first."
        )
        citation = charging.stages[APPEAL].citation
        raise Refused(CaseRefusal.NO_APPEAL, sentence, rule=Rule.CROSS_NOTICE, citation=citation)
    if at < first_at:
        raise InvalidValue("at", "This lies before the first notice. Enter that one as the stage of appeal.")
    return [CrossAppealNoticed(case=case.case, accused=accused, filed_at=at)]


def _reached(case: Case, accused: UUID, stage: str) -> datetime | None:
    """When an open count of the accused last came to the stage."""
    found = [step.entered_at for count in case.counts_of(accused) for step in count.steps if step.stage == stage]
    return max(found, default=None)

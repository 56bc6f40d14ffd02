"""How counts go from stage to stage, what comes of them, the hearings, and which clocks that moves. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.events.prosecution import OutcomeRecorded
from contracts.jurisdictions import Charging
from contracts.language import EARLIEST, Event, InvalidValue, Refused, not_in_future
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import (
    AccusedReleased,
    ContinuanceGranted,
    CountCleared,
    CountEnteredInError,
    CountSuperseded,
    CrossAppealNoticed,
    HearingDemanded,
    HearingHeld,
    HearingMoved,
    HearingSet,
    HearingVacated,
    NewTrialMoved,
    StageEntered,
)
from services.prosecution.case.state import Case, Count, Hearing, evolve

PRELIMINARY_HEARING = "preliminary_hearing"
# No court sets a hearing further ahead; later years are slips of the keyboard.
LATEST = timedelta(days=3_660)


class Rule(StrEnum):
    """The clocks that a stage does not start."""

    IN_CUSTODY = "C35"
    ON_DEMAND = "C36"
    TRIAL = "C41"
    NEW_TRIAL = "C42"
    APPEAL = "C43"
    CROSS_NOTICE = "C44"


class ClockStep(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to a clock of an accused: it starts, is met or is excused, as of a moment; or runs anew from it.

    With `if_met` only where the latest clock of that rule was met.
    """

    accused: UUID
    rule: str
    what: Literal["start", "meet", "excuse", "run_anew"]
    at: datetime
    reason: str = ""
    if_met: str = ""


class SetHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hearing as the court set it; `set_for` with its zone."""

    kind: str
    court: str
    accused: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=30)]
    set_for: Annotated[datetime, msgspec.Meta(tz=True)]


def proceed(
    case: Case,
    accused: UUID,
    stage: str,
    counts: Sequence[Count] | None,
    at: datetime,
    charging: Charging,
    now: datetime,
) -> list[Event]:
    """The counts named come to a stage; with none named, all open counts of the accused that may."""
    not_in_future("at", at, now)
    if stage not in charging.stages:
        raise InvalidValue("stage", f"The stages are {', '.join(charging.stages)}.")
    moving = counts
    if moving is None:
        moving = [each for each in _open_counts(case, accused) if stage in _ahead(each, charging)]
    for count in moving:
        _may_enter(count, stage, charging)
    if not moving:
        raise _not_there(_open_counts(case, accused)[0], charging)
    return [_entered(case, count, stage, at) for count in moving]


def record_outcome(
    case: Case, count: Count, outcome: str, at: datetime, charging: Charging, now: datetime
) -> list[Event]:
    """What came of the count where it stands. A mistrial and its like take it back to the setting of a trial."""
    not_in_future("at", at, now)
    _is_open(count)
    found = charging.outcomes.get(outcome)
    if found is None:
        raise InvalidValue("outcome", f"The outcomes are {', '.join(charging.outcomes)}.")
    if count.stage not in found.at:
        stages = ", ".join(charging.stages[each].words.lower() for each in found.at)
        raise Refused(
            CaseRefusal.OUTCOME_NEEDS_STAGE,
            f"This comes of a count only at: {stages}. This count is at: {charging.stages[count.stage].words.lower()}.",
            citation=found.citation,
        )
    if outcome not in charging.next_outcomes(count.stage, count.outcomes):
        raise Refused(CaseRefusal.OUTCOME_RECORDED, "This is decided for the count at this stage already.")
    _not_before(count, at)
    recorded = OutcomeRecorded(
        case=case.case, tip=case.tip, count=count.count, stage=count.stage, outcome=outcome, ends=found.ends
    )
    if found.returns_to is None:
        return [recorded]
    return [recorded, StageEntered(case=case.case, count=count.count, stage=found.returns_to, entered_at=at)]


def demand_hearing(case: Case, accused: UUID, at: datetime, charging: Charging, now: datetime) -> list[Event]:
    """The accused demands a preliminary hearing. There is none once all counts are indicted."""
    not_in_future("at", at, now)
    counts = _open_counts(case, accused)
    if not any(charging.may_still_come(each.stage, each.outcomes, PRELIMINARY_HEARING) for each in counts):
        raise Refused(
            CaseRefusal.NO_HEARING_DUE,
            "No count of this accused is before its preliminary hearing any more, so none is owed.",
            rule=Rule.ON_DEMAND,
            citation=charging.stages[PRELIMINARY_HEARING].citation,
        )
    return [HearingDemanded(case=case.case, accused=accused, demanded_at=at)]


def release(case: Case, accused: UUID, at: datetime, now: datetime) -> list[Event]:
    """The accused is out of custody."""
    not_in_future("at", at, now)
    return [AccusedReleased(case=case.case, accused=accused, released_at=at)]


def grant_continuance(
    case: Case,
    accused: UUID,
    ground: str,
    days: int,
    at: datetime,
    due: tuple[datetime, datetime],
    charging: Charging,
    now: datetime,
) -> list[Event]:
    """The trial is put off for good cause. `due` is the trial clock's due time before and after."""
    not_in_future("at", at, now)
    if ground not in charging.reasons.continuance:
        raise InvalidValue("ground", f"The grounds are {', '.join(charging.reasons.continuance)}.")
    if at >= due[0]:
        raise Refused(
            CaseRefusal.NO_TRIAL_CLOCK,
            "The time for trial had run out when this continuance was granted, so it does not move it.",
            rule=Rule.TRIAL,
        )
    arithmetic = f"{due[0].isoformat()} + {days} d = {due[1].isoformat()}"
    return [
        ContinuanceGranted(
            case=case.case, accused=accused, ground=ground, days=days, granted_at=at, arithmetic=arithmetic
        )
    ]


def set_hearing(case: Case, hearing: UUID, wanted: SetHearing, charging: Charging, now: datetime) -> list[Event]:
    """A date is set. It may lie behind: what was set is sometimes typed in later."""
    if wanted.kind not in charging.hearings:
        raise InvalidValue("kind", f"The kinds are {', '.join(charging.hearings)}.")
    if wanted.court not in charging.courts:
        raise InvalidValue("court", f"The courts are {', '.join(charging.courts)}.")
    _possible_date(wanted.set_for, now)
    for accused in wanted.accused:
        if accused not in case.accused:
            raise InvalidValue("accused", "One of these is not an accused of this case.")
        _open_counts(case, accused)
    return [
        HearingSet(
            case=case.case,
            hearing=hearing,
            kind=wanted.kind,
            court=wanted.court,
            accused=tuple(dict.fromkeys(wanted.accused)),
            set_for=wanted.set_for,
        )
    ]


def move_hearing(
    case: Case, hearing: Hearing, set_for: datetime, reason: str, charging: Charging, now: datetime
) -> list[Event]:
    """The court puts it to another time. That moves no clock: a continuance does, and is recorded as one."""
    _is_set(hearing)
    _known_change(reason, charging)
    _possible_date(set_for, now)
    if set_for == hearing.set_for:
        raise Refused(CaseRefusal.NOTHING_CHANGES, "The hearing is set for that time already.")
    return [HearingMoved(case=case.case, hearing=hearing.hearing, set_for=set_for, reason=reason)]


def vacate_hearing(case: Case, hearing: Hearing, reason: str, charging: Charging) -> list[Event]:
    """The hearing does not take place."""
    _is_set(hearing)
    _known_change(reason, charging)
    return [HearingVacated(case=case.case, hearing=hearing.hearing, reason=reason)]


def hold_hearing(case: Case, hearing: Hearing, at: datetime, charging: Charging, now: datetime) -> list[Event]:
    """The hearing began: the open counts of its accused come to its stage, those that are not there already."""
    _is_set(hearing)
    not_in_future("at", at, now)
    events: list[Event] = [HearingHeld(case=case.case, hearing=hearing.hearing, held_at=at)]
    stage = charging.hearings[hearing.kind].stage
    if stage is None:
        return events
    for accused in hearing.accused:
        there = [each for each in case.counts_of(accused) if each.stage == stage]
        coming = [each for each in case.counts_of(accused) if stage in _ahead(each, charging)]
        if not there and not coming:
            raise _not_there(_open_counts(case, accused)[0], charging)
        events.extend(_entered(case, count, stage, at) for count in coming)
    return events


def clock_steps(case: Case, events: Sequence[Event], charging: Charging, at: datetime) -> list[ClockStep]:
    """What these events, decided on `case`, do to the clocks of its accused. Each step once, in order.

    `at` is when it happened, for events that do not say so themselves.
    """
    steps: list[ClockStep] = []
    for event in events:
        case = evolve(case, event)
        match event:
            case StageEntered():
                stage = charging.stages[event.stage]
                steps.extend(
                    _steps(case.counts[event.count].accused, stage.meets, stage.excuses, stage.starts, event.entered_at)
                )
            case OutcomeRecorded():
                outcome = charging.outcomes[event.outcome]
                accused = case.counts[event.count].accused
                steps.extend(_steps(accused, outcome.meets, outcome.excuses, (), at))
                steps.extend(_anew(accused, rule, at) for rule in outcome.runs_anew)
            case HearingDemanded():
                steps.extend(_steps(event.accused, (), (), (Rule.ON_DEMAND,), event.demanded_at))
            case AccusedReleased():
                steps.append(_excuse(event.accused, Rule.IN_CUSTODY, event.released_at, "released"))
            case NewTrialMoved():
                steps.extend(_steps(event.accused, (Rule.NEW_TRIAL,), (), (), event.filed_at))
                ends = _excuse(event.accused, Rule.APPEAL, event.filed_at, "new_trial_moved")
                steps.append(msgspec.structs.replace(ends, if_met=Rule.NEW_TRIAL))
            case CrossAppealNoticed():
                steps.extend(_steps(event.accused, (Rule.CROSS_NOTICE,), (), (), event.filed_at))
            case _:
                pass
    steps.extend(_fallen_away(case, events, at))
    return list(dict.fromkeys(steps))


def _steps(
    accused: UUID, meets: Iterable[str], excuses: Iterable[str], starts: Iterable[str], at: datetime
) -> list[ClockStep]:
    return [
        *(ClockStep(accused=accused, rule=rule, what="meet", at=at) for rule in meets),
        *(_excuse(accused, rule, at, "proceedings_went_on") for rule in excuses),
        *(ClockStep(accused=accused, rule=rule, what="start", at=at) for rule in starts),
    ]


def _anew(accused: UUID, rule: str, at: datetime) -> ClockStep:
    """Only a motion filed in time moves the time for an appeal."""
    return ClockStep(accused=accused, rule=rule, what="run_anew", at=at, reason="runs_anew", if_met=Rule.NEW_TRIAL)


def _excuse(accused: UUID, rule: str, at: datetime, reason: str) -> ClockStep:
    return ClockStep(accused=accused, rule=rule, what="excuse", at=at, reason=reason)


def _fallen_away(case: Case, events: Sequence[Event], at: datetime) -> list[ClockStep]:
    """Who has no open count left has no clocks either."""
    closing = (OutcomeRecorded, CountEnteredInError, CountSuperseded, CountCleared)
    touched = dict.fromkeys(case.counts[event.count].accused for event in events if isinstance(event, closing))
    return [
        _excuse(accused, rule, at, "no_count_left")
        for accused in touched
        if not case.counts_of(accused)
        for rule in case.accused[accused].clocks
    ]


def _entered(case: Case, count: Count, stage: str, at: datetime) -> StageEntered:
    _not_before(count, at)
    return StageEntered(case=case.case, count=count.count, stage=stage, entered_at=at)


def _ahead(count: Count, charging: Charging) -> tuple[str, ...]:
    return charging.next_stages(count.stage, count.outcomes)


def _may_enter(count: Count, stage: str, charging: Charging) -> None:
    _is_open(count)
    if stage not in _ahead(count, charging):
        raise _not_there(count, charging)


def _not_there(count: Count, charging: Charging) -> Refused:
    at, ahead = charging.stages[count.stage].words.lower(), _ahead(count, charging)
    coming = ", ".join(charging.stages[each].words.lower() for each in ahead)
    needed = f"From there it can come to: {coming}." if ahead else "Record what came of it there first."
    return Refused(CaseRefusal.STAGE, f"A count is at: {at}. {needed}")


def _open_counts(case: Case, accused: UUID) -> Sequence[Count]:
    counts = case.counts_of(accused)
    if not counts:
        raise Refused(CaseRefusal.NO_COUNT, "This accused has no open count. File one first.")
    return counts


def _is_open(count: Count) -> None:
    if count.phase != "open":
        raise Refused(CaseRefusal.COUNT_CLOSED, "This count is over, so it stays as it is.")


def _not_before(count: Count, at: datetime) -> None:
    # A count is typed in after the arrest it follows; of stages, each comes after the one before.
    if len(count.steps) > 1 and at < count.entered_at:
        raise InvalidValue("at", "This lies before the stage the count is at. Check the date and the zone.")


def _is_set(hearing: Hearing) -> None:
    if hearing.phase != "set":
        raise Refused(CaseRefusal.HEARING_CLOSED, "This hearing was held or vacated, so it stays as it is.")


def _known_change(reason: str, charging: Charging) -> None:
    if reason not in charging.reasons.hearing_change:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.reasons.hearing_change)}.")


def _possible_date(set_for: datetime, now: datetime) -> None:
    if set_for < EARLIEST or set_for > now + LATEST:
        raise InvalidValue("set_for", "This date cannot be right. Check the year.")

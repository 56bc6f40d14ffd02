"""What happens to a case and stays in this service (and, sealed, with the auditors)."""

from typing import Annotated

from contracts.events.prosecution import PROSECUTION_EVENTS
from contracts.language import Code, Event, Locating, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
References = Annotated[tuple[Reference, ...], classified("reference")]


class AccountKeptOut(Event, frozen=True, kw_only=True):
    """Whoever the tip names, or who has a conflict of interest: never shown this case."""

    NAME = "case.account_kept_out"

    case: Reference
    account: Reference


class ExclusionEnded(Event, frozen=True, kw_only=True):
    """Only a tip linked with the case's kept the account out, and that link was taken back."""

    NAME = "case.exclusion_ended"

    case: Reference
    account: Reference


class CaseReferred(Event, frozen=True, kw_only=True):
    """Law enforcement or the team hands the matter to a district attorney's office. `referral` counts."""

    NAME = "case.referred"

    case: Reference
    tip: Reference
    person: Reference
    office: Locating
    referral: Measure


class ReferralExplained(Event, frozen=True, kw_only=True):
    """What the referrer wrote for the office."""

    NAME = "case.referral_explained"

    case: Reference
    note: Text


class DecisionExplained(Event, frozen=True, kw_only=True):
    """What the prosecutor wrote on accepting or declining."""

    NAME = "case.decision_explained"

    case: Reference
    note: Text


class ConflictDeclared(Event, frozen=True, kw_only=True):
    """Someone of the office has a conflict of interest, and is out of the case for good."""

    NAME = "case.conflict_declared"

    case: Reference
    account: Reference
    reason: Text


class TransferOffered(Event, frozen=True, kw_only=True):
    """The office offers the case to another. `transfer` counts; the rest is what the other is shown of the case."""

    NAME = "case.transfer_offered"

    case: Reference
    tip: Reference
    transfer: Measure
    from_office: Locating
    to_office: Locating
    reason: Code
    phase: Code
    accused: Measure
    open_counts: Measure


class TransferExplained(Event, frozen=True, kw_only=True):
    """What the office wrote for the other; it is read by whoever has the case."""

    NAME = "case.transfer_explained"

    case: Reference
    transfer: Measure
    note: Text


class TransferAccepted(Event, frozen=True, kw_only=True):
    """The other office has the case from now on. The rest is how it stood: all that the first office keeps of it."""

    NAME = "case.transfer_accepted"

    case: Reference
    transfer: Measure
    from_office: Locating
    to_office: Locating
    phase: Code
    accused: Measure
    open_counts: Measure


class TransferRefused(Event, frozen=True, kw_only=True):
    """The other office does not take the case, which stays where it was."""

    NAME = "case.transfer_refused"

    case: Reference
    transfer: Measure
    reason: Text


class TransferWithdrawn(Event, frozen=True, kw_only=True):
    """The office takes its offer back before it was answered."""

    NAME = "case.transfer_withdrawn"

    case: Reference
    transfer: Measure
    reason: Text


class AccusedAdded(Event, frozen=True, kw_only=True):
    """A person is accused. The reference is random and of this case alone."""

    NAME = "accused.added"

    case: Reference
    accused: Reference
    name: Text
    born: Text | None


class AgeCorrected(Event, frozen=True, kw_only=True):
    """The accused's date of birth, or age, turned out otherwise; without `born` no date of birth holds any more."""

    NAME = "accused.age_corrected"

    case: Reference
    accused: Reference
    born: Text | None
    reason: Text


class HearingDemanded(Event, frozen=True, kw_only=True):
    """The accused demands a preliminary hearing."""

    NAME = "accused.hearing_demanded"

    case: Reference
    accused: Reference
    demanded_at: Moment


class AccusedReleased(Event, frozen=True, kw_only=True):
    """The accused is no longer in custody."""

    NAME = "accused.released"

    case: Reference
    accused: Reference
    released_at: Moment


class ContinuanceGranted(Event, frozen=True, kw_only=True):
    """The court put the trial off for good cause; the arithmetic is kept as it was done."""

    NAME = "accused.continuance_granted"

    case: Reference
    accused: Reference
    ground: Code
    days: Measure
    granted_at: Moment
    arithmetic: Code


class ContinuancePlaced(Event, frozen=True, kw_only=True):
    """Which days the `number`th continuance of the accused puts off, and by whose motion.

    Days are the state's, the first and the last included. `motion` is empty where it is not on file whose it was.
    """

    NAME = "accused.continuance_placed"

    case: Reference
    accused: Reference
    number: Measure
    since_on: Code
    until_on: Code
    motion: Code


class ContinuanceEnteredInError(Event, frozen=True, kw_only=True):
    """The `number`th continuance of the accused holds no more: its days count. `reason` is of a closed list."""

    NAME = "accused.continuance_entered_in_error"

    case: Reference
    accused: Reference
    number: Measure
    reason: Code


class NewTrialMoved(Event, frozen=True, kw_only=True):
    """The defence filed a motion for a new trial."""

    NAME = "accused.new_trial_moved"

    case: Reference
    accused: Reference
    filed_at: Moment


class CrossAppealNoticed(Event, frozen=True, kw_only=True):
    """After the first notice of appeal another party filed its own."""

    NAME = "accused.cross_appeal_noticed"

    case: Reference
    accused: Reference
    filed_at: Moment


class ClockBegun(Event, frozen=True, kw_only=True):
    """A clock of the accused runs, the `number`th of its rule."""

    NAME = "accused.clock_begun"

    case: Reference
    accused: Reference
    rule: Code
    number: Measure


class CountFiled(Event, frozen=True, kw_only=True):
    """One offence against one victim. `act_on` is a day; `age_at_act` the accused's: adult, under_18 or not_known.

    Of an act over several days, `act_on` is the first.
    """

    NAME = "count.filed"

    case: Reference
    count: Reference
    accused: Reference
    victim: Reference
    offence: Code
    act_on: Locating
    age_at_act: Locating
    stage: Code
    filed_at: Moment
    supersedes: Reference | None


class CountAgeCorrected(Event, frozen=True, kw_only=True):
    """How old the accused was at the time of this act, as it is known now."""

    NAME = "count.age_corrected"

    case: Reference
    count: Reference
    age_at_act: Locating


class CountEnteredInError(Event, frozen=True, kw_only=True):
    """The accused may not be accused of this offence, as is known now: the count stands as entered in error."""

    NAME = "count.entered_in_error"

    case: Reference
    count: Reference
    rule: Code
    citation: Code


class CountSuperseded(Event, frozen=True, kw_only=True):
    """Another count stands in the place of this one."""

    NAME = "count.superseded"

    case: Reference
    count: Reference
    by: Reference


class CountCleared(Event, frozen=True, kw_only=True):
    """A court took the conviction back since the accused was a victim. `how`: vacated, or its record expunged."""

    NAME = "count.cleared"

    case: Reference
    count: Reference
    petition: Reference
    how: Code
    cleared_at: Moment


class StageEntered(Event, frozen=True, kw_only=True):
    """The count came to a stage."""

    NAME = "count.stage_entered"

    case: Reference
    count: Reference
    stage: Code
    entered_at: Moment


class HearingSet(Event, frozen=True, kw_only=True):
    """A court set a hearing for these accused."""

    NAME = "hearing.set"

    case: Reference
    hearing: Reference
    kind: Code
    court: Code
    accused: References
    set_for: Moment


class HearingMoved(Event, frozen=True, kw_only=True):
    """The hearing was put to another time."""

    NAME = "hearing.moved"

    case: Reference
    hearing: Reference
    set_for: Moment
    reason: Code


class HearingHeld(Event, frozen=True, kw_only=True):
    """The hearing began."""

    NAME = "hearing.held"

    case: Reference
    hearing: Reference
    held_at: Moment


class HearingVacated(Event, frozen=True, kw_only=True):
    """The hearing does not take place."""

    NAME = "hearing.vacated"

    case: Reference
    hearing: Reference
    reason: Code


class HearingPurposeStated(Event, frozen=True, kw_only=True):
    """What the hearing is for, beside its kind."""

    NAME = "hearing.purpose_stated"

    case: Reference
    hearing: Reference
    purpose: Code


class HearingOnClosedDay(Event, frozen=True, kw_only=True):
    """The court set it for a day on which courts are closed, and whoever entered it said so.

    `why` is saturday, sunday or holiday; `day` is the state's.
    """

    NAME = "hearing.on_closed_day"

    case: Reference
    hearing: Reference
    day: Code
    why: Code


class HearingConcluded(Event, frozen=True, kw_only=True):
    """What came of a hearing that was held, and what follows: another hearing, say. Told again, the later holds."""

    NAME = "hearing.concluded"

    case: Reference
    hearing: Reference
    outcome: Code
    next: Code
    next_hearing: Reference | None


class CauseNumberEntered(Event, frozen=True, kw_only=True):
    """The number of the accused's cause in a court, in place of the one before; without one, none holds any more."""

    NAME = "accused.cause_number_entered"

    case: Reference
    accused: Reference
    court: Code
    number: Text | None


CASE_EVENTS: tuple[type[Event], ...] = (
    *PROSECUTION_EVENTS,
    AccountKeptOut,
    ExclusionEnded,
    CaseReferred,
    ReferralExplained,
    DecisionExplained,
    ConflictDeclared,
    TransferOffered,
    TransferExplained,
    TransferAccepted,
    TransferRefused,
    TransferWithdrawn,
    AccusedAdded,
    AgeCorrected,
    HearingDemanded,
    AccusedReleased,
    ContinuanceGranted,
    ContinuancePlaced,
    ContinuanceEnteredInError,
    NewTrialMoved,
    CrossAppealNoticed,
    ClockBegun,
    CountFiled,
    CountAgeCorrected,
    CountEnteredInError,
    CountSuperseded,
    CountCleared,
    StageEntered,
    HearingSet,
    HearingMoved,
    HearingHeld,
    HearingVacated,
    HearingPurposeStated,
    HearingOnClosedDay,
    HearingConcluded,
    CauseNumberEntered,
)

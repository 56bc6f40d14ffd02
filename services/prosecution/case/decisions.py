"""What may be done with a case as a whole. Pure: tables and time come in, events or a refusal go out."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.events.prosecution import CaseAccepted, CaseDeclined, CaseOpened
from contracts.jurisdictions import Charging, Jurisdiction, circuit_of, prosecutor_of
from contracts.language import Event, InvalidValue, Personal, Refused
from services.prosecution.case.events import (
    AccountKeptOut,
    CaseReferred,
    ConflictDeclared,
    DecisionExplained,
    ExclusionEnded,
    ReferralExplained,
)
from services.prosecution.case.state import Case


class CaseRefusal(StrEnum):
    """Why a command on a case is refused."""

    NAME_OFFICE = "name_the_office"
    REFERRED_ALREADY = "referred_already"
    HANDED_ON = "handed_on"
    DECIDED_ALREADY = "decided_already"
    NOT_ACCEPTED = "case_not_accepted"
    MINOR_NEVER_ACCUSED = "minor_never_accused"
    AGE_NOT_KNOWN = "age_not_known"
    OTHER_JURISDICTION = "other_jurisdiction"
    VICTIM_NOT_OF_CASE = "victim_not_of_case"
    NO_COUNT = "no_open_count"
    COUNT_CLOSED = "count_closed"
    STAGE = "stage_not_reached"
    OUTCOME_NEEDS_STAGE = "outcome_needs_its_stage"
    OUTCOME_RECORDED = "outcome_recorded_already"
    NO_HEARING_DUE = "no_preliminary_hearing_due"
    NO_TRIAL_CLOCK = "trial_clock_not_running"
    HEARING_CLOSED = "hearing_closed"
    OFFERED_ALREADY = "transfer_offered_already"
    NOT_OFFERED = "transfer_not_offered"
    OWN_OFFICE = "own_office"
    CASE_DECLINED = "case_declined"
    NO_CONVICTION = "no_conviction_stands"
    NO_JUDGMENT = "no_judgment_yet"
    NO_APPEAL = "no_appeal_yet"
    MOVED_ALREADY = "new_trial_moved_already"
    NOTHING_CHANGES = "nothing_changes"
    AS_CONTINUANCE = "enter_a_continuance"
    COURT_CLOSED = "court_closed_that_day"
    NOT_HELD = "hearing_not_held"
    NEXT_SET = "next_hearing_set_already"


def office_for(wanted: str | None, *, county: str, tribal_land: bool, tables: Jurisdiction, today: date) -> str:
    """The office named, or that of the county's circuit. Raises `InvalidValue` or `Refused`."""
    if wanted is not None:
        if circuit_of(tables, wanted) is None:
            raise InvalidValue("office", "Give the office that prosecutes in a circuit. Choose from the list.")
        return wanted
    if tribal_land:
        raise Refused(
            CaseRefusal.NAME_OFFICE,
            "It happened on tribal land, where federal and tribal courts may have the case. Name the office.",
        )
    if not county:
        raise Refused(CaseRefusal.NAME_OFFICE, "The county is not known yet. Ask for it, or name the office.")
    circuit = tables.county(county).placed("circuit", today)
    if not circuit.sure:
        raise Refused(
            CaseRefusal.NAME_OFFICE,
            "Which circuit this county is in now is not on file. Ask, and name the office.",
        )
    return prosecutor_of(tables, circuit.district, today)


def refer(
    case: Case, case_id: UUID, *, tip: UUID, person: UUID, office: str, kept_out: tuple[UUID, ...], note: str | None
) -> list[Event]:
    """Opens the case at an office, and again after it was declined."""
    if case.phase != "none" and case.office != office:
        raise Refused(CaseRefusal.HANDED_ON, "This office handed the matter on to another office. Refer it there.")
    if case.phase in {"referred", "accepted"}:
        raise has_it_already()
    # First of all, so that nobody who is kept out sees the case for a moment.
    events: list[Event] = [event for account in kept_out for event in keep_out(case, case_id, account)]
    if case.phase == "none":
        events.append(CaseOpened(case=case_id, tip=tip))
    events.append(CaseReferred(case=case_id, tip=tip, person=person, office=office, referral=case.referrals + 1))
    if note is not None:
        events.append(ReferralExplained(case=case_id, note=Personal(person=person, text=note)))
    return events


def has_it_already() -> Refused:
    """However it came there: by a referral, or from another office."""
    return Refused(CaseRefusal.REFERRED_ALREADY, "This office has the case already.")


def accept(case: Case, note: str | None) -> list[Event]:
    """The office prosecutes."""
    _undecided(case)
    return [CaseAccepted(case=case.case, tip=case.tip), *_explained(case, note)]


def decline(case: Case, reason: str, note: str | None, charging: Charging) -> list[Event]:
    """The office does not prosecute, for a reason of the list."""
    _undecided(case)
    if reason not in charging.reasons.decline:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.reasons.decline)}.")
    return [CaseDeclined(case=case.case, tip=case.tip, reason=reason), *_explained(case, note)]


def is_accepted(case: Case) -> None:
    """Raises `Refused` for a case the office does not prosecute, or not yet."""
    if case.phase != "accepted":
        raise Refused(CaseRefusal.NOT_ACCEPTED, "The office has not accepted this case. Accept it first.")


def keep_out(case: Case, case_id: UUID, account: UUID) -> list[Event]:
    """The account is out of this case for good; a second time changes nothing."""
    return [] if account in case.kept_out else [AccountKeptOut(case=case_id, account=account)]


def readmit(case: Case, account: UUID) -> list[Event]:
    """The account is not kept out by any tip any more."""
    return [ExclusionEnded(case=case.case, account=account)] if account in case.kept_out else []


def declare_conflict(case: Case, account: UUID, reason: str) -> list[Event]:
    """Someone of the office takes themselves out of the case, for good."""
    if account in case.kept_out:
        return []
    text = Personal(person=case.person, text=reason)
    return [ConflictDeclared(case=case.case, account=account, reason=text)]


def _undecided(case: Case) -> None:
    if case.phase != "referred":
        raise Refused(CaseRefusal.DECIDED_ALREADY, "The office has decided on this referral already.")


def _explained(case: Case, note: str | None) -> list[Event]:
    if note is None:
        return []
    return [DecisionExplained(case=case.case, note=Personal(person=case.person, text=note))]

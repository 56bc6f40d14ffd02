"""What happens to an evidence kit and stays in this service (and, sealed, with the auditors).

How long an unreported kit must be kept was not found on file, so nothing here ever ends one (C58; Miss. Code
99-51-1(1)(g): the definition V, the period U). A reported one is destroyed when somebody proposed it by a court's
order, a prosecutor assented, and whoever held it says that it was done: three events, of two people at least.
"""

from datetime import date, datetime
from typing import Annotated

from contracts.events.forensic_clinic import KIT_CONTRACT_EVENTS
from contracts.language import Code, Event, Flag, Locating, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Day = Annotated[date | None, classified("moment")]
"""As a paper has it, without an hour; None where no paper says it."""


class KitOpened(Event, frozen=True, kw_only=True):
    """A nurse opened a kit for an exam. `consent` is the patient's choice: reported or unreported.

    The number printed on the kit can lead to a case, so it is sealed. `clinic` is the nurse's agency.
    """

    NAME = "kit.opened"

    kit: Reference
    exam: Reference
    tip: Reference
    person: Reference
    clinic: Code
    nurse: Reference
    consent: Code
    number: Text
    opened_at: Moment


class KitBroughtIn(Event, frozen=True, kw_only=True):
    """A kit from before this record, as row `row` of a list of `agency` tells it: a legacy kit. Nobody opened it here.

    Whoever brought the list (`by`) answers for the kit from `brought_in_at` on. What was before is the paper's word:
    with the agency since the day `held_since`, collected by `collected_by` on the day `collected_on`, reported on the
    day `reported_on`. Empty is not on file. `stage` is clinic or law_enforcement. `consent` is reported, unreported or
    not_on_file. There is no tip: `tip` is the kit's own and names no case. `person` is known to nobody; the number on
    the box is sealed under their key.
    """

    NAME = "kit.brought_in"

    kit: Reference
    tip: Reference
    person: Reference
    file: Reference
    row: Measure
    by: Reference
    agency: Code
    stage: Code
    county: Locating
    number: Text
    held_since: Day
    collected_by: Code
    collected_on: Day
    consent: Code
    reported_on: Day
    brought_in_at: Moment


class KitSetAside(Event, frozen=True, kw_only=True):
    """Opened by mistake and never sealed: nothing of the exam is in it, and its number is free again."""

    NAME = "kit.set_aside"

    kit: Reference
    reason: Text


class KitSealed(Event, frozen=True, kw_only=True):
    """What was collected is counted, never described, and under seal. The nurse holds the kit."""

    NAME = "kit.sealed"

    kit: Reference
    items: Measure
    seal_number: Text
    sealed_by: Reference
    sealed_at: Moment


class KitResealed(Event, frozen=True, kw_only=True):
    """Whoever holds the kit opened it for their work and put a new seal on it."""

    NAME = "kit.resealed"

    kit: Reference
    seal_number: Text
    reason: Text
    sealed_by: Reference
    sealed_at: Moment


class KitReported(Event, frozen=True, kw_only=True):
    """The patient of an unreported kit chose to report. Its clocks run from `reported_at` (U)."""

    NAME = "kit.reported"

    kit: Reference
    reported_at: Moment


class PoliceCalled(Event, frozen=True, kw_only=True):
    """The clinic told law enforcement that a kit is ready."""

    NAME = "kit.police_called"

    kit: Reference
    agency: Code
    called_at: Moment
    spoke_with: Text


class CallCorrected(Event, frozen=True, kw_only=True):
    """The call was at another time than first entered. Both stay on record."""

    NAME = "kit.call_corrected"

    kit: Reference
    called_at: Moment
    reason: Text


class KitOffered(Event, frozen=True, kw_only=True):
    """Whoever holds the kit gives it out of hand: to whom and why. Both are answerable until it is taken.

    `handover` counts the offers of a kit. `account` is None where anyone of the agency with the role may take it.
    `seal` is what the giver says of it: whole or broken.
    """

    NAME = "kit.offered"

    kit: Reference
    handover: Measure
    by: Reference
    agency: Code
    role: Code
    account: Annotated[Reference | None, classified("reference")]
    purpose: Code
    seal: Code
    offered_at: Moment


class KitRecovered(Event, frozen=True, kw_only=True):
    """`holder` left with the kit still in their hand; `by`, of their agency, found it and offers it in their place.

    The exception to custody by both hands: of handover `handover` the giver's hand is missing. `place` is where the kit
    was found, and `reason` how it came to be there.
    """

    NAME = "kit.recovered"

    kit: Reference
    handover: Measure
    by: Reference
    agency: Code
    holder: Reference
    place: Text
    reason: Text
    recovered_at: Moment


class KitAccepted(Event, frozen=True, kw_only=True):
    """The receiver took the kit, in their own name. `stage` is clinic, law_enforcement or laboratory.

    `seal` is what the receiver found: whole, broken or other_number.
    """

    NAME = "kit.accepted"

    kit: Reference
    handover: Measure
    by: Reference
    agency: Code
    stage: Code
    seal: Code
    accepted_at: Moment


class KitRefused(Event, frozen=True, kw_only=True):
    """The receiver did not take the kit: it is with the giver as before."""

    NAME = "kit.refused"

    kit: Reference
    handover: Measure
    by: Reference
    reason: Text


class OfferWithdrawn(Event, frozen=True, kw_only=True):
    """The giver took the offer back before anyone answered."""

    NAME = "kit.offer_withdrawn"

    kit: Reference
    handover: Measure
    by: Reference
    reason: Text


class SealDoubted(Event, frozen=True, kw_only=True):
    """The seal is broken, or bears another number than is on record: who says so, and in what words.

    `side` is giver or receiver. It is never taken back; the other side is heard too.
    """

    NAME = "kit.seal_doubted"

    kit: Reference
    handover: Measure
    side: Code
    account: Reference
    seal: Code
    statement: Text


class StatementMade(Event, frozen=True, kw_only=True):
    """The other side of a handover says what it knows of the doubted seal."""

    NAME = "kit.statement_made"

    kit: Reference
    handover: Measure
    side: Code
    account: Reference
    statement: Text


class HandConfirmed(Event, frozen=True, kw_only=True):
    """What one side of a handover said of it beside the seal, in the same commit as its offer or acceptance.

    `side` is giver or receiver, `condition` intact, damaged or wet. `photograph` is the SHA-256 of a picture that side
    keeps (64 hexadecimal digits), empty where none was taken. What was not said is absent, and shows as a gap.
    """

    NAME = "kit.hand_confirmed"

    kit: Reference
    handover: Measure
    side: Code
    account: Reference
    condition: Code
    photograph: Code
    seal_number: Annotated[Personal | None, classified("personal")]
    place: Annotated[Personal | None, classified("personal")]


class ReceiptDenied(Event, frozen=True, kw_only=True):
    """Whoever was to receive the kit says that it never came to them; the refusal comes right after.

    Whoever offered it answers for it as before, and says where it is.
    """

    NAME = "kit.receipt_denied"

    kit: Reference
    handover: Measure
    by: Reference
    agency: Code


class KitTestBegun(Event, frozen=True, kw_only=True):
    """The laboratory that received the kit began to test it."""

    NAME = "kit.test_begun"

    kit: Reference
    begun_at: Moment


class ProfileUploaded(Event, frozen=True, kw_only=True):
    """That the laboratory entered a profile of the kit in CODIS, and when: never what it is, nor whether it matched."""

    NAME = "kit.profile_uploaded"

    kit: Reference
    uploaded_at: Moment


class OtherJurisdictionTold(Event, frozen=True, kw_only=True):
    """The reported kit belongs to another jurisdiction's case, and that one was told of it. Which is sealed."""

    NAME = "kit.other_jurisdiction_told"

    kit: Reference
    by_agency: Code
    jurisdiction: Text
    told_at: Moment


class DecisionProposed(Event, frozen=True, kw_only=True):
    """Somebody proposes that the kit is not tested (no_test) or is destroyed (destruction), to a prosecutor's `office`.

    `reason` is of the closed list in kits.json; `paper` names the order it rests on, where one is needed.
    """

    NAME = "kit.decision_proposed"

    kit: Reference
    number: Measure
    decision: Code
    reason: Code
    office: Code
    by: Reference
    agency: Code
    explanation: Text
    paper: Annotated[Personal | None, classified("personal")]


class DecisionAssented(Event, frozen=True, kw_only=True):
    """A prosecutor of the office, another than who proposed it, agreed."""

    NAME = "kit.decision_assented"

    kit: Reference
    number: Measure
    by: Reference
    agency: Code


class DecisionDenied(Event, frozen=True, kw_only=True):
    """A prosecutor of the office did not agree: the kit goes its way as before."""

    NAME = "kit.decision_denied"

    kit: Reference
    number: Measure
    by: Reference
    agency: Code
    reason: Text


class DecisionTakenBack(Event, frozen=True, kw_only=True):
    """What was proposed, or assented to and not carried out, holds no more."""

    NAME = "kit.decision_taken_back"

    kit: Reference
    number: Measure
    by: Reference
    agency: Code
    reason: Text


class KitDestroyed(Event, frozen=True, kw_only=True):
    """Whoever held the kit destroyed it, by the decision `number` that a prosecutor had assented to."""

    NAME = "kit.destroyed"

    kit: Reference
    number: Measure
    by: Reference
    agency: Code
    destroyed_at: Moment


class PaperFound(Event, frozen=True, kw_only=True):
    """Somebody found a paper that says what the patient of a legacy kit chose. It is the paper's word, with its days.

    `consent` is reported or unreported. `call` says of the clinic's call to law enforcement what the paper says of it:
    called, not_called or not_on_file; `police` is the agency called and `called_on` the day. `called_at` only where the
    paper has the hour; `runs` says that the law's periods held then, so that the pick-up runs from it while the kit
    waits at the clinic. `paper` is which paper it is and where it was found.
    """

    NAME = "kit.paper_found"

    kit: Reference
    number: Measure
    by: Reference
    agency: Code
    found_at: Moment
    consent: Code
    reported_on: Day
    call: Code
    police: Code
    called_on: Day
    called_at: Annotated[datetime | None, classified("moment")]
    runs: Flag
    paper: Text


class PaperTakenBack(Event, frozen=True, kw_only=True):
    """What paper `number` was read to say holds no more: the kit is again what its list says."""

    NAME = "kit.paper_taken_back"

    kit: Reference
    number: Measure
    by: Reference
    agency: Code
    reason: Text


KIT_EVENTS: tuple[type[Event], ...] = (
    *KIT_CONTRACT_EVENTS,
    KitOpened,
    KitBroughtIn,
    KitSetAside,
    KitSealed,
    KitResealed,
    KitReported,
    PoliceCalled,
    CallCorrected,
    KitOffered,
    KitRecovered,
    KitAccepted,
    KitRefused,
    OfferWithdrawn,
    SealDoubted,
    StatementMade,
    HandConfirmed,
    ReceiptDenied,
    KitTestBegun,
    ProfileUploaded,
    OtherJurisdictionTold,
    DecisionProposed,
    DecisionAssented,
    DecisionDenied,
    DecisionTakenBack,
    KitDestroyed,
    PaperFound,
    PaperTakenBack,
)

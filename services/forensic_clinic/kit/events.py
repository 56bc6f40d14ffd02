"""What happens to an evidence kit and stays in this service (and, sealed, with the auditors).

There is no event of a kit's destruction, and no command for it: how long an unreported kit must be kept was not found
on file, so nothing here ever ends one (C58; Miss. Code 99-51-1(1)(g): the definition V, the period U).
"""

from typing import Annotated

from contracts.events.forensic_clinic import KIT_CONTRACT_EVENTS
from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


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


KIT_EVENTS: tuple[type[Event], ...] = (
    *KIT_CONTRACT_EVENTS,
    KitOpened,
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
)

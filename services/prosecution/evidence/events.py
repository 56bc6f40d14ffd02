"""What happens with the evidence of a case. It stays in this service (and, sealed, with the auditors).

Evidence is held by reference: what it shows, what is in it, and what a laboratory found is in no event.
"""

from typing import Annotated

from contracts.language import Code, Event, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
References = Annotated[tuple[Reference, ...], classified("reference")]
Codes = Annotated[tuple[str, ...], classified("code")]


class EvidenceListed(Event, frozen=True, kw_only=True):
    """There is such evidence. `kit` is the clinic's reference of one; `kept_by` an agency, empty where not on file.

    `locator` says where it is found there: a file's number, a shelf.
    """

    NAME = "evidence.listed"

    case: Reference
    item: Reference
    kind: Code
    kit: Reference | None
    kept_by: Code
    locator: Text | None


class EvidenceEnded(Event, frozen=True, kw_only=True):
    """It supports nothing any more. `reason` is of a closed list."""

    NAME = "evidence.ended"

    case: Reference
    item: Reference
    reason: Code


class SupportStated(Event, frozen=True, kw_only=True):
    """The item supports this element of the count, as the prosecutor judges."""

    NAME = "evidence.support_stated"

    case: Reference
    count: Reference
    element: Code
    item: Reference


class SupportEnded(Event, frozen=True, kw_only=True):
    """It does not support it after all."""

    NAME = "evidence.support_ended"

    case: Reference
    count: Reference
    element: Code
    item: Reference
    reason: Code


class GapsAcknowledged(Event, frozen=True, kw_only=True):
    """Before this outcome was recorded of the count, its elements without support were shown, and seen."""

    NAME = "evidence.gaps_acknowledged"

    case: Reference
    count: Reference
    outcome: Code
    elements: Codes


class DiscoveryGiven(Event, frozen=True, kw_only=True):
    """These items were disclosed in the matter of an accused."""

    NAME = "evidence.discovery_given"

    case: Reference
    giving: Reference
    accused: Reference
    items: References
    recipient: Code
    way: Code
    given_at: Moment


class DiscoveryEnteredInError(Event, frozen=True, kw_only=True):
    """That disclosure holds no more: its items count as not given by it."""

    NAME = "evidence.discovery_entered_in_error"

    case: Reference
    giving: Reference
    reason: Code


class LaboratoryAsked(Event, frozen=True, kw_only=True):
    """A laboratory was asked to examine an item."""

    NAME = "evidence.laboratory_asked"

    case: Reference
    request: Reference
    item: Reference
    laboratory: Code
    test: Code
    asked_at: Moment


class LaboratoryAnswered(Event, frozen=True, kw_only=True):
    """What became of the request. `report` is the item under which a report is listed; what it says is kept nowhere."""

    NAME = "evidence.laboratory_answered"

    case: Reference
    request: Reference
    answer: Code
    report: Reference | None
    answered_at: Moment


class LaboratoryRequestEnded(Event, frozen=True, kw_only=True):
    """No answer is waited for any more."""

    NAME = "evidence.laboratory_request_ended"

    case: Reference
    request: Reference
    reason: Code


EVIDENCE_EVENTS: tuple[type[Event], ...] = (
    EvidenceListed,
    EvidenceEnded,
    SupportStated,
    SupportEnded,
    GapsAcknowledged,
    DiscoveryGiven,
    DiscoveryEnteredInError,
    LaboratoryAsked,
    LaboratoryAnswered,
    LaboratoryRequestEnded,
)

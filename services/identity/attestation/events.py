"""What happens each quarter to an agency's accounts. One stream for each quarter of each agency."""

from typing import Annotated
from uuid import UUID

from contracts.language import Code, Event, Measure, Moment, Reference, classified

References = Annotated[tuple[UUID, ...], classified("reference")]


class AttestationBegun(Event, frozen=True, kw_only=True):
    """A quarter of an agency's taking part began. At its end, every account it was asked about is answered for."""

    NAME = "attestation.begun"

    attestation: Reference
    agency: Code
    quarter: Measure
    due_at: Moment


class AttestationAsked(Event, frozen=True, kw_only=True):
    """At the first warning the agency's administrators were asked about every account open then."""

    NAME = "attestation.asked"

    attestation: Reference
    agency: Code
    accounts: References


class AttestationAnswered(Event, frozen=True, kw_only=True):
    """Of one account it was said that the person still works there, or it was closed."""

    NAME = "attestation.answered"

    attestation: Reference
    account: Reference
    answer: Code


class AttestationEnded(Event, frozen=True, kw_only=True):
    """The quarter is over. So many accounts nobody had answered for were suspended; the next quarter began."""

    NAME = "attestation.ended"

    attestation: Reference
    agency: Code
    suspended: Measure


ATTESTATION_EVENTS: tuple[type[Event], ...] = (
    AttestationBegun,
    AttestationAsked,
    AttestationAnswered,
    AttestationEnded,
)

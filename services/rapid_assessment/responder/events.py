"""What happens to a responder: someone who may hold a seat of a team.

What happens to an account counts here whether it is a responder's already or not: who left cannot be registered later.
"""

from typing import Annotated

from contracts.language import Code, Event, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class ResponderRegistered(Event, frozen=True, kw_only=True):
    """An account may from now on be proposed for seats, once its credentials are on file."""

    NAME = "responder.registered"

    account: Reference
    agency: Code


class CredentialRecorded(Event, frozen=True, kw_only=True):
    """A certificate was seen: of what kind, from whom, and valid between two moments."""

    NAME = "responder.credential_recorded"

    account: Reference
    kind: Code
    issuer: Code
    valid_from: Moment
    valid_until: Moment


class CredentialWithdrawn(Event, frozen=True, kw_only=True):
    """The issuer took a certificate back."""

    NAME = "responder.credential_withdrawn"

    account: Reference
    kind: Code
    issuer: Code
    withdrawn_at: Moment


class AvailabilityStated(Event, frozen=True, kw_only=True):
    """When the responder can be called. The latest statement replaces the earlier ones."""

    NAME = "responder.availability_stated"

    account: Reference
    since: Moment
    until: Moment


class AvailabilityWithdrawn(Event, frozen=True, kw_only=True):
    """From this moment the responder can be called no more, until they state another time."""

    NAME = "responder.availability_withdrawn"

    account: Reference


class AddressStated(Event, frozen=True, kw_only=True):
    """Where the responder is told that something waits for their answer. It replaces an earlier one."""

    NAME = "responder.address_stated"

    account: Reference
    kind: Code
    address: Text


class AddressWithdrawn(Event, frozen=True, kw_only=True):
    """The responder is told nowhere but on their page, until they state an address again."""

    NAME = "responder.address_withdrawn"

    account: Reference


class ResponderLeft(Event, frozen=True, kw_only=True):
    """The account was closed: no certificate of it fills a seat any more, and nobody is told anything there.

    It is not registered later, either.
    """

    NAME = "responder.left"

    account: Reference


class ResponderSuspended(Event, frozen=True, kw_only=True):
    """The account was suspended: until it is back no certificate of it fills a seat, and nobody is told there."""

    NAME = "responder.suspended"

    account: Reference


class ResponderBack(Event, frozen=True, kw_only=True):
    """The account was confirmed after all: certificates, stated hours and address count as they stand."""

    NAME = "responder.back"

    account: Reference


class ResponderRoleRemoved(Event, frozen=True, kw_only=True):
    """The account holds the role of a seat no more: no certificate for that seat counts until it is granted again."""

    NAME = "responder.role_removed"

    account: Reference
    role: Code


class ResponderRoleGranted(Event, frozen=True, kw_only=True):
    """The account holds the role of a seat again: certificates for that seat count as they stand."""

    NAME = "responder.role_granted"

    account: Reference
    role: Code


RESPONDER_EVENTS: tuple[type[Event], ...] = (
    ResponderRegistered,
    CredentialRecorded,
    CredentialWithdrawn,
    AvailabilityStated,
    AvailabilityWithdrawn,
    AddressStated,
    AddressWithdrawn,
    ResponderLeft,
    ResponderSuspended,
    ResponderBack,
    ResponderRoleRemoved,
    ResponderRoleGranted,
)

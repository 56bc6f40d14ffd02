"""What happens to a responder: someone who may hold a seat of a team.

What happens to an account counts here whether it is a responder's already or not: who left cannot be registered later.
"""

from typing import Annotated

import msgspec

from contracts.language import Code, Event, Flag, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Codes = Annotated[tuple[str, ...], classified("code")]
Numbers = Annotated[tuple[int, ...], classified("measure")]


class ResponderRegistered(Event, frozen=True, kw_only=True):
    """An account may from now on be proposed for seats, once its credentials are on file."""

    NAME = "responder.registered"

    account: Reference
    agency: Code


class ResponderDescribed(Event, frozen=True, kw_only=True):
    """Where they serve, of which task force they are, and what they speak. The latest word replaces the earlier ones.

    `task_force` is empty for somebody who is of none; `circuits` are circuit court districts.
    """

    NAME = "responder.described"

    account: Reference
    task_force: Code
    rapid_response: Flag
    counties: Codes
    circuits: Numbers
    statewide: Flag
    languages: Codes


class Trained(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many hours somebody was trained in one part."""

    part: Code
    hours: Measure


Training = Annotated[tuple[Trained, ...], classified("measure")]


class CredentialGranted(Event, frozen=True, kw_only=True):
    """The issuer certified somebody between two moments, on this training and background check where it asks for them.

    `credential` names the certificate when it is renewed or revoked.
    """

    NAME = "responder.credential_granted"

    account: Reference
    credential: Reference
    kind: Code
    issuer: Code
    valid_from: Moment
    valid_until: Moment
    training: Training
    background_checked_at: Moment | None


class CredentialRenewed(Event, frozen=True, kw_only=True):
    """The issuer certified for a further time. What was valid before stays true of that time."""

    NAME = "responder.credential_renewed"

    account: Reference
    credential: Reference
    kind: Code
    issuer: Code
    valid_from: Moment
    valid_until: Moment
    background_checked_at: Moment | None


class CredentialRevoked(Event, frozen=True, kw_only=True):
    """The issuer took it back: from that moment on it fills no seat."""

    NAME = "responder.credential_revoked"

    account: Reference
    credential: Reference
    kind: Code
    issuer: Code
    revoked_at: Moment
    reason: Text


class CredentialRecorded(Event, frozen=True, kw_only=True):
    """A coordinator saw a certificate, before issuers recorded theirs themselves."""

    NAME = "responder.credential_recorded"

    account: Reference
    kind: Code
    issuer: Code
    valid_from: Moment
    valid_until: Moment


class CredentialWithdrawn(Event, frozen=True, kw_only=True):
    """A coordinator recorded that certificates of a kind and issuer were taken back, as above."""

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


class LeaveStated(Event, frozen=True, kw_only=True):
    """Between these moments the responder is not called, whatever a rota or they themselves said before."""

    NAME = "responder.leave_stated"

    account: Reference
    since: Moment
    until: Moment


class LeaveWithdrawn(Event, frozen=True, kw_only=True):
    """Between these moments the responder is not on leave after all."""

    NAME = "responder.leave_withdrawn"

    account: Reference
    since: Moment
    until: Moment


class ChannelStated(Event, frozen=True, kw_only=True):
    """A way to reach the responder, by their own word: one of a kind, which replaces an earlier one of that kind.

    It is not proven by being stated.
    """

    NAME = "responder.channel_stated"

    account: Reference
    kind: Code
    address: Text


class ChannelWithdrawn(Event, frozen=True, kw_only=True):
    """The responder is not reached this way any more."""

    NAME = "responder.channel_withdrawn"

    account: Reference
    kind: Code


class ProofAsked(Event, frozen=True, kw_only=True):
    """A code goes out by the channel; typed back before `until` it proves that the channel works.

    The code is nowhere: it is a keyed digest of `proof`.
    """

    NAME = "responder.proof_asked"

    account: Reference
    proof: Reference
    kind: Code
    asked_at: Moment
    until: Moment


class ProofFailed(Event, frozen=True, kw_only=True):
    """Another code was typed. `left` is how often it may still be tried."""

    NAME = "responder.proof_failed"

    account: Reference
    proof: Reference
    kind: Code
    left: Measure


class ChannelProven(Event, frozen=True, kw_only=True):
    """The code that was sent by this channel came back: at that moment it worked."""

    NAME = "responder.channel_proven"

    account: Reference
    proof: Reference
    kind: Code
    proven_at: Moment


class ProofSent(Event, frozen=True, kw_only=True):
    """The carrier took the code. On a stream of its own: nobody's page goes stale by it."""

    NAME = "responder.proof_sent"

    account: Reference
    proof: Reference
    kind: Code


class ProofNotSent(Event, frozen=True, kw_only=True):
    """No carrier took the code, or the operator has set none up for this kind."""

    NAME = "responder.proof_not_sent"

    account: Reference
    proof: Reference
    kind: Code


class AddressStated(Event, frozen=True, kw_only=True):
    """Where the responder was told that something waits, before there were channels. It replaced an earlier one."""

    NAME = "responder.address_stated"

    account: Reference
    kind: Code
    address: Text


class AddressWithdrawn(Event, frozen=True, kw_only=True):
    """The responder was told nowhere but on their page, as above."""

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
    ResponderDescribed,
    CredentialGranted,
    CredentialRenewed,
    CredentialRevoked,
    CredentialRecorded,
    CredentialWithdrawn,
    AvailabilityStated,
    AvailabilityWithdrawn,
    LeaveStated,
    LeaveWithdrawn,
    ChannelStated,
    ChannelWithdrawn,
    ProofAsked,
    ProofFailed,
    ChannelProven,
    ProofSent,
    ProofNotSent,
    AddressStated,
    AddressWithdrawn,
    ResponderLeft,
    ResponderSuspended,
    ResponderBack,
    ResponderRoleRemoved,
    ResponderRoleGranted,
)

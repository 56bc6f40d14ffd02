"""What happens to a forensic nurse (SANE): someone who may examine, when certified and available.

What happens to an account counts here whether it is a nurse's already or not: who left cannot be registered later.
"""

from contracts.language import Code, Event, Flag, Moment, Reference


class NurseRegistered(Event, frozen=True, kw_only=True):
    """An account may from now on be booked for exams of its clinic, once certified and available."""

    NAME = "nurse.registered"

    account: Reference
    clinic: Code


class NurseCertified(Event, frozen=True, kw_only=True):
    """A certificate was seen: of what kind, from whom, and valid between two moments."""

    NAME = "nurse.certified"

    account: Reference
    certificate: Code
    issuer: Code
    valid_from: Moment
    valid_until: Moment


class NurseCertificateWithdrawn(Event, frozen=True, kw_only=True):
    """The issuer took a certificate back."""

    NAME = "nurse.certificate_withdrawn"

    account: Reference
    certificate: Code
    issuer: Code
    withdrawn_at: Moment


class NurseAvailable(Event, frozen=True, kw_only=True):
    """A period in which the nurse can be booked; periods add up."""

    NAME = "nurse.available"

    account: Reference
    since: Moment
    until: Moment


class NurseNotAvailable(Event, frozen=True, kw_only=True):
    """Availability between these moments was taken back."""

    NAME = "nurse.not_available"

    account: Reference
    since: Moment
    until: Moment


class NurseLeft(Event, frozen=True, kw_only=True):
    """The account was closed: nothing is booked after `left_at`. What was done before can still be typed in."""

    NAME = "nurse.left"

    account: Reference
    left_at: Moment


class NurseSuspended(Event, frozen=True, kw_only=True):
    """The account was suspended: nothing is booked after `since` until it is back. What is booked stays."""

    NAME = "nurse.suspended"

    account: Reference
    since: Moment


class NurseBack(Event, frozen=True, kw_only=True):
    """The account was confirmed after all: certificates and stated hours count as they stand."""

    NAME = "nurse.back"

    account: Reference


class NurseRoleRemoved(Event, frozen=True, kw_only=True):
    """The account is no nurse's any more: nothing is booked after `since` until the role is granted again."""

    NAME = "nurse.role_removed"

    account: Reference
    since: Moment


class NurseRoleGranted(Event, frozen=True, kw_only=True):
    """The account is a nurse's again: certificates and stated hours count as they stand."""

    NAME = "nurse.role_granted"

    account: Reference


class NurseFellIll(Event, frozen=True, kw_only=True):
    """She cannot come between these moments: what is planned then is given up with it, and nothing is planned."""

    NAME = "nurse.fell_ill"

    account: Reference
    since: Moment
    until: Moment


class NurseSupportsStated(Event, frozen=True, kw_only=True):
    """Whether she supports exams elsewhere from afar, by video (teleSANE)."""

    NAME = "nurse.supports_stated"

    account: Reference
    from_afar: Flag


NURSE_EVENTS: tuple[type[Event], ...] = (
    NurseRegistered,
    NurseCertified,
    NurseCertificateWithdrawn,
    NurseAvailable,
    NurseNotAvailable,
    NurseLeft,
    NurseSuspended,
    NurseBack,
    NurseRoleRemoved,
    NurseRoleGranted,
    NurseFellIll,
    NurseSupportsStated,
)

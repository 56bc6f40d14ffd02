"""What happens to a forensic nurse (SANE): someone who may examine, when certified and available."""

from contracts.language import Code, Event, Moment, Reference


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


NURSE_EVENTS: tuple[type[Event], ...] = (
    NurseRegistered,
    NurseCertified,
    NurseCertificateWithdrawn,
    NurseAvailable,
    NurseNotAvailable,
)

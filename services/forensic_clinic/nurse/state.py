"""A nurse as the events tell it."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import EARLIEST, Event
from contracts.periods import Period, common, joined, without
from services.forensic_clinic.nurse.events import (
    NurseAvailable,
    NurseBack,
    NurseCertificateWithdrawn,
    NurseCertified,
    NurseFellIll,
    NurseLeft,
    NurseNotAvailable,
    NurseRegistered,
    NurseRoleGranted,
    NurseRoleRemoved,
    NurseSupportsStated,
    NurseSuspended,
)


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """Valid from the first moment, and before the last."""

    certificate: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Nurse(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is all that was stated and not taken back, apart from one another and in order.

    The three moments say since when the account is closed, suspended, or without the role of a nurse. `telehealth`: she
    supports exams elsewhere from afar.
    """

    account: UUID = UUID(int=0)
    clinic: str = ""
    certificates: tuple[Certificate, ...] = ()
    available: tuple[Period, ...] = ()
    left_at: datetime | None = None
    suspended_since: datetime | None = None
    no_nurse_since: datetime | None = None
    telehealth: bool = False

    @property
    def registered(self) -> bool:
        """Of an account that is no nurse's it may be known all the same that it was closed."""
        return self.clinic != ""

    @property
    def works_until(self) -> datetime | None:
        """From when on nothing is booked with her; None while nothing says so."""
        ends = (self.left_at, self.suspended_since, self.no_nurse_since)
        return min((each for each in ends if each is not None), default=None)

    @property
    def free(self) -> tuple[Period, ...]:
        """When she said to be available, while she works."""
        if self.works_until is None:
            return self.available
        return common(self.available, [Period(EARLIEST, self.works_until)])


def evolve(nurse: Nurse, event: Event) -> Nurse:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case NurseRegistered():
            return change(nurse, account=event.account, clinic=event.clinic)
        case NurseCertified():
            new = Certificate(
                certificate=event.certificate,
                issuer=event.issuer,
                valid_from=event.valid_from,
                valid_until=event.valid_until,
            )
            return change(nurse, certificates=(*nurse.certificates, new))
        case NurseCertificateWithdrawn():
            return change(nurse, certificates=tuple(_ended(each, event) for each in nurse.certificates))
        case NurseAvailable():
            return change(nurse, available=joined((*nurse.available, Period(event.since, event.until))))
        case NurseSupportsStated():
            return change(nurse, telehealth=event.from_afar)
        case NurseNotAvailable() | NurseFellIll():
            return change(nurse, available=without(nurse.available, Period(event.since, event.until)))
        case NurseLeft():
            return change(nurse, left_at=event.left_at)
        case NurseSuspended():
            return change(nurse, suspended_since=event.since)
        case NurseBack():
            return change(nurse, suspended_since=None)
        case NurseRoleRemoved():
            return change(nurse, no_nurse_since=event.since)
        case NurseRoleGranted():
            return change(nurse, no_nurse_since=None)
        case _:
            return nurse


def _ended(certificate: Certificate, event: NurseCertificateWithdrawn) -> Certificate:
    """What was valid before the withdrawal stays true of that time."""
    if (certificate.certificate, certificate.issuer) != (event.certificate, event.issuer):
        return certificate
    return msgspec.structs.replace(certificate, valid_until=min(certificate.valid_until, event.withdrawn_at))

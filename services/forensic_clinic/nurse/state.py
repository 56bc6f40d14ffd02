"""A nurse as the events tell it."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from contracts.periods import Period, joined, without
from services.forensic_clinic.nurse.events import (
    NurseAvailable,
    NurseCertificateWithdrawn,
    NurseCertified,
    NurseNotAvailable,
    NurseRegistered,
)


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """Valid from the first moment, and before the last."""

    certificate: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Nurse(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is all that was stated and not taken back, apart from one another and in order."""

    account: UUID = UUID(int=0)
    clinic: str = ""
    certificates: tuple[Certificate, ...] = ()
    available: tuple[Period, ...] = ()


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
        case NurseNotAvailable():
            return change(nurse, available=without(nurse.available, Period(event.since, event.until)))
        case _:
            return nurse


def _ended(certificate: Certificate, event: NurseCertificateWithdrawn) -> Certificate:
    """What was valid before the withdrawal stays true of that time."""
    if (certificate.certificate, certificate.issuer) != (event.certificate, event.issuer):
        return certificate
    return msgspec.structs.replace(certificate, valid_until=min(certificate.valid_until, event.withdrawn_at))

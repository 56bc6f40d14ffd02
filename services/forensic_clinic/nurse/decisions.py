"""What may be recorded of a nurse. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import LOCAL, Jurisdiction
from contracts.language import Event, InvalidValue, Refused, not_in_future
from contracts.periods import Span, common, validity
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
from services.forensic_clinic.nurse.state import Nurse

EXAMINES = "forensic_exam"
LONGEST = timedelta(days=31)


class NurseRefusal(StrEnum):
    """Why a command on a nurse is refused."""

    REGISTERED_ALREADY = "registered_already"
    HAS_LEFT = "has_left"
    NO_SUCH_CERTIFICATE = "no_such_certificate"
    NOT_AVAILABLE = "nurse_hours_not_stated"
    BOOKED = "booked"


class RegisterNurse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`account` is the account's reference in the identity service, `clinic` an agency that examines."""

    account: UUID
    clinic: str


class RecordCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Valid from the start of the first day to the end of the last, Central time."""

    certificate: str
    issuer: str
    valid_from: date
    valid_until: date


class WithdrawCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `withdrawn_at` on nobody is examined on this certificate."""

    certificate: str
    issuer: str
    withdrawn_at: Annotated[datetime, msgspec.Meta(tz=True)]


def register(nurse: Nurse, command: RegisterNurse, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for an agency that does no exams, `Refused` for someone registered or who has left."""
    if nurse.left_at is not None:
        raise Refused(NurseRefusal.HAS_LEFT, "This account is closed: the person left. Register another account.")
    if nurse.registered:
        raise Refused(NurseRefusal.REGISTERED_ALREADY, "This account is registered as a nurse already.")
    clinic = jurisdiction.agencies.get(command.clinic)
    if clinic is None or clinic.workflow_role != EXAMINES:
        raise InvalidValue("clinic", "No such clinic is on file. Choose an agency that does forensic exams.")
    return [NurseRegistered(account=command.account, clinic=command.clinic)]


def record_certificate(nurse: Nurse, command: RecordCertificate, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for a kind or an issuer that the jurisdiction does not know."""
    known = jurisdiction.exams.certificate(command.certificate)
    if known is None:
        names = ", ".join(each.certificate for each in jurisdiction.exams.certificates)
        raise InvalidValue("certificate", f"No such certificate. Choose one of: {names}.")
    if command.issuer not in known.issuers:
        raise InvalidValue("issuer", f"This certificate is issued by {' or '.join(known.issuers)}.")
    valid = validity(command.valid_from, command.valid_until, LOCAL)
    return [
        NurseCertified(
            account=nurse.account,
            certificate=command.certificate,
            issuer=command.issuer,
            valid_from=valid.since,
            valid_until=valid.until,
        )
    ]


def withdraw_certificate(nurse: Nurse, command: WithdrawCertificate, now: datetime) -> list[Event]:
    """Raises `Refused` when no such certificate is on file."""
    not_in_future("withdrawn_at", command.withdrawn_at, now)
    if (command.certificate, command.issuer) not in {(each.certificate, each.issuer) for each in nurse.certificates}:
        raise Refused(NurseRefusal.NO_SUCH_CERTIFICATE, "No such certificate is on file for this nurse.")
    return [
        NurseCertificateWithdrawn(
            account=nurse.account,
            certificate=command.certificate,
            issuer=command.issuer,
            withdrawn_at=command.withdrawn_at,
        )
    ]


def state_availability(nurse: Nurse, span: Span) -> list[Event]:
    """Raises `InvalidValue` for a span that cannot be right."""
    period = span.period(LONGEST)
    return [NurseAvailable(account=nurse.account, since=period.since, until=period.until)]


def withdraw_availability(nurse: Nurse, span: Span, *, booked: bool) -> list[Event]:
    """`booked` says whether an exam is held or booked with the nurse at any moment of it.

    Raises `Refused`: a patient must not wait for a nurse who does not come.
    """
    period = span.period(LONGEST)
    if not common(nurse.available, [period]):
        raise Refused(NurseRefusal.NOT_AVAILABLE, "The nurse stated no hours in this time.")
    if booked:
        raise Refused(NurseRefusal.BOOKED, "An exam is held or booked in this time. Release or move it first.")
    return [NurseNotAvailable(account=nurse.account, since=period.since, until=period.until)]


def fall_ill(nurse: Nurse, span: Span) -> list[Event]:
    """Also for hours she never stated: nothing is planned with her then. Raises `InvalidValue`."""
    period = span.period(LONGEST)
    return [NurseFellIll(account=nurse.account, since=period.since, until=period.until)]


def state_support(nurse: Nurse, *, from_afar: bool) -> list[Event]:
    """Nothing where that is known."""
    return [] if nurse.telehealth == from_afar else [NurseSupportsStated(account=nurse.account, from_afar=from_afar)]


def leave(nurse: Nurse, account: UUID, left_at: datetime) -> list[Event]:
    """The account was closed. Noted of every account, once: who is no nurse now is never made one."""
    return [] if nurse.left_at is not None else [NurseLeft(account=account, left_at=left_at)]


def suspend(nurse: Nurse, account: UUID, since: datetime) -> list[Event]:
    """The account was suspended. Nothing for somebody who has left, or is suspended."""
    gone = nurse.left_at is not None or nurse.suspended_since is not None
    return [] if gone else [NurseSuspended(account=account, since=since)]


def come_back(nurse: Nurse, account: UUID) -> list[Event]:
    """The account was confirmed. Nothing for somebody who was not suspended, or has left meanwhile."""
    return [NurseBack(account=account)] if nurse.suspended_since is not None and nurse.left_at is None else []


def lose_role(nurse: Nurse, account: UUID, since: datetime) -> list[Event]:
    """The account is no nurse's any more. Nothing where that is known."""
    return [] if nurse.no_nurse_since is not None else [NurseRoleRemoved(account=account, since=since)]


def regain_role(nurse: Nurse, account: UUID) -> list[Event]:
    """The account is a nurse's again. Nothing for one that always was."""
    return [] if nurse.no_nurse_since is None else [NurseRoleGranted(account=account)]

"""What may be recorded of a responder. Pure."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.rapid_assessment.responder.events import (
    AvailabilityStated,
    CredentialRecorded,
    CredentialWithdrawn,
    ResponderRegistered,
)
from services.rapid_assessment.responder.state import Responder

ZONE = "America/Chicago"
# Days outside these years are slips of the keyboard, and the ends of the calendar cannot be reckoned with.
YEARS = range(1950, 2200)


class ResponderRefusal(StrEnum):
    """Why a command on a responder is refused."""

    REGISTERED_ALREADY = "registered_already"
    NO_SUCH_CREDENTIAL = "no_such_credential"


class RegisterResponder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`account` is the account's reference in the identity service."""

    account: UUID
    agency: str


class RecordCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Valid from the start of the first day to the end of the last, Central time."""

    kind: str
    issuer: str
    valid_from: date
    valid_until: date


class WithdrawCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `withdrawn_at` on the certificate fills no seat."""

    kind: str
    issuer: str
    withdrawn_at: Annotated[datetime, msgspec.Meta(tz=True)]


class StateAvailability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when until when the responder can be called."""

    since: Annotated[datetime, msgspec.Meta(tz=True)]
    until: Annotated[datetime, msgspec.Meta(tz=True)]


def register(responder: Responder, command: RegisterResponder, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for an agency that is not on file, `Refused` for someone registered."""
    if responder.agency:
        raise Refused(ResponderRefusal.REGISTERED_ALREADY, "This account is registered as a responder already.")
    if command.agency not in jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list.")
    return [ResponderRegistered(account=command.account, agency=command.agency)]


def record_credential(responder: Responder, command: RecordCredential, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for a kind or an issuer that the jurisdiction does not know."""
    kind = jurisdiction.credentials.get(command.kind)
    if kind is None:
        known = ", ".join(sorted(jurisdiction.credentials))
        raise InvalidValue("kind", f"No such credential. Choose one of: {known}.")
    if command.issuer not in kind.issuers:
        raise InvalidValue("issuer", f"This credential is issued by {' or '.join(kind.issuers)}.")
    for field, day in (("valid_from", command.valid_from), ("valid_until", command.valid_until)):
        if day.year not in YEARS:
            raise InvalidValue(field, f"Give a day between {YEARS[0]} and {YEARS[-1]}. Check the year.")
    if command.valid_until < command.valid_from:
        raise InvalidValue("valid_until", "The last day is before the first day.")
    return [
        CredentialRecorded(
            account=responder.account,
            kind=command.kind,
            issuer=command.issuer,
            valid_from=_start_of(command.valid_from),
            valid_until=_start_of(command.valid_until + timedelta(days=1)),
        )
    ]


def withdraw_credential(responder: Responder, command: WithdrawCredential, now: datetime) -> list[Event]:
    """Raises `Refused` when no such credential is on file."""
    not_in_future("withdrawn_at", command.withdrawn_at, now)
    if (command.kind, command.issuer) not in {(each.kind, each.issuer) for each in responder.credentials}:
        raise Refused(ResponderRefusal.NO_SUCH_CREDENTIAL, "No such credential is on file for this responder.")
    return [
        CredentialWithdrawn(
            account=responder.account,
            kind=command.kind,
            issuer=command.issuer,
            withdrawn_at=command.withdrawn_at,
        )
    ]


def state_availability(responder: Responder, command: StateAvailability) -> list[Event]:
    """Raises `InvalidValue` when it ends before it begins."""
    if command.until <= command.since:
        raise InvalidValue("until", "The end must be later than the beginning.")
    return [AvailabilityStated(account=responder.account, since=command.since, until=command.until)]


def _start_of(day: date) -> datetime:
    """Midnight in Central time."""
    return datetime.combine(day, time(), ZoneInfo(ZONE))

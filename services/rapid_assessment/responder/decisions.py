"""What may be recorded of a responder. Pure."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from contracts.periods import validity
from services.rapid_assessment.responder.events import (
    AddressStated,
    AddressWithdrawn,
    AvailabilityStated,
    AvailabilityWithdrawn,
    CredentialRecorded,
    CredentialWithdrawn,
    ResponderBack,
    ResponderLeft,
    ResponderRegistered,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)
from services.rapid_assessment.responder.state import Responder

# An address as people write one; whether somebody reads there only they know.
ADDRESSES = {
    "email": re.compile(r"[^@\s<>\"'`|;,\x00-\x1f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
    "telephone": re.compile(r"\+?[0-9][0-9 ().-]{6,24}[0-9]"),
}
CENTRAL = ZoneInfo("America/Chicago")


class ResponderRefusal(StrEnum):
    """Why a command on a responder is refused."""

    REGISTERED_ALREADY = "registered_already"
    HAS_LEFT = "has_left"
    NO_SUCH_CREDENTIAL = "no_such_credential"
    NOT_AVAILABLE = "no_availability_stated"
    NO_ADDRESS = "no_address_stated"


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


class StateAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the responder is told that something waits: `email` or `telephone`."""

    kind: str
    address: Annotated[str, msgspec.Meta(max_length=254)]


def register(responder: Responder, command: RegisterResponder, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for an agency that is not on file, `Refused` for someone registered or who has left."""
    if responder.left:
        raise Refused(ResponderRefusal.HAS_LEFT, "This account is closed: the person left. Register another account.")
    if responder.registered:
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
    valid = validity(command.valid_from, command.valid_until, CENTRAL)
    return [
        CredentialRecorded(
            account=responder.account,
            kind=command.kind,
            issuer=command.issuer,
            valid_from=valid.since,
            valid_until=valid.until,
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


def withdraw_availability(responder: Responder, now: datetime) -> list[Event]:
    """Raises `Refused` where no time is stated that is still to come or goes on."""
    if responder.available is None or responder.available[1] <= now:
        raise Refused(ResponderRefusal.NOT_AVAILABLE, "No time is stated in which this responder can be called.")
    return [AvailabilityWithdrawn(account=responder.account)]


def state_address(responder: Responder, command: StateAddress) -> list[Event]:
    """Raises `InvalidValue` for a kind there is not, and for what is no address of that kind."""
    form = ADDRESSES.get(command.kind)
    if form is None:
        raise InvalidValue("kind", f"Choose one of: {', '.join(ADDRESSES)}.")
    written = command.address.strip()
    if not form.fullmatch(written):
        raise InvalidValue("address", "This is no such address. Write it whole, as name@agency.gov or 601 555 0100.")
    meant = written if command.kind == "email" else "".join(each for each in written if each.isdigit() or each == "+")
    text = Personal(person=responder.account, text=meant)
    return [AddressStated(account=responder.account, kind=command.kind, address=text)]


def withdraw_address(responder: Responder) -> list[Event]:
    """Raises `Refused` where none is stated."""
    if not responder.told_by:
        raise Refused(ResponderRefusal.NO_ADDRESS, "No address is stated for this responder.")
    return [AddressWithdrawn(account=responder.account)]


def leave(responder: Responder, account: UUID) -> list[Event]:
    """The account was closed. Noted of every account, once: who is no responder now is never made one."""
    return [] if responder.left else [ResponderLeft(account=account)]


def suspend(responder: Responder, account: UUID) -> list[Event]:
    """The account was suspended. Nothing for somebody who has left, or is suspended."""
    return [ResponderSuspended(account=account)] if responder.counts else []


def come_back(responder: Responder, account: UUID) -> list[Event]:
    """The account was confirmed. Nothing for somebody who was not suspended, or has left meanwhile."""
    return [ResponderBack(account=account)] if responder.suspended and not responder.left else []


def lose_role(responder: Responder, account: UUID, role: str, tables: Jurisdiction) -> list[Event]:
    """The account holds a role less. Nothing for a role that is no seat's, or was taken before."""
    if role in responder.lacks or role not in {seat.seat for seat in tables.seats}:
        return []
    return [ResponderRoleRemoved(account=account, role=role)]


def regain_role(responder: Responder, account: UUID, role: str) -> list[Event]:
    """The account holds a role more. Nothing for one that was never taken."""
    return [ResponderRoleGranted(account=account, role=role)] if role in responder.lacks else []

"""What an issuer does with its credentials: grants, renews and revokes them. Pure.

That only an issuer's own people do so is for the policies; that what is granted is what the rule asks for, is here.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import LOCAL, CredentialKind, Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from contracts.periods import validity
from services.rapid_assessment.responder.events import (
    CredentialGranted,
    CredentialRenewed,
    CredentialRevoked,
    Trained,
)
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.responder.state import Credential, Responder

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
MOST_HOURS = 1_000


class GrantCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Valid from the start of the first day to the end of the last, Central time.

    `training` is given where the rule asks for hours in parts, `background_checked_on` where it asks for a check.
    """

    kind: str
    issuer: str
    valid_from: date
    valid_until: date
    training: tuple[Trained, ...] = ()
    background_checked_on: date | None = None


class RenewCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For a further time, as above."""

    valid_from: date
    valid_until: date
    background_checked_on: date | None = None


class RevokeCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `revoked_at` on it fills no seat. The reason is sealed."""

    revoked_at: Annotated[datetime, msgspec.Meta(tz=True)]
    reason: Reason


def grant(
    responder: Responder, command: GrantCredential, credential: UUID, jurisdiction: Jurisdiction, now: datetime
) -> list[Event]:
    """Raises `InvalidValue` for what the rule does not know, and for training or a check that it asks for."""
    kind = jurisdiction.credentials.get(command.kind)
    if kind is None:
        raise InvalidValue("kind", f"No such credential. Choose one of: {', '.join(sorted(jurisdiction.credentials))}.")
    if command.issuer not in kind.issuers:
        raise InvalidValue("issuer", f"This credential is issued by {' or '.join(kind.issuers)}.")
    if responder.left:
        raise Refused(ResponderRefusal.HAS_LEFT, "This account is closed: the person left. Register another account.")
    valid = validity(command.valid_from, command.valid_until, LOCAL)
    return [
        CredentialGranted(
            account=responder.account,
            credential=credential,
            kind=command.kind,
            issuer=command.issuer,
            valid_from=valid.since,
            valid_until=valid.until,
            training=_trained(kind, command.training),
            background_checked_at=_checked(kind.background_check, command.background_checked_on, now),
        )
    ]


def renew(responder: Responder, command: RenewCredential, credential: UUID, now: datetime) -> list[Event]:
    """For a time that may follow the last, overlap it or leave a gap. Raises `Refused` where there is none to renew."""
    last = _on_file(responder, credential)[-1]
    valid = validity(command.valid_from, command.valid_until, LOCAL)
    return [
        CredentialRenewed(
            account=responder.account,
            credential=credential,
            kind=last.kind,
            issuer=last.issuer,
            valid_from=valid.since,
            valid_until=valid.until,
            background_checked_at=_checked(False, command.background_checked_on, now),  # noqa: FBT003  # no rule asks
        )
    ]


def revoke(responder: Responder, command: RevokeCredential, credential: UUID, now: datetime) -> list[Event]:
    """Seats that are held stay held; who holds one without a valid credential is told apart when the team forms."""
    last = _on_file(responder, credential)[-1]
    not_in_future("revoked_at", command.revoked_at, now)
    return [
        CredentialRevoked(
            account=responder.account,
            credential=credential,
            kind=last.kind,
            issuer=last.issuer,
            revoked_at=command.revoked_at,
            reason=Personal(person=responder.account, text=command.reason),
        )
    ]


def issuer_of(responder: Responder, credential: UUID) -> str:
    """Empty for a credential that is not on file."""
    return next((each.issuer for each in responder.credentials if each.credential == credential), "")


def _on_file(responder: Responder, credential: UUID) -> Sequence[Credential]:
    found = [each for each in responder.credentials if each.credential == credential]
    if not found:
        raise Refused(ResponderRefusal.NO_SUCH_CREDENTIAL, "No such credential is on file for this responder.")
    return found


def _trained(kind: CredentialKind, training: Sequence[Trained]) -> tuple[Trained, ...]:
    """Every part the rule names, once, for as many hours as it asks."""
    done = {each.part: each.hours for each in training}
    wanted = {part.part: part for part in kind.parts}
    if len(done) != len(training) or done.keys() - wanted.keys():
        raise InvalidValue("training", "The rule names other parts of this training. Give each of its parts once.")
    short = [part for part in kind.parts if not part.hours <= done.get(part.part, 0) <= MOST_HOURS]
    if short:
        named = ", ".join(f"{part.words} ({part.hours} hours)" for part in short)
        raise InvalidValue("training", f"Hours are missing: {named}.")
    return tuple(Trained(part=part, hours=done[part]) for part in wanted)


def _checked(asked_for: bool, checked_on: date | None, now: datetime) -> datetime | None:  # noqa: FBT001  # of the rule
    field = "background_checked_on"
    if checked_on is None:
        if asked_for:
            raise InvalidValue(field, "The rule asks for a background check. Give the day it was done.")
        return None
    checked_at = datetime.combine(checked_on, time(), LOCAL)
    not_in_future(field, checked_at, now)
    return checked_at

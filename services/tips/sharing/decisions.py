"""With whom a case may be shared, and for how long. Pure: `now` and the tables come in.

To share is to let others read, for a purpose and until a moment. Nothing is handed over by it: whoever had the case has
it still, and ending a share changes no fact. To refer is another verb: there the receiver decides.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.events.tips import CaseShared, ShareEnded
from contracts.jurisdictions import Jurisdiction, SharePurpose
from contracts.language import Event, InvalidValue, Personal, Refused
from services.tips.sharing.events import ShareExplained
from services.tips.sharing.state import Share, Sharing

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class SharingRefusal(StrEnum):
    """Why a command on the sharing of a tip is refused."""

    KEPT_OUT = "account_kept_out"
    SHARED_ALREADY = "shared_already"
    ENDED_ALREADY = "share_ended_already"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What of a tip decides whether it can be shared."""

    tip: UUID
    person: UUID
    kept_out: Sequence[UUID]


class ShareCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `agency` and `role`, or one `account`. The reason is sealed, and shown with the case's sealed texts."""

    purpose: str
    until: Annotated[datetime, msgspec.Meta(tz=True)]
    reason: Reason
    agency: str | None = None
    role: str | None = None
    account: UUID | None = None


def share(
    sharing: Sharing, case: Case, command: ShareCase, new: UUID, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """Raises `InvalidValue`, `Refused`."""
    purpose = tables.sharing.purpose(command.purpose)
    if purpose is None:
        known = ", ".join(each.purpose for each in tables.sharing.purposes)
        raise InvalidValue("purpose", f"A case is shared for one of these purposes: {known}.")
    _can_be_right(command, purpose, tables)
    _in_time(command.until, tables, now)
    if command.account is not None and command.account in case.kept_out:
        raise Refused(
            SharingRefusal.KEPT_OUT, "This account is kept out of the case. Sharing would not open it to them."
        )
    shared = CaseShared(
        tip=case.tip,
        share=new,
        agency=command.agency or "",
        role=command.role or "",
        account=command.account,
        purpose=purpose.purpose,
        people=purpose.people,
        until=command.until,
    )
    if any(_same(each, shared) for each in sharing.holding(now)):
        raise Refused(
            SharingRefusal.SHARED_ALREADY,
            "The case is shared with them for this purpose already. To change until when, end that share first.",
        )
    reason = Personal(person=case.person, text=command.reason)
    return [shared, ShareExplained(tip=case.tip, share=new, reason=reason)]


def end(share: Share, tip: UUID, now: datetime) -> list[Event]:
    """At once. What was read under it stays on record."""
    if not share.holds(now):
        raise Refused(SharingRefusal.ENDED_ALREADY, "This share has ended already. Nobody reads the case by it.")
    return [ShareEnded(tip=tip, share=share.share)]


def _can_be_right(command: ShareCase, purpose: SharePurpose, tables: Jurisdiction) -> None:
    if command.account is not None:
        if command.agency is not None or command.role is not None:
            raise InvalidValue("account", "Share with one account, or with a role of an agency: not with both at once.")
        return
    if command.agency is None or command.role is None:
        raise InvalidValue("agency", "Say with which agency, and with which role there, or with which account.")
    if command.agency not in tables.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list.")
    if command.role not in purpose.roles:
        raise InvalidValue("role", f"For this purpose a case is shared with: {', '.join(purpose.roles)}.")


def _in_time(until: datetime, tables: Jurisdiction, now: datetime) -> None:
    if until <= now:
        raise InvalidValue("until", "This time has come already. Give a later one.")
    if until > now + tables.sharing.longest:
        raise InvalidValue("until", f"A case is shared for {tables.sharing.longest_days} days at most.")


def _same(share: Share, other: CaseShared) -> bool:
    mine = (share.agency, share.role, share.account, share.purpose)
    return mine == (other.agency, other.role, other.account, other.purpose)

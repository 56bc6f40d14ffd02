"""An account as its events tell it."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.identity import AccountClosed, AccountOpened, RoleGranted, RoleRemoved
from contracts.language import Event
from services.identity.account.events import (
    AccountAsked,
    AccountConfirmed,
    AccountSuspended,
    CountiesStated,
    InvitationUsed,
    Invited,
    LeavingAnnounced,
    LeavingWithdrawn,
    PassphraseSet,
)

NEVER = datetime.min.replace(tzinfo=UTC)

Phase = Literal["not opened", "invited", "active", "closed"]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`invitation` is the number of the invitation that can still be used, 0 when none can.

    An invited account has nothing to sign in with yet; an active one may be invited again, to set it up anew.
    `leaves_at` is when the person was said to leave; `answer_by` until when somebody is to answer for the account, in
    the attestation `asked_in`. Both count from that moment on, whenever it is written that they did.
    """

    account: UUID = UUID(int=0)
    phase: Phase = "not opened"
    agency: str = ""
    roles: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    invitations: int = 0
    invitation: int = 0
    invitation_ends: datetime = NEVER
    leaves_at: datetime | None = None
    asked_in: UUID | None = None
    answer_by: datetime | None = None
    suspended: bool = False

    @property
    def open(self) -> bool:
        """Whether nobody has closed it."""
        return self.phase in {"invited", "active"}

    @property
    def live_until(self) -> datetime | None:
        """When it ends to let anybody in, as things stand; None where nothing ends it."""
        return min((each for each in (self.leaves_at, self.answer_by) if each is not None), default=None)

    def belongs(self, now: datetime) -> bool:
        """Whether the person is of the agency still."""
        return self.open and (self.leaves_at is None or now < self.leaves_at)

    def suspended_at(self, now: datetime) -> bool:
        """Whether it waits for somebody to answer for it."""
        return self.answer_by is not None and now >= self.answer_by

    def live(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.belongs(now) and not self.suspended_at(now)


def evolve(account: Account, event: Event) -> Account:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AccountOpened():
            return change(account, account=event.account, phase="invited", agency=event.agency, roles=event.roles)
        case Invited():
            number = event.number
            return change(account, invitations=number, invitation=number, invitation_ends=event.valid_until)
        case InvitationUsed() | PassphraseSet():
            return change(account, phase="active", invitation=0)
        case RoleGranted():
            return change(account, roles=(*account.roles, event.role))
        case RoleRemoved():
            return change(account, roles=tuple(role for role in account.roles if role != event.role))
        case CountiesStated():
            return change(account, counties=event.counties)
        case LeavingAnnounced():
            return change(account, leaves_at=event.leaves_at)
        case LeavingWithdrawn():
            return change(account, leaves_at=None)
        case AccountAsked():
            return change(account, asked_in=event.attestation, answer_by=event.answer_by)
        case AccountSuspended():
            return change(account, suspended=True)
        case AccountConfirmed():
            return change(account, asked_in=None, answer_by=None, suspended=False)
        case AccountClosed():
            return change(account, phase="closed", invitation=0)
        case _:
            return account

"""An account as its events tell it."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.identity import AccountClosed, AccountOpened, RoleGranted, RoleRemoved
from contracts.language import Event
from services.identity.account.events import InvitationUsed, Invited, PassphraseSet

NEVER = datetime.min.replace(tzinfo=UTC)

Phase = Literal["not opened", "invited", "active", "closed"]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`invitation` is the number of the invitation that can still be used, 0 when none can.

    An invited account has nothing to sign in with yet; an active one may be invited again, to set it up anew.
    """

    account: UUID = UUID(int=0)
    phase: Phase = "not opened"
    agency: str = ""
    roles: tuple[str, ...] = ()
    invitations: int = 0
    invitation: int = 0
    invitation_ends: datetime = NEVER

    @property
    def open(self) -> bool:
        """Whether the person belongs to the agency still."""
        return self.phase in {"invited", "active"}


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
        case AccountClosed():
            return change(account, phase="closed", invitation=0)
        case _:
            return account

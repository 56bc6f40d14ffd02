"""A notice to those who answer for accounts: whether it was dealt with."""

from uuid import UUID, uuid5

import msgspec

from contracts.language import Event
from services.identity.notice.events import AccountNoticeDropped, AccountNoticeSent


class AccountNotice(msgspec.Struct, frozen=True, kw_only=True):
    """`done` once it was sent, refused by every carrier, or dropped."""

    done: bool = False


def evolve(notice: AccountNotice, event: Event) -> AccountNotice:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case AccountNoticeSent() | AccountNoticeDropped():
            return msgspec.structs.replace(notice, done=True)
        case _:
            return notice


def notice_of(cause: UUID) -> UUID:
    """One notice for a warning, a miss or an incident, however often it is met with."""
    return uuid5(cause, "account notice")

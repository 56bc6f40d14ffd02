"""A notice to those who answer for accounts: whom it told of what, and whether it was dealt with."""

from uuid import UUID, uuid5

import msgspec

from contracts.language import Event
from services.identity.notice.events import (
    AccountNoticeDropped,
    AccountNoticeFailed,
    AccountNoticeKept,
    AccountNoticeSent,
)


class AccountNotice(msgspec.Struct, frozen=True, kw_only=True):
    """`done` once it was given to its carriers, or dropped; `over` once one of them took it, or it was dropped.

    `refusals` counts how often its carriers refused it. What it is `about` is known of one that no carrier took.
    """

    notice: UUID = UUID(int=0)
    agency: str = ""
    rule: str = ""
    roles: tuple[str, ...] = ()
    about: UUID = UUID(int=0)
    missed: bool = False
    done: bool = False
    over: bool = False
    refusals: int = 0


def evolve(notice: AccountNotice, event: Event) -> AccountNotice:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AccountNoticeSent() as e:
            over = notice.over or bool(e.carriers)
            return change(notice, notice=e.notice, agency=e.agency, rule=e.rule, roles=e.roles, done=True, over=over)
        case AccountNoticeFailed():
            return change(notice, refusals=notice.refusals + 1)
        case AccountNoticeKept():
            return change(notice, about=event.about, missed=event.missed)
        case AccountNoticeDropped():
            return change(notice, done=True, over=True)
        case _:
            return notice


def notice_of(cause: UUID) -> UUID:
    """One notice for a warning, a miss or an incident, however often it is met with."""
    return uuid5(cause, "account notice")

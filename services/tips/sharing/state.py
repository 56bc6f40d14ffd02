"""The sharing of a tip as its events tell it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.events.tips import CaseShared, ShareEnded
from contracts.language import Event


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: with an account, or with a role of an agency. `ended`: before its time."""

    share: UUID
    agency: str
    role: str
    account: UUID | None
    purpose: str
    people: bool
    until: datetime
    ended: bool = False

    def holds(self, now: datetime) -> bool:
        """Whether anybody reads by it now; its last moment is the one before `until`."""
        return not self.ended and now < self.until


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """Every share there was of one tip."""

    shares: tuple[Share, ...] = ()

    def holding(self, now: datetime) -> Sequence[Share]:
        """Those that hold now."""
        return [share for share in self.shares if share.holds(now)]

    def of(self, share: UUID) -> Share | None:
        """None when there was no such share."""
        return next((each for each in self.shares if each.share == share), None)


def evolve(sharing: Sharing, event: Event) -> Sharing:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case CaseShared():
            share = Share(
                share=event.share,
                agency=event.agency,
                role=event.role,
                account=event.account,
                purpose=event.purpose,
                people=event.people,
                until=event.until,
            )
            return change(sharing, shares=(*sharing.shares, share))
        case ShareEnded():
            shares = tuple(change(each, ended=True) if each.share == event.share else each for each in sharing.shares)
            return change(sharing, shares=shares)
        case _:
            return sharing

"""A session as its events tell it."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.identity.session.events import SessionEnded, SessionLocked, SessionStarted, SessionUnlocked


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """When it was last used no event tells: that is kept beside (services.identity.session.rows)."""

    account: UUID = UUID(int=0)
    ends_at: datetime = datetime.min.replace(tzinfo=UTC)
    locked: bool = False
    ended: bool = False


def evolve(session: Session, event: Event) -> Session:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case SessionStarted():
            return Session(account=event.account, ends_at=event.ends_at)
        case SessionLocked():
            return change(session, locked=True)
        case SessionUnlocked():
            return change(session, locked=False)
        case SessionEnded():
            return change(session, ended=True)
        case _:
            return session

"""How long a session goes on, and when it locks. Pure: `now` and when it was last used come in, events go out."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.language import Event
from services.identity.session.events import SessionEnded, SessionLocked, SessionStarted, SessionUnlocked
from services.identity.session.state import Session

SESSION_LASTS = timedelta(hours=12)
"""C79: who works on signs in again after twelve hours (NIST SP 800-53 IA-11)."""

LOCKS_AFTER = timedelta(minutes=30)
"""C79: a session nobody uses locks after thirty minutes (NIST SP 800-53 AC-11)."""

TOKEN_LASTS = timedelta(minutes=1)
"""Of the machine's time: within so long whatever was decided about an account counts everywhere."""


class Means(StrEnum):
    """By what somebody showed who they are."""

    APP = "app"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    PROVIDER = "provider"
    PASSPHRASE = "passphrase"
    """Alone it unlocks, and signs nobody in."""


class EndReason(StrEnum):
    """Why a session ends before its time."""

    SIGNED_OUT = "signed_out"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_SUSPENDED = "account_suspended"
    SET_UP_ANEW = "set_up_anew"


def start(account: UUID, means: Means, now: datetime) -> list[Event]:
    """For somebody who has just signed in."""
    return [SessionStarted(account=account, means=means, ends_at=now + SESSION_LASTS)]


def is_over(session: Session, now: datetime) -> bool:
    """Whether nothing brings it back. That twelve hours have passed is no event."""
    return session.ended or now >= session.ends_at


def lock(session: Session, used_at: datetime, now: datetime) -> list[Event]:
    """Nothing while it is in use, and nothing when it is locked already."""
    if session.locked or now < used_at + LOCKS_AFTER:
        return []
    return [SessionLocked(account=session.account, used_at=used_at)]


def unlock(session: Session, used_at: datetime, means: Means, now: datetime) -> list[Event]:
    """For somebody who has just shown who they are; nothing where it is not locked."""
    noticed = lock(session, used_at, now)
    if not session.locked and not noticed:
        return []
    return [*noticed, SessionUnlocked(account=session.account, means=means)]


def end(session: Session, reason: EndReason, now: datetime) -> list[Event]:
    """Nothing where it is over already."""
    return [] if is_over(session, now) else [SessionEnded(account=session.account, reason=reason)]

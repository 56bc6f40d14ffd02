"""Whether somebody signs in. Pure: whether what was shown was right comes in, events or a refusal go out."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.language import Event, Refused
from services.identity.sign_in.events import SignedIn, SignInFailed, SignInLocked, SignInRefused, SignInUnlocked
from services.identity.sign_in.state import Attempts

FAILURES_ALLOWED = 5
FAILURES_WITHIN = timedelta(minutes=15)
"""C80: five failures within fifteen minutes lock at once (NIST SP 800-53 AC-7)."""


class SignInRefusal(StrEnum):
    """Why signing in or unlocking is refused."""

    LOCKED = "sign_in_locked"
    NOT_LOCKED = "sign_in_not_locked"
    SUSPENDED = "account_suspended"


def succeed(attempts: Attempts, account: UUID, until: datetime) -> list[Event]:
    """`until` is when the session ends. Raises `Refused` while locked."""
    refuse_locked(attempts)
    return [SignedIn(account=account, until=until)]


def fail(attempts: Attempts, account: UUID | None, now: datetime) -> list[Event]:
    """`account` is whose name was given, if anyone's; whatever was wrong, it leads to the same.

    Raises `Refused` while locked.
    """
    refuse_locked(attempts)
    failed = SignInFailed(account=account, at=now)
    recent = [moment for moment in attempts.failures if moment > now - FAILURES_WITHIN]
    if len(recent) + 1 < FAILURES_ALLOWED:
        return [failed]
    return [failed, SignInLocked(account=account, failures=len(recent) + 1)]


def unlock(attempts: Attempts, account: UUID) -> list[Event]:
    """Raises `Refused` when nothing is locked."""
    if not attempts.locked:
        raise Refused(SignInRefusal.NOT_LOCKED, "This account is not locked. If the passphrase is lost, invite again.")
    return [SignInUnlocked(account=account)]


def refuse_locked(attempts: Attempts) -> None:
    """Raises `Refused`."""
    if attempts.locked:
        raise locked()


def locked() -> Refused:
    """The same words at the failure that locks and at every attempt after it."""
    return Refused(
        SignInRefusal.LOCKED,
        "Locked after five failed attempts. Call your administrator, who can unlock it; waiting does not.",
    )


def refuse_suspended(account: UUID) -> list[Event]:
    """For somebody who showed who they are, and whose account nobody answered for."""
    return [SignInRefused(account=account)]


def suspended() -> Refused:
    """What they are told."""
    return Refused(
        SignInRefusal.SUSPENDED,
        "Nobody confirmed in time that you still work at your agency, so your account is suspended."
        " Call your administrator, who can confirm it.",
    )

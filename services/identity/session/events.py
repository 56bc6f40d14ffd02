"""What happens to a session: the time somebody works in after signing in. One stream each."""

from contracts.language import Code, Event, Moment, Reference


class SessionStarted(Event, frozen=True, kw_only=True):
    """Somebody signed in by `means`. The session ends at `ends_at`, if nothing ends it before."""

    NAME = "session.started"

    account: Reference
    means: Code
    ends_at: Moment


class SessionLocked(Event, frozen=True, kw_only=True):
    """Nobody had used it since `used_at`, for too long. It was noticed when somebody next came with it."""

    NAME = "session.locked"

    account: Reference
    used_at: Moment


class SessionUnlocked(Event, frozen=True, kw_only=True):
    """The person showed by `means` that it is they who go on."""

    NAME = "session.unlocked"

    account: Reference
    means: Code


class SessionEnded(Event, frozen=True, kw_only=True):
    """It ended before its time."""

    NAME = "session.ended"

    account: Reference
    reason: Code


SESSION_EVENTS: tuple[type[Event], ...] = (SessionStarted, SessionLocked, SessionUnlocked, SessionEnded)

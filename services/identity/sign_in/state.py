"""The attempts to sign in with one name, as their events tell them."""

from datetime import datetime

import msgspec

from contracts.language import Event
from services.identity.sign_in.events import SignedIn, SignInFailed, SignInLocked, SignInUnlocked


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """`failures` are the moments of the failures since the last success or unlocking, oldest first."""

    failures: tuple[datetime, ...] = ()
    locked: bool = False


def evolve(attempts: Attempts, event: Event) -> Attempts:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case SignInFailed():
            return Attempts(failures=(*attempts.failures, event.at), locked=attempts.locked)
        case SignInLocked():
            return Attempts(failures=attempts.failures, locked=True)
        case SignedIn() | SignInUnlocked():
            return Attempts()
        case _:
            return attempts

"""The attempts to sign in with one name, as their events tell them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import msgspec

from contracts.language import Event
from services.identity.sign_in.events import (
    AppCodeUsed,
    PasskeyUsed,
    SignedIn,
    SignInFailed,
    SignInLocked,
    SignInUnlocked,
)


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """`failures` are the moments of the failures since the last success or unlocking, oldest first.

    `step` is the latest whose code was used, `counts` what each passkey said at its last use.
    """

    failures: tuple[datetime, ...] = ()
    locked: bool = False
    step: int = 0
    counts: Mapping[UUID, int] = MappingProxyType({})


def evolve(attempts: Attempts, event: Event) -> Attempts:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case SignInFailed():
            return change(attempts, failures=(*attempts.failures, event.at))
        case SignInLocked():
            return change(attempts, locked=True)
        case SignedIn() | SignInUnlocked():
            return change(attempts, failures=(), locked=False)
        case AppCodeUsed():
            return change(attempts, step=event.step)
        case PasskeyUsed():
            return change(attempts, counts={**attempts.counts, event.passkey: event.sign_count})
        case _:
            return attempts

"""What somebody lacks for the shifts they would be put on. Pure.

Nobody is put on a rota without being told of it first: whoever puts them on is shown this, and says "all the same".
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from contracts.periods import Period, common, covers


class Lacks(StrEnum):
    """The closed list."""

    NO_CHANNEL = "no_channel"
    NOT_PROVEN = "channel_not_proven"
    NO_CREDENTIAL = "no_credential"
    CREDENTIAL_ENDS = "credential_ends"
    ON_LEAVE = "on_leave"
    SUSPENDED = "suspended"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody as a rota looks at them: `certified` for its seat in these times, `proven_at` by their best channel."""

    account: UUID
    certified: tuple[Period, ...]
    leave: tuple[Period, ...]
    channels: bool
    proven_at: datetime | None
    suspended: bool


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is when it matters first, or when a credential ends."""

    account: UUID
    lacks: Lacks
    at: datetime


def lacking(who: Standing, shifts: Sequence[Period], proven_since: datetime) -> list[Lacking]:
    """For these shifts of theirs; nothing for somebody who has none. A channel counts that was proven since then."""
    if not shifts:
        return []
    first = min(each.since for each in shifts)
    found: list[tuple[Lacks, datetime]] = []
    if who.suspended:
        found.append((Lacks.SUSPENDED, first))
    if not who.channels:
        found.append((Lacks.NO_CHANNEL, first))
    elif who.proven_at is None or who.proven_at < proven_since:
        found.append((Lacks.NOT_PROVEN, first))
    found += _certificates(who, shifts)
    away = common(who.leave, shifts)
    if away:
        found.append((Lacks.ON_LEAVE, away[0].since))
    return [Lacking(account=who.account, lacks=lacks, at=at) for lacks, at in found]


def _certificates(who: Standing, shifts: Sequence[Period]) -> list[tuple[Lacks, datetime]]:
    """A credential that ends in a shift is told as ending; none at all at its beginning as none."""
    for shift in sorted(shifts):
        if covers(who.certified, shift):
            continue
        held = common(who.certified, [shift])
        begins = bool(held) and held[0].since == shift.in_utc.since
        return [(Lacks.CREDENTIAL_ENDS, held[0].until)] if begins else [(Lacks.NO_CREDENTIAL, shift.since)]
    return []

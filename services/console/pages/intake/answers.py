"""What waits about tips, as the tips service tells it: part of the hotline's first page and of the board."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from services.console.asking import Asking

Only = Literal["added_to", "unscreened", "alike"]
"""The kinds of work, in the order of the page: what was added may change a case that others work on this minute."""


class TipToDo(msgspec.Struct, frozen=True):
    """A tip that somebody must do something about: screen it, read additions, decide of earlier ones that are alike."""

    tip: UUID
    received_at: datetime
    channel: str
    county: str
    age: str
    screened: bool
    additions: int
    added_since: datetime | None
    alike: int


class ToDo(msgspec.Struct, frozen=True):
    """Those that have waited longest, and the number of all."""

    tips: list[TipToDo]
    total: int


class Release(msgspec.Struct, frozen=True):
    """Somebody who asks to be shown who reported."""

    tip: UUID
    account: UUID
    purpose: str
    asked_at: datetime


class Releases(msgspec.Struct, frozen=True):
    """Those that have waited longest, and the number of all."""

    releases: list[Release]
    total: int


async def to_do(asking: Asking, only: Only, limit: int, skip: int = 0) -> ToDo:
    """Of one kind of work. Raises `Refusal`, `Unreachable`."""
    return await asking.get("tips", "/tips/to-do", ToDo, {"only": only, "limit": limit, "skip": skip})

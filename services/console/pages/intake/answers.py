"""What waits about tips, as the tips service tells it: part of the hotline's first page and of the board."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from services.console.asking import Asking

Only = Literal["mine", "added_to", "let_go", "unscreened", "alike", "nobodys"]
"""What is asked for, in the order of the page: what was added may change a case that others work on this minute."""


class TipToDo(msgspec.Struct, frozen=True):
    """A tip that somebody must do something about; `work` says what, `holder` who has it in hand.

    `offered_to` was handed it; since `waits_since` it waits for them, or for anybody, to take it.
    """

    tip: UUID
    received_at: datetime
    channel: str
    county: str
    age: str
    screened: bool
    additions: int
    added_since: datetime | None
    alike: int
    work: list[str]
    holder: UUID | None
    held_since: datetime | None
    offered_to: UUID | None
    waits_since: datetime | None


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


def holders_of(*found: ToDo) -> set[UUID]:
    """Everybody who has one in hand, or was handed one."""
    return {who for each in found for row in each.tips for who in (row.holder, row.offered_to) if who}


async def to_do(asking: Asking, only: Only, limit: int, skip: int = 0) -> ToDo:
    """Of one kind of work. Raises `Refusal`, `Unreachable`."""
    return await asking.get("tips", "/tips/to-do", ToDo, {"only": only, "limit": limit, "skip": skip})

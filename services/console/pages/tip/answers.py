"""What the page of a tip asks of the tips service: the tip as it stands, and tips that may be about the same person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.console.asking import Asking, at


class TipState(msgspec.Struct, frozen=True):
    """What it says without names, and what was decided about it."""

    received_at: datetime
    county: str
    tribal_land: bool
    age: str
    setting: str
    screened_age: str
    exploitation: str
    indicators: list[str]
    linked: list[UUID]
    kept_apart: list[UUID]
    named_accounts: list[UUID]
    referred_to: list[str]
    state_lines: str = "not_known"
    disposed: list[str] = []  # msgspec copies it
    closed: bool = False


class Tip(msgspec.Struct, frozen=True):
    """The tip."""

    reference: UUID
    version: int
    state: TipState


class Screening(msgspec.Struct, frozen=True):
    """One that was done; `instrument` and `result` are empty for those done before lists of signs had versions."""

    screened_at: datetime
    by: UUID | None
    age: str
    exploitation: str
    instrument: str
    instrument_version: int
    present: list[str]
    not_present: list[str]
    not_asked: list[str]
    result: str
    citation: str | None


class Disposition(msgspec.Struct, frozen=True):
    """How an investigation ended; by which paper, None where a court had that destroyed."""

    of: str
    by: str
    disposed_at: datetime
    citation: str
    document: str | None


class Alike(msgspec.Struct, frozen=True):
    """Another one that may be about the same person: which clauses hold, and what they count together."""

    tip: UUID
    received_at: datetime
    channel: str
    county: str
    age: str
    clauses: list[str]
    score: int


async def look_alikes(asking: Asking, tip: UUID) -> Sequence[Alike]:
    """The likest first, where it was not decided yet."""
    return await asking.get("tips", at("tips", tip, "alike"), list[Alike])

"""What the page of a tip asks of the tips service: the tip as it stands, and tips that may be about the same person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from services.console.asking import Asking

NEAR = timedelta(days=7)
"""Tips received within it, before or after, are offered as possible duplicates."""


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


class Tip(msgspec.Struct, frozen=True):
    """The tip."""

    reference: UUID
    version: int
    state: TipState


class TipRow(msgspec.Struct, frozen=True):
    """Another one, as the list tells it."""

    tip: UUID
    received_at: datetime
    age: str


async def look_alikes(asking: Asking, tip: Tip) -> Sequence[TipRow]:
    """Of the same county and about the same time, newest first, where it was not decided yet."""
    state = tip.state
    near = {
        "received_since": (state.received_at - NEAR).isoformat(),
        "received_before": (state.received_at + NEAR).isoformat(),
        "county": state.county,
    }
    decided = {tip.reference, *state.linked, *state.kept_apart}
    found = await asking.get("tips", "/tips", list[TipRow], near)
    return [each for each in found if each.tip not in decided]

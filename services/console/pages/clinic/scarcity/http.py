"""Where times are short: who waits on the standby list, for whom none was free in time, and what was booked anyway."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get

from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC

EXAMS = "/exams"


class Row(msgspec.Struct, frozen=True):
    """One exam of a list."""

    exam: UUID
    tip: UUID
    phase: str
    requested_at: datetime
    since: datetime | None
    standby_since: datetime | None
    rules_broken: list[str]
    no_slot: str
    no_slot_since: datetime | None
    instead: str


class Unmet(msgspec.Struct, frozen=True):
    """Counted by the service over what this viewer may see."""

    since: datetime
    asked_for: int
    no_slot: int
    no_sure_slot: int
    instead: dict[str, int]


class ScarcityController(Controller):
    """For the clinic, and whoever asks for exams: each sees and counts the exams that are theirs to see."""

    path = "/clinic/scarcity"

    @get("/", opt={"action": "see_scarcity"})
    async def read(self, visit: Visit) -> Response[Any]:
        """Numbers first, then who is behind them."""
        unmet, standby, no_slot, anyway = await asyncio.gather(
            visit.asking.get(CLINIC, "/exams/unmet", Unmet),
            _exams(visit, "standby"),
            _exams(visit, "no_slot"),
            _exams(visit, "anyway"),
        )
        return await visit.page(
            "clinic/scarcity/scarcity.html", unmet=unmet, standby=standby, no_slot=no_slot, anyway=anyway
        )


async def _exams(visit: Visit, only: str) -> Sequence[Row]:
    return await visit.asking.get(CLINIC, EXAMS, list[Row], {"only": only})

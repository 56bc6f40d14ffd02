"""Two tips side by side, with what is told of people in both, before somebody decides whether they are about one."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get

from services.console.asking import at
from services.console.frame.acting import Forms
from services.console.frame.visit import Visit
from services.console.pages.tip.answers import Tip

REPORTER = "reporter"


class Told(msgspec.Struct, frozen=True):
    """What a tip says of one person."""

    part: str
    told_at: datetime
    name: str | None
    contact: str | None
    narrative: str | None
    sealed_by_order: list[str] = []  # msgspec copies it


class BesideController(Controller):
    """For those who decide it; the decision itself is sent from here to the page of the tip."""

    path = "/cases/{tip:uuid}/beside/{other:uuid}"

    @get("/", opt={"action": "judge_tip"})
    async def read(self, tip: UUID, other: UUID, visit: Visit) -> Response[Any]:
        """Both, without who reported them. The read is put on record, of each."""
        both = await asyncio.gather(*(visit.asking.get("tips", at("tips", each), Tip) for each in (tip, other)))
        told = await asyncio.gather(
            *(visit.asking.get("tips", at("tips", each, "persons"), list[Told]) for each in (tip, other))
        )
        return await visit.page(
            "beside/beside.html",
            tip=tip,
            other=other,
            both=both,
            people=[[each for each in of_one if each.part != REPORTER] for of_one in told],
            forms=Forms(visit),
        )

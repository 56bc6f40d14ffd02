"""The hotline's first page: what waits about tips, by how long; and before all else, a new one."""

import asyncio
from typing import Annotated, Any, get_args

from litestar import Controller, Response, get
from litestar.params import Parameter

from services.console.frame.visit import Visit
from services.console.pages.board.view import NextDuties
from services.console.pages.intake.answers import Only, holders_of, to_do

SHOWN = 10
PAGE = 50
KINDS: tuple[Only, ...] = get_args(Only)


class IntakeController(Controller):
    """For those who take tips in, and for the coordinator."""

    path = "/intake"

    @get("/", opt={"action": "see_intake"})
    async def intake(
        self, visit: Visit, only: Only | None = None, skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0
    ) -> Response[Any]:
        """Some of each kind and who has it in hand, and what reports are due; or `only` one kind, by pages."""
        if only:
            one, _ = await asyncio.gather(to_do(visit.asking, only, PAGE, skip), visit.who_is_on_call())
            names = await visit.house.names.of(visit.asking, visit.caller, holders_of(one))
            return await visit.page("intake/one_kind.html", kind=only, found=one, names=names, skip=skip, page=PAGE)
        # Whoever looks back has nothing in hand there.
        kinds = [kind for kind in KINDS if not (visit.past and kind == "mine")]
        found, duties, _ = await asyncio.gather(
            asyncio.gather(*(to_do(visit.asking, kind, SHOWN) for kind in kinds)),
            visit.asking.get("tips", "/duties/next", NextDuties, {"limit": SHOWN}),
            visit.who_is_on_call(),
        )
        return await visit.page(
            "intake/intake.html",
            found=dict(zip(kinds, found, strict=True)),
            names=await visit.house.names.of(visit.asking, visit.caller, holders_of(*found)),
            duties=duties,
        )

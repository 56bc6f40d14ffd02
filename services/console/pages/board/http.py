"""The coordinator's board: every open case by time left, what is to be reported next, what nobody acknowledged."""

import asyncio
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, Refusal, Stored, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.board.view import NextDuties, OpenCases, WaitingNotices, people_of, rows_of, waiting_of

PAGE = 25
NEXT = 8
WAITING = 40


class BoardController(Controller):
    """For coordinators."""

    path = "/board"

    @get("/", opt={"action": "see_board"})
    async def board(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        county: Annotated[str, Parameter(max_length=60)] = "",
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Response[Any]:
        """Of all counties or of one; what is due first comes first."""
        asked: Params = {"limit": PAGE, "skip": skip, **({"county": county} if county else {})}
        found, duties, notices, _ = await asyncio.gather(
            visit.asking.get("rapid_assessment", "/teams/open", OpenCases, asked),
            visit.asking.get("tips", "/duties/next", NextDuties, {"limit": NEXT}),
            visit.asking.get("rapid_assessment", "/notices/waiting", WaitingNotices, {"limit": WAITING}),
            visit.who_is_on_call(),
        )
        names = await visit.house.names.of(visit.asking, visit.caller, people_of(found))
        return await visit.page(
            "board/board.html",
            rows=rows_of(found, names, jurisdiction, visit.times),
            found=found,
            duties=duties,
            notices=notices,
            waiting=waiting_of(notices)[:NEXT],
            county=county,
            counties=sorted(each.county for each in jurisdiction.counties.values()),
            skip=skip,
            page=PAGE,
        )

    @post("/acknowledge", opt={"action": "acknowledge_notice"})
    async def acknowledge(self, visit: Visit) -> Response[Any]:
        """Of one case, what one's own role was told. What somebody else acknowledged meanwhile is acknowledged."""
        for notice in Form.of(visit.request)["notices"].split()[:WAITING]:
            try:
                path = at("notices", notice, "acknowledgement")
                await visit.asking.post("rapid_assessment", path, {}, Stored, key=f"seen {notice}")
            except Refusal as refused:
                if refused.status != 409:
                    raise
        return see_other("/board#waiting")

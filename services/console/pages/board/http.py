"""The coordinator's board: open cases by time left, what is to be reported or answered, what nobody acknowledged."""

import asyncio
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, Refusal, Stored, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.board.harbours import alerts_of
from services.console.pages.board.view import (
    OfTips,
    OpenCases,
    Standing,
    WaitingNotices,
    people_of,
    rows_of,
    waiting_of,
)
from services.console.pages.court.answers import PROSECUTION
from services.console.pages.intake.answers import holders_of
from services.kernel.http.problems import NotFound

PAGE = 25
NEXT = 8
WAITING = 40
NARROWED = ("county", "standing", "seat", "skip")
"""What of the board's address stays when somebody says to have seen a notice."""


class BoardController(Controller):
    """For coordinators."""

    path = "/board"

    @get("/", opt={"action": "see_board"})
    async def board(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        county: Annotated[str, Parameter(max_length=60)] = "",
        standing: Standing | Literal[""] = "",
        seat: Annotated[str, Parameter(max_length=60)] = "",
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Response[Any]:
        """Narrowed by county, by how a case stands and by a seat nobody took; what is due first comes first."""
        given = {"county": county, "standing": standing, "seat": seat}
        narrowed = {name: value for name, value in given.items() if value}
        asked: Params = {"limit": PAGE, "skip": skip, **narrowed}
        found, of_tips, notices, alerts, _ = await asyncio.gather(
            visit.asking.get("rapid_assessment", "/teams/open", OpenCases, asked),
            visit.asking.get("tips", "/waiting", OfTips, {"limit": NEXT}),
            visit.asking.get("rapid_assessment", "/notices/waiting", WaitingNotices, {"limit": WAITING}),
            alerts_of(visit),
            visit.who_is_on_call(),
        )
        people = people_of(found) | {each.account for each in of_tips.releases.releases} | holders_of(of_tips.added)
        names = await visit.house.names.of(visit.asking, visit.caller, people)
        return await visit.page(
            "board/board.html",
            rows=rows_of(found, names, jurisdiction, visit.times),
            found=found,
            duties=of_tips.duties,
            notices=notices,
            waiting=waiting_of(notices)[:NEXT],
            added=of_tips.added,
            releases=of_tips.releases,
            alerts=alerts,
            alert_forms={each.accused: Form() for each in alerts or ()},
            names=names,
            given=given,
            narrowed=narrowed,
            counties=[(each, each) for each in sorted(each.county for each in jurisdiction.counties.values())],
            standings=[(code, visit.words.word("case_standing", code)) for code in get_args(Standing)],
            seats=[(each.seat, visit.words.word("seat", each.seat)) for each in jurisdiction.seats],
            skip=skip,
            page=PAGE,
        )

    @post("/acknowledge", opt={"action": "acknowledge_notice"})
    async def acknowledge(self, visit: Visit) -> Response[Any]:
        """Of one case, what one's own role was told. What somebody else acknowledged meanwhile is acknowledged."""
        form = Form.of(visit.request)
        for notice in form["notices"].split()[:WAITING]:
            try:
                path = at("notices", notice, "acknowledgement")
                await visit.asking.post("rapid_assessment", path, {}, Stored, key=f"seen {notice}")
            except Refusal as refused:
                if refused.status != 409:
                    raise
        kept = urlencode({name: form[name] for name in NARROWED if form[name]})
        return see_other(f"/board?{kept}#waiting" if kept else "/board#waiting")

    @post("/harbour-seen", opt={"action": "acknowledge_notice"})
    async def harbour_seen(self, visit: Visit) -> Response[Any]:
        """That an accused may be a victim was seen; a second time changes nothing."""
        form = Form.of(visit.request)
        case, accused = form.reference("case"), form.reference("accused")
        if case is None or accused is None:
            raise NotFound
        path = at("cases", case, "accused", accused, "safe-harbour", "seen")
        await visit.asking.post(PROSECUTION, path, {}, Stored, key=form.key)
        return see_other("/board#harbours")

"""Drills: start one, having seen who will be paged; what came of each seat; and those that were."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable, at
from services.console.frame.acting import gone_to, send
from services.console.frame.forms import Form
from services.console.frame.not_begun import Record, unless_not_begun
from services.console.frame.visit import Visit, see_other
from services.console.pages.drills.answers import ON_ROTA, Drill, DrillShown
from services.console.pages.finding.http import Found

SERVICE = "rapid_assessment"
SPAN = timedelta(minutes=10)
"""A drill is over within two hours, so its past goes by less than hours."""


class DrillsController(Controller):
    """For the coordinator; as of a past moment for whoever looks back."""

    path = "/drills"

    @get("/", opt={"action": "see_drills"})
    async def drills(
        self, visit: Visit, jurisdiction: Jurisdiction, county: Annotated[str, Parameter(max_length=60)] = ""
    ) -> Response[Any]:
        """For a county it shows who would be paged, and asks once; nobody is paged by looking."""
        return await _list(visit, jurisdiction, Form({"county": county}))

    @post("/", opt={"action": "keep_drills"})
    async def start(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Pages them."""
        form = Form.of(visit.request)
        county = form.require("county", "figures.head.county", visit.words)
        done = await send(visit, form, SERVICE, "/drills", {"county": county})
        if isinstance(done, int):
            return await _list(visit, jurisdiction, form, done)
        return see_other(f"/drills/{done}")

    @get("/{drill:uuid}", opt={"action": "see_drills"})
    async def one(self, drill: UUID, visit: Visit) -> Response[Any]:
        """Whom it paged for each seat, and after how long they answered."""
        begun = Record("drill", SERVICE, f"/drills/{drill}", span=SPAN)
        return await unless_not_begun(visit, begun, _one(visit, drill, Form()))

    @post("/{drill:uuid}/end", opt={"action": "keep_drills"})
    async def end(self, drill: UUID, visit: Visit) -> Response[Any]:
        """Nobody is waited for any more."""
        form = Form.of(visit.request)
        done = await send(visit, form, SERVICE, f"{at('drills', drill)}/end", None)
        return await _one(visit, drill, form, done) if isinstance(done, int) else gone_to(f"/drills/{drill}", "drill")


async def _list(visit: Visit, jurisdiction: Jurisdiction, form: Form, status: int = 200) -> Response[Any]:
    rows = await visit.asking.get(SERVICE, "/drills", list[Drill])
    found = None
    if form["county"] and visit.may("keep_drills"):
        try:
            found = await visit.asking.get(SERVICE, "/finding", Found, {"county": form["county"]})
        except (Refusal, Unreachable) as refused:
            status = form.refuse(refused, visit.words)
    paged = {
        seat.seat: [each.account for each in seat.people if each.place in ON_ROTA]
        for seat in (found.seats if found else ())
    }
    people = {who for each in rows for who in each.people} | {who for each in paged.values() for who in each}
    return await visit.page(
        "drills/list.html",
        status=status,
        form=form,
        county=found.county if found else "",
        paged=paged,
        rows=rows,
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        counties=[(each, each) for each in sorted(each.county for each in jurisdiction.counties.values())],
    )


async def _one(visit: Visit, drill: UUID, form: Form, status: int = 200) -> Response[Any]:
    shown = await visit.asking.get(SERVICE, at("drills", drill), DrillShown)
    return await visit.page(
        "drills/one.html",
        status=status,
        span=SPAN,
        form=form,
        version=shown.version,
        drill=shown.drill,
        names=await visit.house.names.of(visit.asking, visit.caller, shown.drill.people),
    )

"""What is entered of the child's custody on the case page: each step with its time, now or earlier."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.case.http import done, sent
from services.console.pages.case.late import Fact
from services.kernel.http.problems import NotFound

STEPS = {
    "taken": ("taken_at", {"county": "custody.county"}, ("agency", "place")),
    "judge-notified": ("notified_at", {"how": "custody.form"}, ("whom",)),
    "authorised": ("authorised_at", {"form": "custody.form"}, ("by",)),
    "written-order": ("written_at", {}, ()),
    "hearing": ("held_at", {"order": "custody.order"}, ()),
    "release": ("released_at", {"to": "custody.to"}, ("whom",)),
}
"""Of each step: its moment, what must be said with the label it has, and what may be left empty."""

RULES = ("C19", "C20", "C21", "C21B", "C22")


class TeamFound(msgspec.Struct, frozen=True):
    """The team of the tip."""

    reference: UUID


class CustodyText(msgspec.Struct, frozen=True):
    """What was written; a text of None was destroyed by a court's order."""

    event: str
    number: int
    field: str
    text: str | None


class CustodyController(Controller):
    """For those who may record it; whose agency did not take the child is told so by the service."""

    path = "/cases/{tip:uuid}/custody"

    @get("/texts", opt={"action": "record_custody"})
    async def texts(self, tip: UUID, visit: Visit) -> Response[Any]:
        """Where the child is kept and who was spoken to; that it is read is put on record before it is shown."""
        team = await visit.asking.get("rapid_assessment", f"/teams/of-tip/{tip}", TeamFound)
        path = at("teams", team.reference, "custody", "texts")
        found = await visit.asking.get("rapid_assessment", path, list[CustodyText])
        return await visit.page("case/custody_texts.html", tip=tip, texts=found)

    @post("/{step:str}", opt={"action": "record_custody"})
    async def enter(self, tip: UUID, step: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One step. The form says whose deadline it is about, for the look at what is entered late."""
        if step not in STEPS:
            raise NotFound
        moment, needed, may_be_empty = STEPS[step]
        form = Form.of(visit.request)
        happened_at = form.moment(moment, visit.words)
        body: dict[str, str | None] = {moment: sent(happened_at)}
        body |= {name: form.require(name, label, visit.words) for name, label in needed.items()}
        body |= {name: typed for name in may_be_empty if (typed := form.text(name))}
        rule = form["clock"] if form["clock"] in RULES else RULES[0]
        return await done(
            visit,
            tip,
            jurisdiction,
            form,
            f"custody-{step}",
            at("teams", form["team"], "custody", step),
            body,
            fact=Fact(happened_at, rule),
            back_to="custody",
        )

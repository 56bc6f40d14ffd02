"""Opening one case in an emergency: asked with its reference, and answered the same for what there is not."""

from typing import Any

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other


class BreakGlassController(Controller):
    """For those who may, and were given nothing."""

    path = "/break-glass"

    @get("/", opt={"action": "break_glass"})
    async def form(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What will happen, and the form."""
        return await _page(visit, jurisdiction, Form())

    @post("/", opt={"action": "break_glass"})
    async def open(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The case, or the form again: of one that is hidden, as of one there is not."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _page(visit, jurisdiction, form)
        typed = form.require("case", "glass.case", visit.words)
        reason = form.require("reason", "case.reason", visit.words)
        tip = form.reference("case")
        if typed and tip is None:
            form.problems["case"] = visit.words.say("glass.no_reference")
        if form.problems or tip is None:
            return await _page(visit, jurisdiction, form, status=422)
        try:
            await visit.asking.post("tips", at("tips", tip, "openings"), {"reason": reason}, Stored, key=form.key)
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                form.problems["case"] = visit.words.say("glass.no_case")
                return await _page(visit, jurisdiction, form, status=404)
            return await _page(visit, jurisdiction, form, status=form.refuse(refused, visit.words))
        return see_other(f"/cases/{tip}")


async def _page(visit: Visit, jurisdiction: Jurisdiction, form: Form, *, status: int = 200) -> Response[Any]:
    minutes = jurisdiction.break_glass.minutes
    return await visit.page("break_glass/break_glass.html", status=status, form=form, typed="typed", minutes=minutes)

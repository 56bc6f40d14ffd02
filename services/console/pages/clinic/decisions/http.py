"""What is proposed to a prosecutor's office about kits (no test, destruction), and the office's answer."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, DecisionAsked, DecisionRow


class KitDecisionsController(Controller):
    """For prosecutors. Of the kit they see what they are asked, and how far it has come; who looks back, the list."""

    path = "/kit-decisions"

    @get("/", opt={"action": "see_kit_decisions"})
    async def decisions(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Those that wait first."""
        rows = await visit.asking.get(CLINIC, "/kit-decisions", list[DecisionRow])
        agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
        return await visit.page("clinic/decisions/list.html", rows=rows, agencies=agencies)

    @get("/{kit:uuid}", opt={"action": "answer_kit_decisions"})
    async def read(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Why it is proposed; that it is read goes on record first."""
        return await _page(visit, kit, jurisdiction, Forms(visit))

    @post("/{kit:uuid}/assent", opt={"action": "answer_kit_decisions"})
    async def assent(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The office agrees."""
        return await _done(visit, kit, jurisdiction, "assent", None)

    @post("/{kit:uuid}/deny", opt={"action": "answer_kit_decisions"})
    async def deny(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The office does not agree."""
        return await _done(visit, kit, jurisdiction, "deny", "denial")

    @post("/{kit:uuid}/take-back", opt={"action": "answer_kit_decisions"})
    async def take_back(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What the office agreed to holds no more."""
        return await _done(visit, kit, jurisdiction, "take-back", "taking-back")


async def _done(visit: Visit, kit: UUID, jurisdiction: Jurisdiction, place: str, path: str | None) -> Response[Any]:
    """With a reason, but for an assent."""
    form = Form.of(visit.request)
    body = None if path is None else {"reason": form.require("reason", "kit.reason", visit.words)}
    number = str(form.number("number") or 0)
    status = await send(visit, form, CLINIC, at("kit-decisions", kit, number, path or "assent"), body)
    if isinstance(status, int):
        return await _page(visit, kit, jurisdiction, Forms(visit, form, place), status)
    return gone_to(f"/kit-decisions/{kit}", "answered")


async def _page(visit: Visit, kit: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200) -> Response[Any]:
    asked = await visit.asking.get(CLINIC, f"/kit-decisions/{kit}", DecisionAsked)
    people = {each for each in (asked.decision.by, asked.decision.answered_by) if each is not None}
    return await visit.page(
        "clinic/decisions/one.html",
        status=status,
        asked=asked,
        decision=asked.decision,
        forms=forms,
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
    )

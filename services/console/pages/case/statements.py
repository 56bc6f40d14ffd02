"""What no tip shows by itself, and is owed once somebody states it: entered, and taken back where it was wrong."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.case.http import done, sent
from services.console.pages.case.late import Fact


class StatementController(Controller):
    """For those who keep the duties of a case."""

    path = "/cases/{tip:uuid}/statements/{rule:str}"

    @post("/", opt={"action": "record_duty"})
    async def state(self, tip: UUID, rule: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It applies, and has been known since then."""
        form = Form.of(visit.request)
        known_since = form.moment("known_since", visit.words)
        path, place = at("tips", tip, "duties", rule, "statement"), f"statement-{rule}"
        body, fact = {"known_since": sent(known_since)}, Fact(known_since, rule)
        return await done(visit, tip, jurisdiction, form, place, path, body, service="tips", fact=fact)

    @post("/withdrawal", opt={"action": "record_duty"})
    async def take_back(self, tip: UUID, rule: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It turned out wrong."""
        form = Form.of(visit.request)
        path, place = at("tips", tip, "duties", rule, "statement", "withdrawal"), f"statement-{rule}"
        return await done(visit, tip, jurisdiction, form, place, path, {}, service="tips")

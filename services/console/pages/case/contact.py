"""What is entered of contact with the child, and its record: tried, planned, not possible in time, made."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.case.answers import ContactRecord, TeamReference
from services.console.pages.case.http import done, sent
from services.console.pages.case.late import Fact

CONTACT_RULE = "C02"


class ContactController(Controller):
    """For Child Protection Services; the record is read by the investigators on the team, too."""

    path = "/cases/{tip:uuid}/contact"

    @get("/", opt={"action": "see_contact"})
    async def read(self, tip: UUID, visit: Visit) -> Response[Any]:
        """Every attempt and planned step in its words; that they are read is put on record before they are shown."""
        team = await visit.asking.get("rapid_assessment", f"/teams/of-tip/{tip}", TeamReference)
        record = await visit.asking.get("rapid_assessment", f"/teams/{team.reference}/contact", ContactRecord)
        by = [each.by for each in record.attempts] + [each.by for each in record.planned_steps]
        people = {each for each in by if each is not None}
        names = await visit.house.names.of(visit.asking, visit.caller, people)
        return await visit.page("case/contact_record.html", tip=tip, record=record, names=names)

    @post("/", opt={"action": "record_contact"})
    async def made(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The child was seen, now or earlier."""
        form = Form.of(visit.request)
        made_at = form.moment("made_at", visit.words)
        body = {"made_at": sent(made_at), "place": form.require("place", "case.place", visit.words)}
        path = at("teams", form["team"], "contact")
        return await done(visit, tip, jurisdiction, form, "contact", path, body, fact=Fact(made_at, CONTACT_RULE))

    @post("/attempts", opt={"action": "record_contact"})
    async def attempted(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody tried, and did not see the child."""
        form = Form.of(visit.request)
        path = at("teams", form["team"], "contact", "attempts")
        return await done(visit, tip, jurisdiction, form, "attempt", path, _attempt(form, visit), back_to="contact")

    @post("/planned-steps", opt={"action": "record_contact"})
    async def planned(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What will be done to find the child."""
        form = Form.of(visit.request)
        path = at("teams", form["team"], "contact", "planned-steps")
        return await done(visit, tip, jurisdiction, form, "step", path, _step(form, visit), back_to="contact")

    @post("/impossible", opt={"action": "record_contact"})
    async def impossible(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The child cannot be seen in time: with what was tried and is planned, where none is on record yet."""
        form = Form.of(visit.request)
        body = {
            "attempts": [] if form["tried_already"] == "yes" else [_attempt(form, visit)],
            "planned_steps": [] if form["planned_already"] == "yes" else [_step(form, visit)],
        }
        path = at("teams", form["team"], "contact-impossible")
        return await done(visit, tip, jurisdiction, form, "no-contact", path, body, back_to="contact")


def _attempt(form: Form, visit: Visit) -> dict[str, Any]:
    return {
        "attempted_at": sent(form.moment("attempted_at", visit.words)),
        "how": form.require("tried_by", "contact.tried_by", visit.words),
        "result": form.require("result", "contact.result", visit.words),
        "what": form.require("tried", "contact.tried", visit.words),
    }


def _step(form: Form, visit: Visit) -> dict[str, Any]:
    return {
        "planned_for": sent(form.moment("planned_for", visit.words)),
        "who": form.require("who", "contact.who", visit.words),
        "what": form.require("planned", "contact.planned", visit.words),
    }

"""What a prosecutor records of a victim: request, safe contact, proposals with the conferral, notices, and in court."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.frame.acting import moment_in
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.court.answers import PROSECUTION, Told
from services.console.pages.court.case.http import done
from services.console.pages.court.case.view import day_in


class CourtVictimController(Controller):
    """Under the case's page; a form that is refused stands there as it was typed."""

    path = "/court/{case:uuid}/victims/{victim:uuid}"

    @get("/told", opt={"action": "see_accused"})
    async def told(self, case: UUID, victim: UUID, visit: Visit) -> Response[Any]:
        """Safe contact, wishes and views; that they are read is put on record before they are shown."""
        found = await visit.asking.get(PROSECUTION, f"/cases/{case}/victims/{victim}/told", Told)
        return await visit.page("court/victims/told.html", case=case, entrusted=found)

    @post("/request", opt={"action": "record_course"})
    async def request(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The written request came."""
        form = Form.of(visit.request)
        body = {"received_at": moment_in(form, "at", visit)}
        return await _done(visit, case, victim, jurisdiction, form, "request", "request", body)

    @post("/withdraw", opt={"action": "record_course"})
    async def withdraw(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """They want to be told no more."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        return await _done(visit, case, victim, jurisdiction, form, "withdraw", "request/withdrawal", body)

    @post("/contact", opt={"action": "record_course"})
    async def contact(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """How they are reached safely, and that no accused is reached by it."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {
            "channel": form.require("channel", "victims.channel", visit.words),
            "contact": form.require("contact", "victims.contact", visit.words),
            "reaches_accused": form.require("reaches_accused", "victims.reaches", visit.words),
        }
        if wishes := form.text("wishes"):
            body["wishes"] = wishes
        return await _done(visit, case, victim, jurisdiction, form, "contact", "contact", body)

    @post("/contact-end", opt={"action": "record_course"})
    async def end_contact(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It is not safe any more."""
        form = Form.of(visit.request)
        return await _done(visit, case, victim, jurisdiction, form, "contact-end", "contact/end", {})

    @post("/propose", opt={"action": "record_course"})
    async def propose(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A disposition is proposed for a count."""
        form = Form.of(visit.request)
        body = {
            "count": form.require("count", "victims.count", visit.words),
            "outcome": form.require("outcome", "court.outcome.which", visit.words),
            "at": moment_in(form, "at", visit),
        }
        return await _done(visit, case, victim, jurisdiction, form, "propose", "proposals", body)

    @post("/proposals/{proposal:uuid}/confer", opt={"action": "record_course"})
    async def confer(
        self, case: UUID, victim: UUID, proposal: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """The prosecutor conferred with them about it."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {
            "way": form.require("way", "victims.way", visit.words),
            "position": form.require("position", "victims.position", visit.words),
            "at": moment_in(form, "at", visit),
        }
        if view := form.text("view"):
            body["view"] = view
        path = f"proposals/{proposal}/conferral"
        return await _done(visit, case, victim, jurisdiction, form, f"confer-{proposal}", path, body)

    @post("/proposals/{proposal:uuid}/not-held", opt={"action": "record_course"})
    async def not_held(
        self, case: UUID, victim: UUID, proposal: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Nobody conferred, and why."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words), "at": moment_in(form, "at", visit)}
        path = f"proposals/{proposal}/not-held"
        return await _done(visit, case, victim, jurisdiction, form, f"not-held-{proposal}", path, body)

    @post("/proposals/{proposal:uuid}/withdraw", opt={"action": "record_course"})
    async def withdraw_proposal(
        self, case: UUID, victim: UUID, proposal: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It is proposed no more."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        path = f"proposals/{proposal}/withdrawal"
        return await _done(visit, case, victim, jurisdiction, form, f"unpropose-{proposal}", path, body)

    @post("/notices/{notice:uuid}/step", opt={"action": "record_course"})
    async def step(
        self, case: UUID, victim: UUID, notice: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It was sent, delivered, acknowledged, or failed."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {
            "step": form.require("step", "victims.step", visit.words),
            "at": moment_in(form, "at", visit),
        }
        body |= {name: form[name] for name in ("channel", "reason") if form[name]}
        path = f"notices/{notice}/steps"
        return await _done(visit, case, victim, jurisdiction, form, f"notice-{notice}", path, body)

    @post("/presence", opt={"action": "record_course"})
    async def presence(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whether they were at a hearing."""
        form = Form.of(visit.request)
        body = {
            "hearing": form.require("hearing", "victims.hearing", visit.words),
            "presence": form.require("presence", "victims.presence", visit.words),
        }
        return await _done(visit, case, victim, jurisdiction, form, "presence", "presence", body)

    @post("/statement", opt={"action": "record_course"})
    async def statement(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The impact statement was given, or declined."""
        form = Form.of(visit.request)
        body = {
            "form": form.require("form", "victims.statement", visit.words),
            "at": moment_in(form, "at", visit),
        }
        return await _done(visit, case, victim, jurisdiction, form, "statement", "statement", body)

    @post("/restitution", opt={"action": "record_course"})
    async def restitution(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Asked for, or ordered."""
        form = Form.of(visit.request)
        dollars = form.number("dollars")
        if dollars is None:
            form.problems["dollars"] = visit.words.say("victims.dollars.wrong")
        body = {
            "count": form.require("count", "victims.count", visit.words),
            "step": form.require("step", "victims.restitution", visit.words),
            "dollars": dollars,
            "at": moment_in(form, "at", visit),
        }
        return await _done(visit, case, victim, jurisdiction, form, "restitution", "restitution", body)

    @post("/sentence-end", opt={"action": "record_course"})
    async def sentence_end(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The day the sentence ends."""
        form = Form.of(visit.request)
        ends_on = day_in(form["ends_on"])
        if ends_on is None:
            form.problems["ends_on"] = visit.words.say("court.no_such_day")
        body = {"count": form.require("count", "victims.count", visit.words), "ends_on": ends_on}
        return await _done(visit, case, victim, jurisdiction, form, "sentence-end", "sentence-end", body)


async def _done(
    visit: Visit,
    case: UUID,
    victim: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    what: str,
    path: str,
    body: object,
) -> Response[Any]:
    """On record, and back to the case at this victim's lane; or the case with the form as it was typed."""
    return await done(visit, case, jurisdiction, form, f"{what}-{victim}", f"victims/{victim}/{path}", body)

"""What a prosecutor records of papers that let a foreign victim stay: asked, decided, sent, until when, ended."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, post

from contracts.jurisdictions import Jurisdiction
from services.console.frame.acting import moment_in
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.court.case.http import done
from services.console.pages.court.case.view import day_in


class CourtVictimPaperController(Controller):
    """Under the case's page; a form that is refused stands there as it was typed."""

    path = "/court/{case:uuid}/victims/{victim:uuid}/papers"

    @post("/ask", opt={"action": "record_course"})
    async def ask(self, case: UUID, victim: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One was asked for."""
        form = Form.of(visit.request)
        body = {"kind": form.require("kind", "victims.paper.kind", visit.words), "at": moment_in(form, "at", visit)}
        return await done(visit, case, jurisdiction, form, f"paper-{victim}", f"victims/{victim}/papers", body)

    @post("/{paper:uuid}/decide", opt={"action": "record_course"})
    async def decide(
        self, case: UUID, victim: UUID, paper: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Granted or declined, by whom, and until when."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {
            "decision": form.require("decision", "victims.paper.decision", visit.words),
            "by": form.require("by", "victims.paper.by", visit.words),
            "at": moment_in(form, "at", visit),
        }
        if form.text("ends_on"):
            body["ends_on"] = _day(form, visit)
        return await _done(visit, case, victim, paper, jurisdiction, form, "decide", "decision", body)

    @post("/{paper:uuid}/send", opt={"action": "record_course"})
    async def send(
        self, case: UUID, victim: UUID, paper: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It was sent."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        return await _done(visit, case, victim, paper, jurisdiction, form, "send", "sending", body)

    @post("/{paper:uuid}/extend", opt={"action": "record_course"})
    async def extend(
        self, case: UUID, victim: UUID, paper: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It runs out on another day."""
        form = Form.of(visit.request)
        body = {"ends_on": _day(form, visit)}
        return await _done(visit, case, victim, paper, jurisdiction, form, "extend", "extension", body)

    @post("/{paper:uuid}/end", opt={"action": "record_course"})
    async def end(
        self, case: UUID, victim: UUID, paper: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It holds no more."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words), "at": moment_in(form, "at", visit)}
        return await _done(visit, case, victim, paper, jurisdiction, form, "end", "end", body)


def _day(form: Form, visit: Visit) -> str | None:
    found = day_in(form["ends_on"])
    if found is None:
        form.problems["ends_on"] = visit.words.say("court.no_such_day")
    return found


async def _done(
    visit: Visit,
    case: UUID,
    victim: UUID,
    paper: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    what: str,
    path: str,
    body: object,
) -> Response[Any]:
    """On record, and back to the case at this paper; or the case with the form as it was typed."""
    place, of_paper = f"paper-{what}-{paper}-{victim}", f"victims/{victim}/papers/{paper}/{path}"
    return await done(visit, case, jurisdiction, form, place, of_paper, body)

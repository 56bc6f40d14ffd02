"""Consent step by step and what was done, for the nurse who is with the patient: each in one touch."""

from typing import Any, get_args
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import DAY, Form
from services.console.frame.not_begun import Record, unless_not_begun
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, short
from services.console.pages.clinic.exam.http import BEGINS_WITH
from services.console.pages.clinic.examination.answers import Examination
from services.console.pages.clinic.examination.view import MISTAKES, OUTCOMES, Said, givers_of

PATIENT = "patient"
NUMBER = "number"
"""Which of the page's steps: a step by its name would stand in the browser's history."""


class ExaminationController(Controller):
    """For the exam's nurse and the clinic's coordinator; who looks back sees that something was entered."""

    path = "/exams/{exam:uuid}/examination"

    @get("/", opt={"action": "see_examination"})
    async def read(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Every step; that it is read is put on record before it is shown."""
        begun = Record("exam", CLINIC, f"/exams/{exam}", BEGINS_WITH)
        return await unless_not_begun(visit, begun, _page(visit, exam, jurisdiction, Forms(visit)))

    @post("/step", opt={"action": "do_examination"})
    async def step(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What was said or done about one step: now, or at the time that was typed."""
        form = Form.of(visit.request)
        did, step, moment = form["do"], form["step"], _moment(form, visit)
        if did in get_args(Said):
            path, body = "consents", {"step": step, "word": did, "by": form["by"] or PATIENT, "said_at": moment}
        else:
            path, body = "steps", {"step": step, "outcome": did, "noted_at": moment}
            if did == "not_applicable":
                body["reason"] = form["reason"]
        if did not in (*get_args(Said), *OUTCOMES):
            form.problems[""] = visit.words.say("examination.choose")
        return await _done(visit, exam, jurisdiction, form, f"step-{form.number(NUMBER) or 0}", path, body)

    @post("/withdraw", opt={"action": "do_examination"})
    async def withdraw(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """All consent is taken back."""
        form = Form.of(visit.request)
        body = {"by": form["by"], "said_at": _moment(form, visit)}
        return await _done(visit, exam, jurisdiction, form, "withdraw", "withdrawal", body)

    @post("/codes", opt={"action": "do_examination"})
    async def code(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A diagnosis code."""
        form = Form.of(visit.request)
        body = {"code": form.require("code", "examination.code", visit.words)}
        return await _done(visit, exam, jurisdiction, form, "codes", "codes", body)

    @post("/strike", opt={"action": "do_examination"})
    async def strike(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An entry was made by mistake."""
        form = Form.of(visit.request)
        body = {"entry": form.number("entry"), "mistake": form["mistake"]}
        return await _done(visit, exam, jurisdiction, form, f"entry-{form.number('entry') or 0}", "struck", body)


def _moment(form: Form, visit: Visit) -> str | None:
    """Now, unless a time was typed."""
    typed = form.text("at") or form.text("at" + DAY)
    return moment_in(form, "at", visit) if typed else visit.now.isoformat()


async def _done(
    visit: Visit, exam: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    status = await send(visit, form, CLINIC, at("exams", exam, "examination", path), body)
    if isinstance(status, int):
        return await _page(visit, exam, jurisdiction, Forms(visit, form, place), status)
    return gone_to(f"/exams/{exam}/examination", place)


async def _page(
    visit: Visit, reference: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    found = await visit.asking.get(CLINIC, f"/exams/{reference}/examination", Examination)
    rules, word = jurisdiction.examination, visit.words.word
    return await visit.page(
        "clinic/examination/examination.html",
        status=status,
        of_case=found.tip,
        found=found,
        case=short(found.tip),
        acts=visit.may("do_examination") and found.opened,
        forms=forms,
        givers=[(each, word("giver", each)) for each in givers_of(found, rules)],
        reasons=[(each.reason, word("step_reason", each.reason)) for each in rules.reasons],
        mistakes=[(each, word("mistake", each)) for each in MISTAKES],
        codes=[(each.code, each.words) for each in rules.codes],
    )

"""After an exam: how the patient is reached safely, what became of each visit and test, and what is due."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import DAY, Form
from services.console.frame.not_begun import Record, unless_not_begun
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, short
from services.console.pages.clinic.exam.http import BEGINS_WITH
from services.console.pages.clinic.follow_up.answers import FollowUp, FollowUpRow

SETTLEMENTS = ("done", "declined", "not_needed", "done_elsewhere")
OUTREACH = ("reached", "not_reached", "not_safe_to_try_now")
MISSED = "missed"
MISTAKES = ("wrong_item", "wrong_word", "wrong_patient")


class FollowUpController(Controller):
    """For the exam's nurse and the clinic's coordinator."""

    path = "/exams/{exam:uuid}/follow-up"

    @get("/", opt={"action": "see_follow_up"})
    async def read(self, exam: UUID, visit: Visit) -> Response[Any]:
        """All of it; that it is read is put on record before it is shown."""
        begun = Record("exam", CLINIC, f"/exams/{exam}", BEGINS_WITH)
        return await unless_not_begun(visit, begun, _page(visit, exam, Forms(visit)))

    @post("/contact", opt={"action": "do_follow_up"})
    async def contact(self, exam: UUID, visit: Visit) -> Response[Any]:
        """The safe way."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"how": form.require("how", "follow_up.how", visit.words)}
        body |= {each: text for each in ("when", "may_say", "never_say") if (text := form.text(each))}
        return await _done(visit, exam, form, "contact", "contact", body)

    @post("/item", opt={"action": "do_follow_up"})
    async def item(self, exam: UUID, visit: Visit) -> Response[Any]:
        """What became of one visit or test: now, or at the time that was typed."""
        form = Form.of(visit.request)
        did, item, moment = form["do"], form["item"], _moment(form, visit)
        paths: dict[str, tuple[str, dict[str, Any]]] = {
            each: ("settled", {"item": item, "outcome": each, "settled_at": moment}) for each in SETTLEMENTS
        }
        paths |= {each: ("outreach", {"item": item, "outcome": each, "tried_at": moment}) for each in OUTREACH}
        paths[MISSED] = ("missed", {"item": item})
        if did not in paths:
            form.problems[""] = visit.words.say("follow_up.choose")
        return await _done(visit, exam, form, _place(form), *paths.get(did, ("missed", {})))

    @post("/reopen", opt={"action": "do_follow_up"})
    async def reopen(self, exam: UUID, visit: Visit) -> Response[Any]:
        """It was settled by mistake."""
        form = Form.of(visit.request)
        body = {"item": form["item"], "mistake": form["mistake"]}
        return await _done(visit, exam, form, _place(form), "reopened", body)


class FollowUpsController(Controller):
    """For nurses and the clinic's coordinator: whom to reach out to, and what is due."""

    path = "/follow-ups"

    @get("/", opt={"action": "see_follow_ups"})
    async def due(self, visit: Visit) -> Response[Any]:
        """Each sees what the service gives them: a nurse of her own exams."""
        rows = await visit.asking.get(CLINIC, "/follow-ups", list[FollowUpRow])
        return await visit.page(
            "clinic/follow_up/list.html",
            reach_out=[each for each in rows if each.outreach],
            due=[each for each in rows if not each.outreach],
        )


def _place(form: Form) -> str:
    """By its number on the page: by its name it would stand in the browser's history."""
    return f"item-{form.number('number') or 0}"


def _moment(form: Form, visit: Visit) -> str | None:
    """Now, unless a time was typed."""
    typed = form.text("at") or form.text("at" + DAY)
    return moment_in(form, "at", visit) if typed else visit.now.isoformat()


async def _done(visit: Visit, exam: UUID, form: Form, place: str, path: str, body: object) -> Response[Any]:
    status = await send(visit, form, CLINIC, at("exams", exam, "follow-up", path), body)
    if isinstance(status, int):
        return await _page(visit, exam, Forms(visit, form, place), status)
    return gone_to(f"/exams/{exam}/follow-up", place)


async def _page(visit: Visit, reference: UUID, forms: Forms, status: int = 200) -> Response[Any]:
    found = await visit.asking.get(CLINIC, f"/exams/{reference}/follow-up", FollowUp)
    word = visit.words.word
    return await visit.page(
        "clinic/follow_up/follow_up.html",
        status=status,
        of_case=found.tip,
        found=found,
        case=short(found.tip),
        acts=visit.may("do_follow_up"),
        forms=forms,
        settlements=SETTLEMENTS,
        outreach=OUTREACH,
        mistakes=[(each, word("mistake", each)) for each in MISTAKES],
    )

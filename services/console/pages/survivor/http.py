"""A survivor's own page, safe in somebody else's hand: by receipt and PIN, and it names nobody, no place, no agency.

Nothing of the address, the title or the history says what it is for. The PIN stands in no page: what is done next is
done by a ticket that lasts minutes, and what is grave by the PIN once more. Works without the script.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, get, post

from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form, sentence_of
from services.console.frame.visit import Visit
from services.kernel.http.problems import RETRY_AFTER_SECONDS, TooManyRequests

CLINIC = "forensic_clinic"
SEES = ("where", "next", "answers")
TOLD = ("only_here", "in_person", "nothing")


class Question(msgspec.Struct, frozen=True):
    """What was asked and answered; None for what a court had destroyed."""

    number: int
    asked_at: datetime
    due_at: datetime | None
    question: list[str | None]
    answered_at: datetime | None
    answer: str | None


class Page(msgspec.Struct, frozen=True):
    """The clinic's answer: what its holder chose to see, and nothing else."""

    ticket: str
    sees: list[str]
    told: str
    can_report: bool
    where: str | None
    next: str | None
    by: datetime | None
    waits: bool
    questions: list[Question]


class Closed(msgspec.Struct, frozen=True):
    """That it is."""


class SurvivorController(Controller):
    """Open to everybody; what decides is a receipt and a PIN."""

    path = "/welcome/mine"

    @get("/", opt={"action": "follow_own"})
    async def ask(self, visit: Visit) -> Response[Any]:
        """Asks for receipt and PIN."""
        return _ask(visit, Form())

    @post("/", opt={"action": "follow_own"}, status_code=200)
    async def open(self, visit: Visit) -> Response[Any]:
        """The page, or that one of the two is wrong, without saying which."""
        form = Form.of(visit.request)
        if visit.switched:
            return _ask(visit, Form({"receipt": form["receipt"]}))
        return await _sent(visit, form, "/survivor-pages", _by_pin(form))

    @post("/question", opt={"action": "follow_own"}, status_code=200)
    async def question(self, visit: Visit) -> Response[Any]:
        """Asks something."""
        form = Form.of(visit.request)
        if form.text("question") is None and not visit.switched:
            form.problems["question"] = visit.words.say("own.question.missing")
            return await _again(visit, form)
        body = _by_ticket(form) | {"question": form["question"].strip()}
        return await _sent(visit, form, "/survivor-pages/questions", body, done="question")

    @post("/choices", opt={"action": "follow_own"}, status_code=200)
    async def choices(self, visit: Visit) -> Response[Any]:
        """What is shown here, and how to be told."""
        form = Form.of(visit.request)
        sees = [each for each in SEES if form[f"see_{each}"]]
        told = form["told"] if form["told"] in TOLD else TOLD[-1]
        body = _by_ticket(form) | {"sees": sees, "told": told}
        return await _sent(visit, form, "/survivor-pages/choices", body, done="choices")

    @post("/choice", opt={"action": "follow_own"}, status_code=200)
    async def report(self, visit: Visit) -> Response[Any]:
        """The survivor chooses to report; with the PIN once more."""
        form = Form.of(visit.request)
        return await _sent(visit, form, "/survivor-pages/report", _by_pin(form), done="report")

    @post("/pin", opt={"action": "follow_own"}, status_code=200)
    async def pin(self, visit: Visit) -> Response[Any]:
        """Another PIN."""
        form = Form.of(visit.request)
        body = _by_pin(form) | {"new_pin": form["new_pin"].strip()}
        return await _sent(visit, form, "/survivor-pages/pin", body, done="pin")

    @post("/closing", opt={"action": "follow_own"}, status_code=200)
    async def close(self, visit: Visit) -> Response[Any]:
        """No page any more."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _again(visit, form, 200)
        try:
            visit.house.doorsteps.pins.count(visit.request)
            await visit.stranger.post(CLINIC, "/survivor-pages/closing", _by_pin(form), Closed, key=form.key)
        except (Refusal, Unreachable, TooManyRequests) as refused:
            return await _refused(visit, form, refused)
        return visit.plain_page("survivor/closed.html")


def _by_pin(form: Form) -> dict[str, Any]:
    return {"receipt": form["receipt"].strip(), "pin": form["pin"].strip()}


def _by_ticket(form: Form) -> dict[str, Any]:
    return {"receipt": form["receipt"].strip(), "ticket": form["ticket"]}


async def _sent(visit: Visit, form: Form, path: str, body: dict[str, Any], *, done: str = "") -> Response[Any]:
    if visit.switched:
        return await _again(visit, form, 200)
    try:
        if "pin" in body:
            visit.house.doorsteps.pins.count(visit.request)
        page = await visit.stranger.post(CLINIC, path, body, Page, key=form.key)
    except (Refusal, Unreachable, TooManyRequests) as refused:
        return await _refused(visit, form, refused)
    return _shown(visit, Form({"receipt": form["receipt"]}), page, done=done)


async def _refused(visit: Visit, form: Form, refused: Refusal | Unreachable | TooManyRequests) -> Response[Any]:
    """What is wrong, on the page where that is still open, else where receipt and PIN are asked for."""
    match refused:
        case Unreachable():
            form.problems[""], status = visit.words.say("own.unreachable"), 503
        case TooManyRequests() | Refusal(status=429):
            form.problems[""], status = visit.words.say("own.too_often"), 429
        case Refusal(problem=said) if said.status == 404 or (said.status == 422 and said.field != "new_pin"):
            # Too short to be one is as wrong as any other; an open page that lasted too long says the same.
            form.problems[""], status = visit.words.say("own.wrong"), 404
        case _:
            form.problems[refused.problem.field or ""] = sentence_of(refused, visit.words)
            status = refused.status
    page = await _again(visit, form, status)
    match refused:
        case TooManyRequests(seconds=seconds):
            page.headers["Retry-After"] = str(seconds)
        case Refusal(retry_after=after) if after:
            page.headers["Retry-After"] = after
        case Unreachable():
            page.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return page


async def _again(visit: Visit, form: Form, status: int = 422) -> Response[Any]:
    """The page as it was, with what is wrong; or the question for receipt and PIN, where its ticket is over."""
    if form["ticket"]:
        try:
            page = await visit.stranger.look(CLINIC, "/survivor-pages/again", _by_ticket(form), Page)
        except (Refusal, Unreachable):
            pass
        else:
            return _shown(visit, form, page, status=status)
    return _ask(visit, form, status)


def _shown(visit: Visit, form: Form, page: Page, *, done: str = "", status: int = 200) -> Response[Any]:
    return visit.plain_page(
        "survivor/page.html",
        status=status,
        form=form,
        # Each form has a key of its own: whoever goes back and sends another does another thing.
        fresh=Form,
        page=page,
        done=done,
        sees=SEES,
        ways=[(each, visit.words.word("own_told", each)) for each in TOLD],
    )


def _ask(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    kept = Form({"receipt": form["receipt"]})
    kept.problems = dict(form.problems)
    return visit.plain_page("survivor/ask.html", status=status, form=kept, typed="typed")

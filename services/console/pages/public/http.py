"""For anybody, perhaps a child in danger: telling what happened, and coming back with the receipt code.

Nothing of the address, the title or the history of these pages says what they are for. The house asks nobody elsewhere:
the page a browser leaves to is a link.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form, sentence_of
from services.console.frame.visit import Visit
from services.kernel.http.problems import RETRY_AFTER_SECONDS, TooManyRequests

AGES = ("child", "adult", "not_known")
# As the tips service names what may be left out, and the form asks for it.
OPTIONAL = ("who", "where", "reach")
SAID = ("when", "county", "by_whom")


class Given(msgspec.Struct, frozen=True):
    """The tips service's answer."""

    receipt_code: str


class Message(msgspec.Struct, frozen=True):
    """What somebody who looks after it asks or answers."""

    written_at: datetime
    text: str | None


class Arrived(msgspec.Struct, frozen=True):
    """What it says to a code."""

    received_at: datetime
    looked_at: bool
    messages: list[Message]


class PublicController(Controller):
    """Open to everybody; nobody is asked who they are."""

    path = "/welcome"

    @get("/", opt={"action": "tell_publicly"})
    async def form(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An empty form, and before it what will happen and what will not."""
        return _form(visit, jurisdiction, Form())

    @post("/", opt={"action": "tell_publicly"}, status_code=200)
    async def send(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, with a code to write down; or back as it was typed. A reload sends it again, and it is one."""
        form = Form.of(visit.request)
        if visit.switched:
            return _form(visit, jurisdiction, form)
        if form.text("what") is None:
            form.problems["what"] = visit.words.say("public.nothing_said")
            return _form(visit, jurisdiction, form, status=422)
        try:
            visit.house.doorsteps.sending.count(visit.request)
            given = await visit.stranger.post("tips", "/public-tips", said_in(form), Given, key=form.key)
        except (Refusal, Unreachable, TooManyRequests) as refused:
            return _wait(_form(visit, jurisdiction, form, status=_refuse(visit, form, refused)), refused)
        return visit.plain_page("public/sent.html", code=given.receipt_code)

    @get("/back", opt={"action": "come_back"})
    async def ask_code(self, visit: Visit) -> Response[Any]:
        """Asks for the code."""
        return _ask_code(visit, Form())

    @post("/back", opt={"action": "come_back"}, status_code=200)
    async def come_back(self, visit: Visit) -> Response[Any]:
        """That it arrived and whether somebody looked; and with something further in the form, that this arrived."""
        form = Form.of(visit.request)
        if visit.switched:
            return _ask_code(visit, form)
        code, added = form["code"].strip(), form.text("what") is not None
        try:
            visit.house.doorsteps.codes.count(visit.request)
            body = {"receipt_code": code} | ({"what": form["what"]} if added else {})
            path = "/receipts/additions" if added else "/receipts"
            found = await visit.stranger.post("tips", path, body, Arrived, key=form.key)
        except (Refusal, Unreachable, TooManyRequests) as refused:
            status = _refuse(visit, form, refused)
            return _wait(_ask_code(visit, form, status), refused)
        form = Form({"code": code})
        return visit.plain_page("public/arrived.html", form=form, found=found, added=added, typed="typed")


def said_in(form: Form) -> dict[str, str]:
    """As the tips service takes it, and nothing that is no field of the form."""
    typed = {name: form.text(name) for name in ("what", *OPTIONAL, *SAID)}
    age = form["age"] if form["age"] in AGES else "not_known"
    return {"age": age} | {name: text for name, text in typed.items() if text is not None}


def _form(visit: Visit, jurisdiction: Jurisdiction, form: Form, status: int = 200) -> Response[Any]:
    counties = sorted(county.county for county in jurisdiction.counties.values())
    return visit.plain_page(
        "public/form.html",
        status=status,
        form=form,
        typed="typed",
        counties=[(county, county) for county in counties],
        ages=[(age, visit.words.word("public_age", age)) for age in AGES],
    )


def _ask_code(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    return visit.plain_page("public/back.html", status=status, form=form, typed="typed")


def _refuse(visit: Visit, form: Form, refused: Refusal | Unreachable | TooManyRequests) -> int:
    """What is wrong, in words for whoever may be a child; answers the status of the page."""
    match refused:
        case Unreachable():
            form.problems[""], status = visit.words.say("public.unreachable"), 503
        case TooManyRequests() | Refusal(status=429):
            form.problems[""], status = visit.words.say("public.too_often"), 429
        case Refusal(problem=said) if said.status in {404, 422} and form["code"]:
            # A code too short to be one is as wrong as any other.
            form.problems["code"], status = visit.words.say("public.wrong_code"), 404
        case _:
            field = refused.problem.field
            form.problems[field if field in form else ""] = sentence_of(refused, visit.words)
            status = refused.status
    return status


def _wait(page: Response[Any], refused: Refusal | Unreachable | TooManyRequests) -> Response[Any]:
    """Says how long, where it is a matter of waiting."""
    match refused:
        case TooManyRequests(seconds=seconds):
            page.headers["Retry-After"] = str(seconds)
        case Refusal(retry_after=after) if after:
            page.headers["Retry-After"] = after
        case Unreachable():
            page.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return page

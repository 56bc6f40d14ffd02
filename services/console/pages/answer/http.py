"""Answering a message that says something waits: by the code in it, for whoever has not signed in.

The link holds the code behind its `#`, where browsers keep it to themselves: opening it asks nothing and answers
nothing, whoever opens it. The code goes on in forms alone.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, get, post

from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import Visit

SERVICE = "rapid_assessment"


class Asked(msgspec.Struct, frozen=True):
    """All that a code shows."""

    seat: str
    team_due_at: datetime | None
    code_until: datetime


class Taken(msgspec.Struct, frozen=True):
    """The answer is on record."""

    answer: str


class Drill(msgspec.Struct, frozen=True):
    """All that the code of a drill shows."""

    seat: str
    until: datetime


class DrillTaken(msgspec.Struct, frozen=True):
    """The answer to a drill is on record."""

    answer: str


class AnswerController(Controller):
    """Open to everybody: the code decides."""

    path = "/answer"

    @get("/", opt={"action": "answer_by_code"})
    async def code(self, visit: Visit) -> Response[Any]:
        """Asks for the code. The same for everybody, whatever stands behind the link."""
        return visit.plain_page("answer/code.html", form=Form())

    @post("/", opt={"action": "answer_by_code"}, status_code=200)
    async def look(self, visit: Visit) -> Response[Any]:
        """Which seat, and the time left. Nothing is answered by it."""
        return await _asked(visit, Form.of(visit.request))

    @post("/accept", opt={"action": "answer_by_code"}, status_code=200)
    async def accept(self, visit: Visit) -> Response[Any]:
        """Yes."""
        form = Form.of(visit.request)
        body = {"code": form["code"]} | ({"under_way": True} if form["under_way"] else {})
        return await _answered(visit, form, "acceptance", body)

    @post("/decline", opt={"action": "answer_by_code"}, status_code=200)
    async def decline(self, visit: Visit) -> Response[Any]:
        """No, and why."""
        form = Form.of(visit.request)
        reason = form.require("reason", "answer.reason", visit.words)
        if form.problems:
            return await _asked(visit, form, 422)
        return await _answered(visit, form, "decline", {"code": form["code"], "reason": reason})

    @post("/drill", opt={"action": "answer_by_code"}, status_code=200)
    async def drill(self, visit: Visit) -> Response[Any]:
        """Whether they would have come."""
        form = Form.of(visit.request)
        visit.house.doorsteps.codes.count(visit.request)
        body = {"code": form["code"], "answer": form["answer"]}
        try:
            await visit.stranger.post(SERVICE, "/drills/page/answer", body, DrillTaken, key=form.key)
        except (Refusal, Unreachable) as refused:
            return _not_good(visit, form, refused)
        return visit.plain_page("answer/drill_done.html")


async def _asked(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    """The page of the code, or the question for it with what is wrong."""
    visit.house.doorsteps.codes.count(visit.request)
    try:
        asked = await visit.stranger.look(SERVICE, "/asks/look", {"code": form["code"]}, Asked)
    except (Refusal, Unreachable) as refused:
        hidden = isinstance(refused, Refusal) and refused.hidden
        return await _drill(visit, form) if hidden else _not_good(visit, form, refused)
    return visit.plain_page("answer/asked.html", status=status, form=form, asked=asked)


async def _drill(visit: Visit, form: Form) -> Response[Any]:
    """The page of a drill's code: of a code of no case it is known only now whether it is one."""
    try:
        drill = await visit.stranger.look(SERVICE, "/drills/page/look", {"code": form["code"]}, Drill)
    except (Refusal, Unreachable) as refused:
        return _not_good(visit, form, refused)
    return visit.plain_page("answer/drill.html", form=form, drill=drill)


async def _answered(visit: Visit, form: Form, what: str, body: object) -> Response[Any]:
    visit.house.doorsteps.codes.count(visit.request)
    try:
        await visit.stranger.post(SERVICE, f"/asks/{what}", body, Taken, key=form.key)
    except (Refusal, Unreachable) as refused:
        if isinstance(refused, Refusal) and not refused.hidden and refused.problem.field != "code":
            return await _asked(visit, form, form.refuse(refused, visit.words))
        return _not_good(visit, form, refused)
    return visit.plain_page("answer/done.html", accepted=what == "acceptance")


def _not_good(visit: Visit, form: Form, refused: Refusal | Unreachable) -> Response[Any]:
    """Never given, over, used, or overtaken: which of these it is, nobody learns who only has a code."""
    if isinstance(refused, Refusal) and (refused.hidden or refused.status == 422):
        status, form.problems["code"] = 404, visit.words.say("answer.not_good")
    else:
        status = form.refuse(refused, visit.words)
    return visit.plain_page("answer/code.html", status=status, form=form)

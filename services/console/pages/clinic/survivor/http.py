"""A survivor's page as the clinic sees it: receipts given, questions answered, the page closed."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from services.console.asking import Refusal, Unreachable, at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, SurvivorOnKit

SEES = ("where", "next", "answers")
TOLD = ("only_here", "in_person", "nothing")


class Given(msgspec.Struct, frozen=True):
    """The clinic's answer."""

    receipt: str


class KitSurvivorController(Controller):
    """For the clinic that collected the kit."""

    path = "/kits/{kit:uuid}/survivor"

    @get("/", opt={"action": "see_survivor"})
    async def read(self, kit: UUID, visit: Visit) -> Response[Any]:
        """What they chose and asked; that it is read goes on record first."""
        return await _page(visit, kit, Forms(visit))

    @post("/receipt", opt={"action": "see_survivor"}, status_code=200)
    async def give(self, kit: UUID, visit: Visit) -> Response[Any]:
        """The receipt, shown once; or the form again with what is wrong, and never the PIN."""
        form = Form.of(visit.request)
        pin = form.require("pin", "survivor.pin", visit.words)
        if form.problems:
            return await _page(visit, kit, Forms(visit, form, "give"), 422)
        sees = [each for each in SEES if form[f"see_{each}"]]
        told = form["told"] if form["told"] in TOLD else TOLD[-1]
        body = {"pin": pin, "sees": sees, "told": told}
        try:
            given = await visit.asking.post(CLINIC, at("kits", kit, "survivor", "access"), body, Given, key=form.key)
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            return await _page(visit, kit, Forms(visit, form, "give"), form.refuse(refused, visit.words))
        return await visit.page("clinic/survivor/given.html", kit=kit, receipt=given.receipt)

    @post("/answer", opt={"action": "see_survivor"})
    async def answer(self, kit: UUID, visit: Visit) -> Response[Any]:
        """Answers what waits."""
        form = Form.of(visit.request)
        body = {
            "number": form.number("number") or 0,
            "answer": form.require("answer", "survivor.answer", visit.words),
        }
        return await _done(visit, kit, form, "answer", "answers", body)

    @post("/close", opt={"action": "see_survivor"})
    async def close(self, kit: UUID, visit: Visit) -> Response[Any]:
        """The receipt opens nothing any more."""
        return await _done(visit, kit, Form.of(visit.request), "close", "closing", None)


async def _done(visit: Visit, kit: UUID, form: Form, place: str, path: str, body: object) -> Response[Any]:
    status = await send(visit, form, CLINIC, at("kits", kit, "survivor", path), body)
    if isinstance(status, int):
        return await _page(visit, kit, Forms(visit, form, place), status)
    return gone_to(f"/kits/{kit}/survivor", "questions")


async def _page(visit: Visit, kit: UUID, forms: Forms, status: int = 200) -> Response[Any]:
    found = await visit.asking.get(CLINIC, f"/kits/{kit}/survivor", SurvivorOnKit)
    return await visit.page(
        "clinic/survivor/survivor.html",
        status=status,
        kit=kit,
        found=found,
        forms=forms,
        sees=SEES,
        ways=[(each, visit.words.word("own_told", each)) for each in TOLD],
    )

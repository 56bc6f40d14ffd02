"""In whose hands a tip is: taking it, handing it over with a note, putting it back, being done with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit


class Step(msgspec.Struct, frozen=True):
    """One time it changed hands."""

    what: str
    at: datetime
    account: UUID
    to: UUID | None
    note: str | None


class Hand(msgspec.Struct, frozen=True):
    """Who has it or was handed it, since when; whom it may be handed to; and how it came there, the last first."""

    holder: UUID | None
    offered_to: UUID | None
    since: datetime | None
    takers: Sequence[UUID]
    steps: Sequence[Step]


class HandController(Controller):
    """For those who take tips in."""

    path = "/cases/{tip:uuid}/hand"

    @get("/", opt={"action": "hold_tip"})
    async def read(self, tip: UUID, visit: Visit) -> Response[Any]:
        """Who has it now, and the notes it was handed on with. The read is put on record."""
        return await _page(visit, tip, Forms(visit))

    @post("/taking", opt={"action": "hold_tip"})
    async def take(self, tip: UUID, visit: Visit) -> Response[Any]:
        """What nobody has."""
        return await _done(visit, tip, Form.of(visit.request), "taking", None)

    @post("/taking-over", opt={"action": "hold_tip"})
    async def take_over(self, tip: UUID, visit: Visit) -> Response[Any]:
        """From one who cannot see to it."""
        form = Form.of(visit.request)
        return await _done(visit, tip, form, "taking-over", {"note": form.require("note", "hand.note", visit.words)})

    @post("/handing-over", opt={"action": "hold_tip"})
    async def hand_over(self, tip: UUID, visit: Visit) -> Response[Any]:
        """To one person."""
        form = Form.of(visit.request)
        body = {
            "to": form.require("to", "hand.to", visit.words),
            "note": form.require("note", "hand.note", visit.words),
        }
        return await _done(visit, tip, form, "handing-over", body)

    @post("/putting-back", opt={"action": "hold_tip"})
    async def put_back(self, tip: UUID, visit: Visit) -> Response[Any]:
        """For whoever takes it next."""
        form = Form.of(visit.request)
        return await _done(visit, tip, form, "putting-back", {"note": form.require("note", "hand.note", visit.words)})

    @post("/finishing", opt={"action": "hold_tip"})
    async def finish(self, tip: UUID, visit: Visit) -> Response[Any]:
        """Nothing of it is to be done at intake."""
        return await _done(visit, tip, Form.of(visit.request), "finishing", None)


async def _done(visit: Visit, tip: UUID, form: Form, place: str, body: object) -> Response[Any]:
    done = await send(visit, form, "tips", at("tips", tip, "hand", place), body)
    if isinstance(done, int):
        return await _page(visit, tip, Forms(visit, form, place), done)
    return gone_to(f"/cases/{tip}/hand", "hand")


async def _page(visit: Visit, tip: UUID, forms: Forms, status: int = 200) -> Response[Any]:
    hand = await visit.asking.get("tips", f"/tips/{tip}/hand", Hand)
    people = {each.account for each in hand.steps} | {each.to for each in hand.steps} | {*hand.takers}
    people |= {hand.holder, hand.offered_to}
    names = await visit.house.names.of(visit.asking, visit.caller, {each for each in people if each})
    me = visit.caller.account
    others = [(str(each), names[each]) for each in hand.takers if each != me and each in names]
    return await visit.page(
        "hand/hand.html",
        status=status,
        tip=tip,
        hand=hand,
        names=names,
        others=sorted(others, key=lambda each: each[1]),
        forms=forms,
        me=me,
    )

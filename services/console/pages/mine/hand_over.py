"""Handing a seat over: which colleagues can take it now, and naming one of them."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import VERSION, Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.mine.answers import MySeat, Version
from services.kernel.http.problems import NotFound

SERVICE = "rapid_assessment"
STALE = 412


class Colleague(msgspec.Struct, frozen=True):
    """Somebody who can take the seat now."""

    account: UUID
    agency: str
    on_call: bool


class HandOverController(Controller):
    """For whoever is asked for a seat, or holds it."""

    path = "/mine/seats/{team:uuid}/{seat:str}/hand-over"

    @get("/", opt={"action": "answer_seat"})
    async def whom(self, team: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Their names are asked for on this page alone. Looking hands nothing over."""
        return await _page(visit, jurisdiction, team, seat, Form())

    @post("/", opt={"action": "answer_seat"})
    async def hand_over(self, team: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """I cannot; ask this colleague."""
        form = Form.of(visit.request)
        body = {
            "colleague": form.require("colleague", "hand_over.whom", visit.words),
            "reason": form.require("reason", "mine.reason", visit.words),
        }
        status: int | None = 422
        if not form.problems:
            path = at("teams", team, "seats", seat, "hand-over")
            status = await _sent(visit, form, team, path, body, form.number(VERSION))
        if status is None:
            return see_other("/mine?handed_over=yes")
        return await _page(visit, jurisdiction, team, seat, form, status)


async def _sent(
    visit: Visit, form: Form, team: UUID, path: str, body: dict[str, str], version: int | None, *, again: bool = True
) -> int | None:
    """None when it is on record. What else happened to the team meanwhile is nothing to this: it is sent once more."""
    try:
        await visit.asking.post(SERVICE, path, body, Stored, key=form.key, version=version)
    except (Refusal, Unreachable) as refused:
        if isinstance(refused, Refusal) and refused.hidden:
            raise
        if again and isinstance(refused, Refusal) and refused.status == STALE:
            stands = await visit.asking.get(SERVICE, f"/teams/{team}", Version)
            return await _sent(visit, form, team, path, body, stands.version, again=False)
        return form.refuse(refused, visit.words)
    return None


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, team: UUID, seat: str, form: Form, status: int = 200
) -> Response[Any]:
    mine, stands, colleagues = await asyncio.gather(
        visit.asking.get(SERVICE, "/mine/seats", list[MySeat]),
        visit.asking.get(SERVICE, f"/teams/{team}", Version),
        visit.asking.get(SERVICE, at("teams", team, "seats", seat, "colleagues"), list[Colleague]),
    )
    found = next((each for each in mine if (each.team, each.seat) == (team, seat)), None)
    if found is None:
        raise NotFound
    names = await visit.house.names.of(visit.asking, visit.caller, {each.account for each in colleagues})
    return await visit.page(
        "mine/hand_over.html",
        status=status,
        form=form,
        mine=found,
        version=stands.version,
        colleagues=colleagues,
        names=names,
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
    )

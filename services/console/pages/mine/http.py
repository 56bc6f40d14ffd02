"""A team member's first page: what is asked of me now, my cases, what runs out next, my credentials and my hours."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import VERSION, Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.mine.answers import Version, ask
from services.console.pages.responders.http import span_in
from services.console.pages.told.told import told
from services.kernel.http.problems import NotFound

STALE = 412
KINDS = ("sms", "voice", "email", "push")
OWN = frozenset({"availability", "leave", "channels"})
"""The places of my own entry."""


class MineController(Controller):
    """For those who hold seats."""

    path = "/mine"

    @get("/", opt={"action": "see_mine"})
    async def read(self, visit: Visit, jurisdiction: Jurisdiction, handed_over: str = "") -> Response[Any]:
        """One's own alone. Looking answers nothing that is asked. After a seat was `handed_over` it says so."""
        return await _page(visit, jurisdiction, handed_over=bool(handed_over))

    @post("/seats/{team:uuid}/{seat:str}/accept", opt={"action": "answer_seat"})
    async def accept(self, team: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Yes."""
        path = at("teams", team, "seats", seat, "acceptance")
        return await _answered(visit, jurisdiction, Form.of(visit.request), team, path, None)

    @post("/seats/{team:uuid}/{seat:str}/under-way", opt={"action": "answer_seat"})
    async def under_way(self, team: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """I am on my way. What else happened to the team meanwhile is nothing to that."""
        form = Form.of(visit.request)
        stands = await visit.asking.find("rapid_assessment", f"/teams/{team}", Version)
        fresh = Form({name: form[name] for name in form} | {VERSION: str(stands.version if stands else 0)})
        return await done(
            visit, jurisdiction, fresh, f"held-{team}", at("teams", team, "seats", seat, "under-way"), None
        )

    @post("/seats/{team:uuid}/{seat:str}/decline", opt={"action": "answer_seat"})
    async def decline(self, team: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """No, and why."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "mine.reason", visit.words)}
        return await _answered(visit, jurisdiction, form, team, at("teams", team, "seats", seat, "decline"), body)

    @post("/seats/{team:uuid}/conflict", opt={"action": "answer_seat"})
    async def conflict(self, team: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """I must have nothing to do with this case."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "mine.reason", visit.words)}
        return await _answered(visit, jurisdiction, form, team, at("teams", team, "conflicts"), body)

    @post("/availability", opt={"action": "answer_seat"})
    async def availability(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """When I can be called."""
        form = Form.of(visit.request)
        path = at("responders", me(visit), "availability")
        return await done(visit, jurisdiction, form, "availability", path, span_in(form, visit))

    @post("/availability/withdraw", opt={"action": "answer_seat"})
    async def withdraw(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """I cannot be called after all."""
        path = at("responders", me(visit), "availability", "withdrawal")
        return await done(visit, jurisdiction, Form.of(visit.request), "availability", path, None)


async def _answered(
    visit: Visit, jurisdiction: Jurisdiction, form: Form, team: UUID, path: str, body: object
) -> Response[Any]:
    """Somebody took another seat since the page was opened: what is asked of me stands, so it is answered all the same.

    Whether I am still asked the service says.
    """
    try:
        return await done(visit, jurisdiction, form, f"asked-{team}", path, body, again=False)
    except Refusal:
        stands = await visit.asking.get("rapid_assessment", f"/teams/{team}", Version)
    fresh = Form({name: form[name] for name in form} | {VERSION: str(stands.version), "key": form.key})
    return await done(visit, jurisdiction, fresh, f"asked-{team}", path, body)


async def done(
    visit: Visit,
    jurisdiction: Jurisdiction,
    form: Form,
    place: str,
    path: str,
    body: object,
    *,
    again: bool = True,
) -> Response[Any]:
    """On record, and back; or the page with the form as it was typed. Without `again`, raises `Refusal` when stale."""
    status = 422
    if not form.problems:
        try:
            await visit.asking.post("rapid_assessment", path, body, Stored, key=form.key, version=form.number(VERSION))
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and (refused.hidden or (refused.status == STALE and not again)):
                raise
            status = form.refuse(refused, visit.words)
        else:
            return see_other(f"/mine#{place.partition('-')[0]}")
    return await _page(visit, jurisdiction, form=form, place=place, status=status)


async def _page(
    visit: Visit,
    jurisdiction: Jurisdiction,
    *,
    form: Form | None = None,
    place: str = "",
    status: int = 200,
    handed_over: bool = False,
) -> Response[Any]:
    mine, waits = await asyncio.gather(ask(visit.asking, me(visit), jurisdiction), told(visit))

    def form_at(where: str) -> Form:
        return form if form is not None and where == place else Form()

    hours, leave = form_at("availability"), form_at("leave")
    if mine.entry and hours is not form:
        since, until = mine.entry.responder.available or (visit.now, visit.now)
        hours.set_moment("since", since if until > visit.now else visit.now, visit.times)
        hours.set_moment("until", max(until, visit.now), visit.times)
    if leave is not form:
        for each in ("since", "until"):
            leave.set_moment(each, visit.now, visit.times)
    shown = {f"asked-{seat.team}" for seat, _ in mine.asked} | (OWN if mine.entry else set())
    shown |= {f"held-{seat.team}" for seat in mine.held if seat.awaits_until}
    return await visit.page(
        "mine/mine.html",
        status=status,
        mine=mine,
        waits=waits,
        handed_over=handed_over,
        form_at=form_at,
        hours=hours,
        leave=leave,
        refused_at=place if form is not None else "",
        # What was answered is asked no more, and has no place of its own.
        lost=form if form is not None and place not in shown else None,
        kinds=[(kind, visit.words.word("told_by", kind)) for kind in KINDS],
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
    )


def me(visit: Visit) -> UUID:
    if visit.caller.account is None:
        raise NotFound
    return visit.caller.account

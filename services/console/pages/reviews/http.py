"""Emergency openings to review: who opened which case, why, and whether that was right."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other

OUTCOMES = ("justified", "not_justified")


class Opening(msgspec.Struct, frozen=True):
    """One of them; `outcome` is empty before its review."""

    opening: UUID
    tip: UUID
    account: UUID
    agency: str
    roles: list[str]
    opened_at: datetime
    until: datetime
    due_at: datetime
    missed: bool
    outcome: str
    reviewed_by: UUID | None
    reviewed_at: datetime | None


class Why(msgspec.Struct, frozen=True):
    """What they wrote; None where a court had it destroyed."""

    reason: str | None


class ReviewsController(Controller):
    """For those who review them: the coordinator, and an agency's administrators for its own people."""

    path = "/reviews"

    @get("/", opt={"action": "review_openings"})
    async def read(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Those that wait first."""
        return await _page(visit, jurisdiction, Form(), "")

    @post("/{tip:uuid}/{opening:uuid}", opt={"action": "review_openings"})
    async def review(self, tip: UUID, opening: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, and back to those that wait."""
        form = Form.of(visit.request)
        body = {
            "outcome": form.require("outcome", "reviews.outcome", visit.words),
            "note": form.require("note", "reviews.note", visit.words),
        }
        status, path = 422, at("tips", tip, "openings", opening, "review")
        if not form.problems:
            try:
                await visit.asking.post("tips", path, body, Stored, key=form.key)
            except (Refusal, Unreachable) as refused:
                if isinstance(refused, Refusal) and refused.hidden:
                    raise
                status = form.refuse(refused, visit.words)
            else:
                return see_other("/reviews")
        return await _page(visit, jurisdiction, form, str(opening), status=status)


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, form: Form, place: str, *, status: int = 200
) -> Response[Any]:
    found = await visit.asking.get("tips", "/openings", list[Opening])
    waiting = [each for each in found if not each.outcome]
    whys = await asyncio.gather(
        *(visit.asking.find("tips", at("tips", each.tip, "openings", each.opening, "reason"), Why) for each in waiting)
    )
    people = {each.account for each in found} | {each.reviewed_by for each in found if each.reviewed_by}
    return await visit.page(
        "reviews/reviews.html",
        status=status,
        waiting=waiting,
        why={each.opening: why.reason if why else None for each, why in zip(waiting, whys, strict=True)},
        reviewed=[each for each in found if each.outcome],
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        form_at=lambda opening: form if str(opening) == place else Form(),
        outcomes=[(each, visit.words.word("review", each)) for each in OUTCOMES],
    )

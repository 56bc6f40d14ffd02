"""Who reported a case: one person asks to be shown it, another agrees or refuses, and it is shown for hours."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other

ORDER = ("court", "ordered_on", "number")
PURPOSES = ("protect_the_reporter", "speak_with_the_reporter", "prosecution", "court_order")


class Order(msgspec.Struct, frozen=True):
    """A court's, by which somebody asks; None what a court had destroyed."""

    court: str | None
    ordered_on: date
    number: str | None


class Release(msgspec.Struct, frozen=True):
    """One that was asked for; `answer` is empty while nobody has answered."""

    release: UUID
    account: UUID
    agency: str
    purpose: str
    asked_at: datetime
    answer: str
    answered_by: UUID | None
    until: datetime | None
    reason: str | None
    to_whom: str | None
    authority: str | None
    order: Order | None = None


class Reported(msgspec.Struct, frozen=True):
    """Who reported, as far as they said."""

    name: str | None
    contact: str | None
    narrative: str | None
    sealed_by_order: list[str] = []  # msgspec copies it


class ReporterController(Controller):
    """For those who may ask, and for whoever answers them."""

    path = "/cases/{tip:uuid}/reporter"

    @get("/", opt={"action": "see_reporter"})
    async def read(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction, shown: str = "") -> Response[Any]:
        """What was asked, and what came of it; who reported only when it is to be `shown`, which is on record."""
        reported = await visit.asking.get("tips", at("tips", tip, "reporter"), list[Reported]) if shown else None
        return await _page(visit, tip, jurisdiction, Form(), "", reported=reported)

    @post("/", opt={"action": "ask_reporter"})
    async def ask(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Asks; nothing is shown by it."""
        form = Form.of(visit.request)
        body = {
            "purpose": form.require("purpose", "reporter.purpose", visit.words),
            "reason": form.require("reason", "case.reason", visit.words),
            "to_whom": form.require("to_whom", "reporter.to_whom", visit.words),
            "authority": form.require("authority", "reporter.authority", visit.words),
            "order": _order(form, visit),
        }
        return await _done(visit, tip, jurisdiction, form, "", at("tips", tip, "reporter", "releases"), body)

    @post("/{release:uuid}/agreement", opt={"action": "answer_release"})
    async def agree(self, tip: UUID, release: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """From now on whoever asked may read it, for hours."""
        form = Form.of(visit.request)
        path = at("tips", tip, "reporter", "releases", release, "agreement")
        return await _done(visit, tip, jurisdiction, form, str(release), path, None)

    @post("/{release:uuid}/refusal", opt={"action": "answer_release"})
    async def refuse(self, tip: UUID, release: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Nothing is shown."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words)}
        path = at("tips", tip, "reporter", "releases", release, "refusal")
        return await _done(visit, tip, jurisdiction, form, str(release), path, body)


def _order(form: Form, visit: Visit) -> dict[str, str] | None:
    """Whole, or none; a problem in the form where only part of it was typed."""
    if not any(form.text(name) for name in ORDER):
        return None
    return {name: form.require(name, f"reporter.{name}", visit.words) for name in ORDER}


async def _done(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    status = 422
    if not form.problems:
        try:
            await visit.asking.post("tips", path, body, Stored, key=form.key)
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            status = form.refuse(refused, visit.words)
        else:
            return see_other(f"/cases/{tip}/reporter")
    return await _page(visit, tip, jurisdiction, form, place, status=status)


async def _page(
    visit: Visit,
    tip: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    place: str,
    *,
    status: int = 200,
    reported: list[Reported] | None = None,
) -> Response[Any]:
    releases = await visit.asking.get("tips", at("tips", tip, "reporter", "releases"), list[Release])
    people = {each.account for each in releases} | {each.answered_by for each in releases if each.answered_by}
    me = visit.caller.account
    own = {each.release for each in releases if each.account == me}
    holds = {each.release for each in releases if each.until is not None and visit.now < each.until}
    waits = {each.release for each in releases if not each.answer}
    return await visit.page(
        "reporter/reporter.html",
        status=status,
        tip=tip,
        releases=releases,
        holds=holds,
        own=own,
        # Nobody asks again for what they asked and may still come, or may read now.
        asks=visit.may("ask_reporter") and (bool(form.problems) or not own & (waits | holds)),
        reported=reported,
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        form_at=lambda where: form if where == place else Form(),
        purposes=[(each, visit.words.word("release_purpose", each)) for each in PURPOSES],
        hours=jurisdiction.sharing.reporter_hours,
        citation=jurisdiction.sharing.reporter_citation,
        needs_order=not any(role in jurisdiction.sharing.reporter_without_order for role in visit.caller.roles),
    )

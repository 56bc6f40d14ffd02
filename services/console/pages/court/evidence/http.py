"""The evidence of a case: what supports each element, what was disclosed, what laboratories owe; custody to print."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.court.answers import PROSECUTION, Case
from services.console.pages.court.case.view import numbers_of
from services.console.pages.court.evidence.answers import Custody, Evidence, Place, Tables
from services.console.pages.court.evidence.view import choices_of, names_of, supports_of

ITEM = "item-"
"""Before the reference of an item, in the name of its box."""


class CourtEvidenceController(Controller):
    """Under the case's page; a form that is refused stands there as it was typed."""

    path = "/court/{case:uuid}/evidence"

    @get("/", opt={"action": "see_court"})
    async def read(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Everything but where it is found."""
        return await _page(visit, case, jurisdiction, Forms(visit))

    @get("/places", opt={"action": "see_accused"})
    async def places(self, case: UUID, visit: Visit) -> Response[Any]:
        """Where each is found; that it is read is put on record before it is shown."""
        evidence, found = await asyncio.gather(
            visit.asking.get(PROSECUTION, f"/cases/{case}/evidence", Evidence),
            visit.asking.get(PROSECUTION, f"/cases/{case}/evidence/places", list[Place]),
        )
        names = names_of(evidence.items, visit.words)
        return await visit.page("court/evidence/places.html", case=case, places=found, names=names)

    @get("/{item:uuid}/custody", opt={"action": "see_court"})
    async def custody(self, case: UUID, item: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One item, to be printed for a court."""
        shown, evidence, found = await asyncio.gather(
            visit.asking.get(PROSECUTION, f"/cases/{case}", Case),
            visit.asking.get(PROSECUTION, f"/cases/{case}/evidence", Evidence),
            visit.asking.get(PROSECUTION, f"/cases/{case}/evidence/{item}/custody", Custody),
        )
        return await visit.page(
            "court/evidence/custody.html",
            of_case=shown.tip,
            case=shown,
            custody=found,
            name=names_of(evidence.items, visit.words)[item],
            numbers=numbers_of(shown),
            agencies=_agencies(jurisdiction),
        )

    @post("/", opt={"action": "record_course"})
    async def list_item(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Something is evidence."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"kind": form.require("kind", "evidence.kind", visit.words), "kept_by": form["kept_by"]}
        body |= {name: typed for name in ("kit", "locator") if (typed := form.text(name))}
        return await _done(visit, case, jurisdiction, form, "list", "", body)

    @post("/{item:uuid}/end", opt={"action": "record_course"})
    async def end_item(self, case: UUID, item: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It supports nothing any more."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words)}
        return await _done(visit, case, jurisdiction, form, f"end-{item}", f"{item}/end", body)

    @post("/counts/{count:uuid}/support", opt={"action": "record_course"})
    async def support(self, case: UUID, count: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An item supports an element."""
        form = Form.of(visit.request)
        body = {
            "count": str(count),
            "element": form.require("element", "evidence.element", visit.words),
            "item": form.require("item", "evidence.which", visit.words),
        }
        return await _done(visit, case, jurisdiction, form, f"support-{count}", "support", body)

    @post("/counts/{count:uuid}/support-end", opt={"action": "record_course"})
    async def end_support(self, case: UUID, count: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It does not support it after all."""
        form = Form.of(visit.request)
        element, _, item = form.require("pair", "evidence.which", visit.words).partition(" ")
        body = {"count": str(count), "element": element, "item": item, "reason": form["reason"]}
        return await _done(visit, case, jurisdiction, form, f"unsupport-{count}", "support/end", body)

    @post("/discovery/{accused:uuid}", opt={"action": "record_course"})
    async def give(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The items that are ticked were disclosed."""
        form = Form.of(visit.request)
        items = sorted(name.removeprefix(ITEM) for name in form if name.startswith(ITEM))
        if not items:
            form.problems[""] = visit.words.say("evidence.give.which")
        body = {
            "accused": str(accused),
            "items": items,
            "recipient": form["recipient"],
            "way": form["way"],
            "at": moment_in(form, "at", visit),
        }
        return await _done(visit, case, jurisdiction, form, f"give-{accused}", "discovery", body)

    @post("/givings/{giving:uuid}/correct", opt={"action": "record_course"})
    async def correct(self, case: UUID, giving: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It was entered in error."""
        form = Form.of(visit.request)
        path, body = f"discovery/{giving}/correction", {"reason": form["reason"]}
        return await _done(visit, case, jurisdiction, form, f"giving-{giving}", path, body)

    @post("/requests", opt={"action": "record_course"})
    async def ask_laboratory(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A laboratory was asked."""
        form = Form.of(visit.request)
        body = {
            "item": form.require("item", "evidence.which", visit.words),
            "laboratory": form["laboratory"],
            "test": form["test"],
            "at": moment_in(form, "at", visit),
        }
        return await _done(visit, case, jurisdiction, form, "ask", "requests", body)

    @post("/requests/{request_id:uuid}/answer", opt={"action": "record_course"})
    async def answer(self, case: UUID, request_id: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It answered."""
        form = Form.of(visit.request)
        body = {"answer": form["answer"], "at": moment_in(form, "at", visit)}
        path = f"requests/{request_id}/answers"
        return await _done(visit, case, jurisdiction, form, f"answer-{request_id}", path, body)

    @post("/requests/{request_id:uuid}/end", opt={"action": "record_course"})
    async def end_request(
        self, case: UUID, request_id: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """No answer is waited for."""
        form = Form.of(visit.request)
        path, body = f"requests/{request_id}/end", {"reason": form["reason"]}
        return await _done(visit, case, jurisdiction, form, f"unask-{request_id}", path, body)


async def _done(
    visit: Visit, case: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    """On record, and back to the page; or the page with the form as it was typed, at its place."""
    parts: Sequence[str] = path.split("/") if path else ()
    status = await send(visit, form, PROSECUTION, at("cases", case, "evidence", *parts), body)
    if isinstance(status, int):
        return await _page(visit, case, jurisdiction, Forms(visit, form, place), status)
    return gone_to(f"/court/{case}/evidence", place)


async def _page(
    visit: Visit, reference: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    case, evidence, tables = await asyncio.gather(
        visit.asking.get(PROSECUTION, f"/cases/{reference}", Case),
        visit.asking.get(PROSECUTION, f"/cases/{reference}/evidence", Evidence),
        visit.asking.get(PROSECUTION, "/reference", Tables),
    )
    names = names_of(evidence.items, visit.words)
    return await visit.page(
        "court/evidence/evidence.html",
        status=status,
        of_case=case.tip,
        case=case,
        evidence=evidence,
        names=names,
        supports={each.count: supports_of(evidence, each.count, names, visit.words) for each in evidence.counts},
        of=choices_of(evidence, tables.evidence, jurisdiction, visit.words),
        citation=tables.evidence.discovery_citation,
        numbers=numbers_of(case),
        agencies=_agencies(jurisdiction),
        forms=forms,
    )


def _agencies(jurisdiction: Jurisdiction) -> dict[str, str]:
    return {each.agency_id: each.name for each in jurisdiction.agencies.values()}

"""Why a clock is due when it is, whatever it is of; and what is decided about it. Made to be printed."""

from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.explaining import Explained
from contracts.rules import KEPT_BY
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.case.answers import TeamReference
from services.console.pages.clock.view import people_of, rulings_of, view_of
from services.kernel.http.problems import NotFound

OF_A_CASE = {"rapid_assessment": "/teams/of-tip", "tips": "/tips"}
"""Where the services that keep a case's clocks have them."""


class Place(NamedTuple):
    """Where a clock is asked for, and the page of what it is of; `may_rule` is the action of who decides about it.

    `record` says of which case it is, where no address does.
    """

    service: str
    path: str
    back: str
    may_rule: str = ""
    record: str = ""


class OfCase(msgspec.Struct, frozen=True):
    """The case of a kit, or of a prosecution."""

    tip: UUID


class ClockController(Controller):
    """For whoever may see what the clock is of."""

    path = "/"

    @get("/cases/{tip:uuid}/clocks/{clock:str}", opt={"action": "see_case"})
    async def of_case(self, tip: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Of a team, of contact with the child, of its custody, of a reporting duty."""
        return await _page(visit, jurisdiction, _of_case(tip, clock), clock, Forms(visit))

    @post("/cases/{tip:uuid}/clocks/{clock:str}", opt={"action": "act_on_case"})
    async def rule_on_case(self, tip: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Decides what its rule allows."""
        team = await visit.asking.get("rapid_assessment", f"/teams/of-tip/{tip}", TeamReference)
        return await _ruled(visit, jurisdiction, _of_case(tip, clock), clock, f"/teams/{team.reference}")

    @get("/kits/{kit:uuid}/clocks/{clock:str}", opt={"action": "see_kit"})
    async def of_kit(self, kit: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Of an evidence kit."""
        place = Place("forensic_clinic", f"/kits/{kit}", f"/kits/{kit}", record=f"/kits/{kit}")
        return await _page(visit, jurisdiction, place, clock, Forms(visit))

    @get("/court/{case:uuid}/accused/{accused:uuid}/clocks/{clock:str}", opt={"action": "see_court"})
    async def of_accused(
        self, case: UUID, accused: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Of an accused."""
        return await _page(visit, jurisdiction, _of_accused(case, accused), clock, Forms(visit))

    @get("/clocks/{clock:str}", opt={"action": "see_clock"})
    async def of_the_house(
        self, clock: str, visit: Visit, jurisdiction: Jurisdiction, of: UUID | None = None, tip: UUID | None = None
    ) -> Response[Any]:
        """Of how the house itself is kept: accounts, incidents, reviews. Whose it is to read their services decide."""
        return await _page(visit, jurisdiction, _of_the_house(visit, clock, of, tip), clock, Forms(visit))

    @post("/court/{case:uuid}/accused/{accused:uuid}/clocks/{clock:str}", opt={"action": "record_course"})
    async def rule_on_accused(
        self, case: UUID, accused: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Decides what its rule allows."""
        place = _of_accused(case, accused)
        return await _ruled(visit, jurisdiction, place, clock, place.path)


def _of_case(tip: UUID, clock: str) -> Place:
    """Raises `NotFound` for a clock that is no case's."""
    service = KEPT_BY.get(clock.partition("-")[0], "")
    if service not in OF_A_CASE:
        raise NotFound
    may_rule = "act_on_case" if service == "rapid_assessment" else ""
    return Place(service, f"{OF_A_CASE[service]}/{tip}", f"/cases/{tip}", may_rule)


def _of_the_house(visit: Visit, clock: str, of: UUID | None, tip: UUID | None) -> Place:
    """Raises `NotFound` for a rule that is not one of these, and without what the clock is of."""
    match clock.partition("-")[0], of, tip:
        case "C77", UUID(), None:
            return Place("audit", f"/reviews/{of}", f"/audit/reviews/{of}")
        case "C81", UUID(), None:
            back = f"/people/{of}" if visit.may("see_accounts") else "/audit/live-after-leaving"
            return Place("identity", f"/accounts/{of}", back)
        case "C82", UUID(), None:
            return Place("identity", f"/incidents/{of}", f"/incidents/{of}")
        case "C84", None, None:
            return Place("identity", "/attestation", "/attestation")
        case "C85", UUID(), UUID():
            return Place("tips", f"/tips/{tip}/openings/{of}", "/reviews")
        case _:
            raise NotFound


def _of_accused(case: UUID, accused: UUID) -> Place:
    return Place("prosecution", f"/cases/{case}/accused/{accused}", f"/court/{case}", "record_course", f"/cases/{case}")


async def _ruled(visit: Visit, jurisdiction: Jurisdiction, place: Place, clock: str, path: str) -> Response[Any]:
    """On record, and back to the clock; or its page with the form as it was typed."""
    form = Form.of(visit.request)
    what, _, authority = form["ruling"].partition(" ")
    body: dict[str, Any] = {
        "what": what,
        "authority": authority,
        "document": form.require("document", "explain.document", visit.words),
    }
    if what != "excused":
        body["at"] = moment_in(form, "at", visit)
    done = await send(visit, form, place.service, f"{path}/clocks{at(clock)}/rulings", body)
    if isinstance(done, UUID):
        return gone_to(visit.path, "course")
    forms = Forms(visit, form, f"{what}-{authority}")
    return await _page(visit, jurisdiction, place, clock, forms, status=done)


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, place: Place, clock: str, forms: Forms, status: int = 200
) -> Response[Any]:
    found = await visit.asking.get(place.service, f"{place.path}/clocks{at(clock)}", Explained)
    names = await visit.house.names.of(visit.asking, visit.caller, people_of(found))
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    steps_of = visit.past and place.record
    return await visit.page(
        "clock/clock.html",
        status=status,
        of_case=(await visit.asking.get(place.service, place.record, OfCase)).tip if steps_of else None,
        found=found,
        shown=view_of(found, place.service, names, agencies, visit.times),
        rulings=rulings_of(found) if place.may_rule and visit.may(place.may_rule) else (),
        forms=forms,
        back=place.back,
    )

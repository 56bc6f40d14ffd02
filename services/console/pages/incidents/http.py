"""Security incidents: whoever is signed in reports one within an hour; those who are told acknowledge and close it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import gone_to, send
from services.console.frame.deadlines import sum_of
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.incidents.waiting import IDENTITY, Row

RULE = "C82"
KINDS = (
    "device_lost",
    "account_misused",
    "wrong_recipient",
    "read_without_need",
    "deception",
    "paper_or_room",
    "other",
)


class Step(msgspec.Struct, frozen=True):
    """What one of those who were told did."""

    by: UUID
    at: datetime
    note: str | None


class Incident(msgspec.Struct, frozen=True):
    """`name` and `text` are None where a court had them destroyed."""

    incident: UUID
    kind: str
    agency: str
    account: UUID
    name: str | None
    discovered_at: datetime
    reported_at: datetime
    due_at: datetime
    late_seconds: int | None
    rule: str
    citation: str
    text: str | None
    acknowledged: Step | None
    closed: Step | None

    @property
    def late(self) -> timedelta | None:
        """After the hour; None in time."""
        return None if self.late_seconds is None else timedelta(seconds=self.late_seconds)


class IncidentsController(Controller):
    """Who may do what to which is for the identity service to say."""

    path = "/incidents"

    @get("/new", opt={"action": "report_incident"})
    async def form(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Few fields; the time begins with now."""
        form = Form()
        form.set_moment("discovered_at", visit.now, visit.times)
        return await _form(visit, jurisdiction, form)

    @post("/new", opt={"action": "report_incident"})
    async def report(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, and to its page."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _form(visit, jurisdiction, form)
        moment = form.moment("discovered_at", visit.words)
        body = {
            "kind": form.require("kind", "incident.kind", visit.words),
            "discovered_at": moment.isoformat() if moment else None,
            "text": form.require("text", "incident.text", visit.words),
        }
        stored = await send(visit, form, IDENTITY, "/incidents", body)
        if isinstance(stored, int):
            return await _form(visit, jurisdiction, form, status=stored)
        return see_other(f"/incidents/{stored}")

    @get("/", opt={"action": "see_incidents"})
    async def incidents(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What nobody is at comes first."""
        found = await visit.asking.get(IDENTITY, "/incidents", list[Row])
        return await visit.page(
            "incidents/incidents.html",
            waiting=[each for each in found if each.closed_at is None],
            closed=[each for each in found if each.closed_at is not None],
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        )

    @get("/{incident:uuid}", opt={"action": "report_incident"})
    async def incident(self, incident: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """For whoever reported it, and for those who are told."""
        return await _page(visit, jurisdiction, incident, Form())

    @post("/{incident:uuid}/acknowledgement", opt={"action": "see_incidents"})
    async def acknowledge(self, incident: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whoever does is at it."""
        form = Form.of(visit.request)
        done = await send(visit, form, IDENTITY, at("incidents", incident, "acknowledgement"), {})
        if isinstance(done, int):
            return await _page(visit, jurisdiction, incident, form, status=done)
        return gone_to(f"/incidents/{incident}", "steps")

    @post("/{incident:uuid}/closing", opt={"action": "see_incidents"})
    async def close(self, incident: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """With what was done about it."""
        form = Form.of(visit.request)
        body = {"note": form.require("note", "incident.note", visit.words)}
        done = await send(visit, form, IDENTITY, at("incidents", incident, "closing"), body)
        if isinstance(done, int):
            return await _page(visit, jurisdiction, incident, form, status=done)
        return see_other("/incidents")


async def _form(visit: Visit, jurisdiction: Jurisdiction, form: Form, *, status: int = 200) -> Response[Any]:
    return await visit.page(
        "incidents/new.html",
        status=status,
        form=form,
        typed="typed",
        kinds=[(each, visit.words.word("incident_kind", each)) for each in KINDS],
        rule=jurisdiction.clock_rule(RULE),
    )


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, incident: UUID, form: Form, *, status: int = 200
) -> Response[Any]:
    found = await visit.asking.get(IDENTITY, at("incidents", incident), Incident)
    steps = [each for each in (found.acknowledged, found.closed) if each is not None]
    return await visit.page(
        "incidents/incident.html",
        status=status,
        found=found,
        sum=sum_of(found.discovered_at, found.due_at, visit.times),
        form=form,
        names=await visit.house.names.of(visit.asking, visit.caller, {each.by for each in steps}),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
    )

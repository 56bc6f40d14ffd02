"""A list taken away as a file: asked of its service in the viewer's name, which puts that on record first.

A form sends it, never a link: it is an event, and GET never makes one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from litestar import Controller, Response, post

from services.console.asking import Params
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.kernel.http.exporting import MEDIA_TYPE
from services.kernel.http.problems import NotFound


class Place(NamedTuple):
    """Where a list is, and what may narrow it."""

    service: str
    path: str
    filters: tuple[str, ...] = ()


LISTS: Mapping[str, Place] = {
    "tips": Place("tips", "/tips", ("received_since", "received_before", "county", "alike")),
    "tips-to-do": Place("tips", "/tips/to-do", ("only",)),
    "duties": Place("tips", "/duties", ("rule",)),
    "next-duties": Place("tips", "/duties/next"),
    "told-duties": Place("tips", "/duties/told"),
    "openings": Place("tips", "/openings"),
    "releases": Place("tips", "/releases"),
    "orders": Place("tips", "/destructions"),
    "teams": Place("rapid_assessment", "/teams", ("phase",)),
    "open-cases": Place("rapid_assessment", "/teams/open", ("county", "standing", "seat")),
    "team-times": Place("rapid_assessment", "/teams/times", ("county", "outcome", "since", "until")),
    "figures": Place("rapid_assessment", "/figures"),
    "responders": Place("rapid_assessment", "/responders", ("credential",)),
    "certified": Place("rapid_assessment", "/responders/certified"),
    "rotas": Place("rapid_assessment", "/rotas"),
    "rota-board": Place("rapid_assessment", "/rotas/board"),
    "drills": Place("rapid_assessment", "/drills"),
    "my-shifts": Place("rapid_assessment", "/mine/shifts"),
    "my-seats": Place("rapid_assessment", "/mine/seats"),
    "my-deadlines": Place("rapid_assessment", "/mine/deadlines"),
    "notices": Place("rapid_assessment", "/notices", ("tip",)),
    "waiting-notices": Place("rapid_assessment", "/notices/waiting"),
    "exams": Place("forensic_clinic", "/exams", ("phase", "day", "only")),
    "kits": Place("forensic_clinic", "/kits", ("only",)),
    "follow-ups": Place("forensic_clinic", "/follow-ups"),
    "claims": Place("forensic_clinic", "/claims", ("since", "until")),
    "kit-report": Place("forensic_clinic", "/kit-report", ("year",)),
    "kit-decisions": Place("forensic_clinic", "/kit-decisions"),
    "census-matters": Place("forensic_clinic", "/census/matters", ("phase",)),
    "prosecution-cases": Place("prosecution", "/cases", ("phase",)),
    "transfers": Place("prosecution", "/transfers"),
    "safe-harbour": Place("prosecution", "/safe-harbour"),
    "cases": Place(
        "audit", "/cases", ("reference", "received_since", "received_before", "county", "missed", "open_finding")
    ),
    "clocks": Place("audit", "/compliance/clocks", ("rule", "since", "until", "county", "agency", "outcome")),
    "closed-cases": Place("audit", "/compliance/closed", ("kind",)),
    "reviews": Place("audit", "/reviews", ("waiting",)),
    "findings": Place("audit", "/findings", ("service", "resolved")),
    "accounts": Place("identity", "/accounts", ("role", "standing")),
    "agencies": Place("identity", "/agencies"),
    "incidents": Place("identity", "/incidents"),
    "attestation": Place("identity", "/attestation"),
    "attesting-administrators": Place("identity", "/attestation/administrators"),
    "live-after-leaving": Place("identity", "/accounts/live-after-leaving", ("on",)),
}
"""By the name a page's form gives."""


class ExportController(Controller):
    """For whoever is signed in: what a list gives whom is decided by its service."""

    path = "/export"

    @post("/{name:str}", opt={"action": "export_list"}, status_code=200)
    async def export(self, name: str, visit: Visit) -> Response[bytes]:
        """The file, as the service made it."""
        place = LISTS.get(name)
        if place is None:
            raise NotFound
        form = Form.of(visit.request)
        asked: Params = {each: form[each] for each in place.filters if form[each]}
        taken = await visit.asking.take(place.service, f"{place.path}/export", asked)
        return Response(
            taken.content,
            media_type=MEDIA_TYPE,
            headers={"Content-Disposition": taken.disposition},
        )

"""Why a clock is due when it is: of a case, a kit or an accused. Made to be printed."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.explaining import Explained
from contracts.rules import KEPT_BY
from services.console.asking import at
from services.console.frame.visit import Visit
from services.console.pages.clock.view import people_of, view_of
from services.kernel.http.problems import NotFound

OF_A_CASE = {"rapid_assessment": "/teams/of-tip", "tips": "/tips"}
"""Where the services that keep a case's clocks have them."""


class ClockController(Controller):
    """For whoever may see what the clock is of."""

    path = "/"

    @get("/cases/{tip:uuid}/clocks/{clock:str}", opt={"action": "see_case"})
    async def of_case(self, tip: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Of a team, of contact with the child, of its custody, of a reporting duty."""
        service = KEPT_BY.get(clock.partition("-")[0], "")
        if service not in OF_A_CASE:
            raise NotFound
        place = f"{OF_A_CASE[service]}/{tip}"
        return await _page(visit, jurisdiction, service, place, clock, f"/cases/{tip}")

    @get("/kits/{kit:uuid}/clocks/{clock:str}", opt={"action": "see_kit"})
    async def of_kit(self, kit: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Of an evidence kit."""
        return await _page(visit, jurisdiction, "forensic_clinic", f"/kits/{kit}", clock, f"/kits/{kit}")

    @get("/court/{case:uuid}/accused/{accused:uuid}/clocks/{clock:str}", opt={"action": "see_court"})
    async def of_accused(
        self, case: UUID, accused: UUID, clock: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Of an accused."""
        place = f"/cases/{case}/accused/{accused}"
        return await _page(visit, jurisdiction, "prosecution", place, clock, f"/court/{case}")


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, service: str, place: str, clock: str, back: str
) -> Response[Any]:
    found = await visit.asking.get(service, f"{place}/clocks{at(clock)}", Explained)
    names = await visit.house.names.of(visit.asking, visit.caller, people_of(found))
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    shown = view_of(found, service, names, agencies, visit.times)
    return await visit.page("clock/clock.html", found=found, shown=shown, back=back)

"""The annual report of kits: where they lie at a year's end, how far they came, and how old they are."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC

FIRST_YEAR = 2025


class Ageing(msgspec.Struct, frozen=True):
    """So many kits in neighbouring bands of age together."""

    bands: list[str]
    kits: int


class DateField(msgspec.Struct, frozen=True):
    """Of how many kits a date is on file, as far as that is told."""

    field: str
    told: str
    on_file: int | None
    not_on_file: int | None


class Reason(msgspec.Struct, frozen=True):
    """Why so many are not submitted."""

    reason: str
    kits: int


class Cell(msgspec.Struct, frozen=True):
    """Kits of one agency that came equally far."""

    agency: str
    state: str
    choice: str
    kits: int
    untested: bool | None
    ages: list[Ageing]
    dates: list[DateField]
    reasons: list[Reason]


class Counts(msgspec.Struct, frozen=True):
    """All kits and those elsewhere; None where it is not told."""

    kits: int | None
    elsewhere: int | None
    cells: list[Cell]


class KitReport(msgspec.Struct, frozen=True):
    """As the clinic's service tells it."""

    year: int
    until: datetime
    least: int
    counts: Counts


class KitReportController(Controller):
    """For who answers to the state for kits; the same for everyone."""

    path = "/kit-report"

    @get("/", opt={"action": "see_kit_report"})
    async def read(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        year: Annotated[int | None, Parameter(ge=2000, le=2200)] = None,
    ) -> Response[Any]:
        """Of a year that is over; without one, the last."""
        last = visit.now.astimezone(jurisdiction.state.clocks).year - 1
        asked = year if year is not None and year <= last else last
        report = await visit.asking.get(CLINIC, "/kit-report", KitReport, {"year": asked})
        return await visit.page(
            "clinic/report/report.html",
            report=report,
            rules=jurisdiction.kit_report,
            years=range(last, FIRST_YEAR - 1, -1),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        )

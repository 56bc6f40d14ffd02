"""Three questions about many cases: how soon teams stand, in which counties they do, and where the time goes."""

from typing import Annotated, Any, Literal

from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params
from services.console.frame.visit import Visit
from services.console.pages.figures.answers import Figures, PageOfTimes
from services.console.pages.figures.view import counties_shown, months_shown, stages_shown

PAGE = 50
Month = Annotated[str, Parameter(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]
Outcome = Literal["owed", "in_time", "late"]


class FiguresController(Controller):
    """For coordinators and auditors. The cases behind a number are for whoever may see each of them."""

    path = "/figures"

    @get("/", opt={"action": "see_figures"})
    async def months(self, visit: Visit) -> Response[Any]:
        """How soon teams stand, month by month."""
        figures = await _figures(visit)
        return await visit.page("figures/months.html", figures=figures, shown=months_shown(figures, visit.times))

    @get("/counties", opt={"action": "see_figures"})
    async def counties(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """In which counties many teams were late."""
        figures = await _figures(visit)
        shown = counties_shown(figures, jurisdiction, visit.times)
        return await visit.page("figures/counties.html", figures=figures, shown=shown)

    @get("/stages", opt={"action": "see_figures"})
    async def stages(self, visit: Visit) -> Response[Any]:
        """Where the time goes."""
        figures = await _figures(visit)
        return await visit.page("figures/stages.html", figures=figures, shown=stages_shown(figures, visit.times))

    @get("/cases", opt={"action": "see_figures_cases"})
    async def cases(
        self,
        visit: Visit,
        since: Month = "",
        until: Month = "",
        county: Annotated[str, Parameter(max_length=60)] = "",
        outcome: Outcome = "owed",
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Response[Any]:
        """Behind a number, those that the viewer may see."""
        given = {"since": since, "until": until, "county": county, "outcome": outcome}
        asked = {name: value for name, value in given.items() if value}
        params: Params = {**asked, "limit": PAGE, "skip": skip}
        found = await visit.asking.get("rapid_assessment", "/teams/times", PageOfTimes, params)
        return await visit.page("figures/cases.html", found=found, asked=asked, county=county, skip=skip, page=PAGE)


async def _figures(visit: Visit) -> Figures:
    return await visit.asking.get("rapid_assessment", "/figures", Figures)

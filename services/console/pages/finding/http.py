"""Finding people: who may fill each seat in a county, now or later, in order, and who is left out, with the reason."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.case.order import Passed, Ranked, because, left_out_for

Typed = Annotated[str, Parameter(max_length=20)]


class SeatFound(msgspec.Struct, frozen=True):
    """A seat: whom to ask for it, who is left out, and how many rotas for it hold the county."""

    seat: str
    rotas: int
    people: list[Ranked]
    left_out: list[Passed]


class Found(msgspec.Struct, frozen=True):
    """Each seat at that moment."""

    county: str
    at: datetime
    seats: list[SeatFound]

    @property
    def accounts(self) -> set[UUID]:
        """Whose names the page needs."""
        asked = {each.account for seat in self.seats for each in seat.people}
        return asked | {each.account for seat in self.seats for each in seat.left_out}


class FindingController(Controller):
    """For the coordinator."""

    path = "/finding"

    @get("/", opt={"action": "find_people"})
    async def find(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        county: Annotated[str, Parameter(max_length=60)] = "",
        at_day: Typed = "",
        at: Typed = "",
        at_which: Typed = "",
    ) -> Response[Any]:
        """Without a time, now. Nobody is asked by it."""
        form = Form({"county": county, "at_day": at_day, "at": at, "at_which": at_which})
        moment = form.moment("at", visit.words) if at_day or at else None
        # Minutes are typed: this one is meant as now.
        later = moment is not None and moment > visit.now
        asked: Params = {"county": county, **({"at": moment.isoformat()} if moment is not None and later else {})}
        if moment is not None and moment < visit.now.replace(second=0, microsecond=0):
            form.problems["at"] = visit.words.say("finding.past")
        found, status = None, 422 if form.problems else 200
        if county and not form.problems:
            try:
                found = await visit.asking.get("rapid_assessment", "/finding", Found, asked)
            except (Refusal, Unreachable) as refused:
                status = form.refuse(refused, visit.words)
        return await visit.page(
            "finding/finding.html",
            status=status,
            form=form,
            found=found,
            later=later,
            counties=[(each, each) for each in sorted(each.county for each in jurisdiction.counties.values())],
            names=await visit.house.names.of(visit.asking, visit.caller, found.accounts if found else ()),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
            because=because,
            left_out_for=left_out_for,
        )

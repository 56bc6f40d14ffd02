"""The census of kits: what is to be settled, what a day's count found, and the form to state what an agency keeps."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC
from services.console.pages.clinic.census.answers import Day, Matter, MatterRow

DAY = timedelta(days=1)
STATE, SETTLE = "state", "settle"
MOST = 200
"""As many matters as the service lists, the oldest first."""


class CensusController(Controller):
    """For those through whose hands kits go."""

    path = "/census"

    @get("/", opt={"action": "see_census"})
    async def read(
        self, visit: Visit, jurisdiction: Jurisdiction, day: Annotated[str, Parameter(max_length=10)] = ""
    ) -> Response[Any]:
        """The last count, or that of a day."""
        return await _page(visit, jurisdiction, Forms(visit), day=_day(day))

    @post("/state", opt={"action": "state_census"})
    async def state(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Everything in one place; what was typed comes back where a line of it is wrong."""
        form = Form.of(visit.request)
        place, county = form["place"], form["county"]
        counted_at = moment_in(form, "counted_at", visit)
        body = {
            "place": place,
            "county": county,
            "counted_at": counted_at,
            "numbers": form["numbers"].splitlines(),
            "none": bool(form["none"]),
        }
        version = form.number(_seen(place, county)) if form["again"] else None
        status = 422
        if not form.problems:
            try:
                await visit.asking.post(CLINIC, "/census/statements", body, Stored, key=form.key, version=version)
            except (Refusal, Unreachable) as refused:
                status = form.refuse(refused, visit.words)
            else:
                return gone_to("/census", "stated")
        return await _page(visit, jurisdiction, Forms(visit, form, STATE), status=status)

    @get("/matters/{matter:uuid}", opt={"action": "see_census_matters"})
    async def matter(self, matter: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One difference; that it is read goes on record first."""
        return await _matter(visit, jurisdiction, matter, Forms(visit))

    @post("/matters/{matter:uuid}/settle", opt={"action": "settle_census_matter"})
    async def settle(self, matter: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What came of it, and why."""
        form = Form.of(visit.request)
        outcome = form.require("outcome", "census.outcome", visit.words)
        body = {"outcome": outcome, "reason": form.require("reason", "kit.reason", visit.words)}
        status = await send(visit, form, CLINIC, at("census", "matters", matter, "settlement"), body)
        if isinstance(status, int):
            return await _matter(visit, jurisdiction, matter, Forms(visit, form, SETTLE), status)
        return gone_to(f"/census/matters/{matter}", "told")


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, forms: Forms, *, day: date | None = None, status: int = 200
) -> Response[Any]:
    found = await visit.asking.get(CLINIC, "/census", Day, {"day": day.isoformat()} if day else {})
    lists = visit.may("see_census_matters")
    matters = await visit.asking.get(CLINIC, "/census/matters", list[MatterRow]) if lists else []
    settled = await visit.asking.get(CLINIC, "/census/matters", list[MatterRow], {"phase": "settled"}) if lists else []
    counties = visit.caller.places
    stated = [*found.stated_today, *(found.stated if found.day != found.today else ())]
    return await visit.page(
        "clinic/census/census.html",
        status=status,
        found=found,
        lists=lists,
        matters=matters,
        settled=settled,
        most=MOST,
        forms=forms,
        form=forms.at(STATE, "counted_at", county=counties[0] if counties and len(counties) == 1 else ""),
        places=[(each.place, visit.words.word("keeping_place", each.place)) for each in jurisdiction.census.places],
        counties=[(each, each) for each in counties or ()],
        seen={_seen(each.place, each.county): each.version for each in found.stated_today},
        before=found.day - DAY,
        after=found.day + DAY if found.day < found.today else None,
        names=await visit.house.names.of(visit.asking, visit.caller, {each.by for each in stated}),
        agencies=_agencies(jurisdiction),
    )


async def _matter(
    visit: Visit, jurisdiction: Jurisdiction, reference: UUID, forms: Forms, status: int = 200
) -> Response[Any]:
    matter = await visit.asking.get(CLINIC, f"/census/matters/{reference}", Matter)
    return await visit.page(
        "clinic/census/matter.html",
        status=status,
        matter=matter,
        forms=forms,
        form=forms.at(SETTLE),
        acts=matter.phase == "open" and visit.may("settle_census_matter"),
        outcomes=[(each, visit.words.word("census_outcome", each)) for each in matter.outcomes],
        names=await visit.house.names.of(visit.asking, visit.caller, _people(matter)),
        agencies=_agencies(jurisdiction),
    )


def _seen(place: str, county: str) -> str:
    """The field of a form that says how often a place had been stated when its page was shown."""
    return f"seen {place} {county}"


def _day(text: str) -> date | None:
    """None for what is no day: then the last one is shown."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _people(matter: Matter) -> set[UUID]:
    return {each.by for each in matter.told if each.by is not None}


def _agencies(jurisdiction: Jurisdiction) -> Mapping[str, str]:
    return {each.agency_id: each.name for each in jurisdiction.agencies.values()}

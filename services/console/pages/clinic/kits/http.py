"""Kits: offered to me, held by me, and what is to be done with each by when; the home of the police and laboratory."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.clinic.answers import CLINIC, Kit, KitRow
from services.console.pages.clinic.kits.view import ALL, MOST, QUEUES, is_in, people_of, queues_of
from services.console.pages.told.told import told

PAGE = 25
SHOWS_TOLD = frozenset({"law_enforcement", "laboratory"})


class KitsController(Controller):
    """For those through whose hands kits go."""

    path = "/kits"

    @get("/", opt={"action": "see_kits"})
    async def kits(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        queue: Annotated[str, Parameter(max_length=10)] = "",
        skip: Annotated[int, Parameter(ge=0, le=1_000)] = 0,
    ) -> Response[Any]:
        """One queue of them, due soonest first; without one, what is asked of this person."""
        return await _page(visit, jurisdiction, Form(), queue=queue if queue in QUEUES else "", skip=skip)

    @post("/find", opt={"action": "see_kits"}, status_code=200)
    async def find(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """By the number on the box, which stands in no address and in no log."""
        form = Form.of(visit.request)
        number = form.require("number", "exam.kit.number", visit.words)
        status = 422
        if not form.problems:
            try:
                found = await visit.asking.post(CLINIC, "/kits/find", {"number": number}, Kit, key=form.key)
            except (Refusal, Unreachable) as refused:
                status = form.refuse(refused, visit.words)
                if isinstance(refused, Refusal) and refused.hidden:
                    form.problems = {"number": visit.words.say("kits.no_such")}
            else:
                return see_other(f"/kits/{found.reference}")
        return await _page(visit, jurisdiction, form, status=status)


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, form: Form, *, queue: str = "", skip: int = 0, status: int = 200
) -> Response[Any]:
    rows = await visit.asking.get(CLINIC, "/kits", list[KitRow])
    queues = queues_of(rows, visit.caller)
    chosen = queue or next(each.name for each in queues if each.number or each.name == ALL)
    there = [row for row in rows if is_in(row, chosen, visit.caller)]
    shown = there[skip : skip + PAGE]
    return await visit.page(
        "clinic/kits/kits.html",
        status=status,
        form=form,
        queues=queues,
        queue=chosen,
        rows=shown,
        total=len(there),
        skip=skip,
        page=PAGE,
        cut=len(rows) == MOST,
        most=MOST,
        names=await visit.house.names.of(visit.asking, visit.caller, people_of(shown)),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        waits=await told(visit) if SHOWS_TOLD & set(visit.caller.roles) else None,
    )

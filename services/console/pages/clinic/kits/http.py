"""Kits: offered to me, held by me, and what is to be done with each by when; the home of the police and laboratory."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable
from services.console.frame.camera import CAMERA
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.clinic.answers import CLINIC, Kit, KitRow
from services.console.pages.clinic.kits.view import ALL, MOST, QUEUES, is_in, people_of, queues_of
from services.console.pages.told.told import told

PAGE = 25
MOST_LABELS = 300
PDF = "application/pdf"
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

    @post("/labels", opt={"action": "print_kit_labels"}, status_code=200)
    async def labels(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Sheets of labels with serials that nobody has yet."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _page(visit, jurisdiction, Form(), labels=form)
        count = form.number("count")
        if count is None or not 1 <= count <= MOST_LABELS:
            form.problems["count"] = visit.words.say("kits.labels.wrong", most=MOST_LABELS)
            return await _page(visit, jurisdiction, Form(), labels=form, status=422)
        try:
            taken = await visit.asking.take(CLINIC, "/kit-labels", {}, {"count": count})
        except (Refusal, Unreachable) as refused:
            status = form.refuse(refused, visit.words)
            return await _page(visit, jurisdiction, Form(), labels=form, status=status)
        return Response(taken.content, media_type=PDF, headers={"Content-Disposition": taken.disposition})


async def _page(
    visit: Visit,
    jurisdiction: Jurisdiction,
    form: Form,
    *,
    labels: Form | None = None,
    queue: str = "",
    skip: int = 0,
    status: int = 200,
) -> Response[Any]:
    rows = await visit.asking.get(CLINIC, "/kits", list[KitRow])
    queues = queues_of(rows, visit.caller)
    chosen = queue or next(each.name for each in queues if each.number or each.name == ALL)
    there = [row for row in rows if is_in(row, chosen, visit.caller)]
    shown = there[skip : skip + PAGE]
    page = await visit.page(
        "clinic/kits/kits.html",
        status=status,
        form=form,
        labels=labels or Form({"count": "30"}),
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
    page.headers.update(CAMERA)
    return page

"""A case: what presses, who sits where, what was reported, what happened; and what a coordinator does about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.acting import gone_to, send
from services.console.frame.forms import VERSION, Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.case.answers import Person, Team, ask
from services.console.pages.case.late import CHECKED, Fact, late_of
from services.console.pages.case.order import Order, because, left_out_for
from services.console.pages.case.view import people_of, standing_of, view_of
from services.kernel.http.problems import NotFound

TAKERS = frozenset({"cps", "local_law_enforcement", "state_law_enforcement", "tribal", "federal"})
SEARCHERS = ("cps_investigator", "cps_coordinator", "law_enforcement", "trafficking_investigator", "victim_advocate")
"""Who may be to do a planned step, as the page offers it."""

HOWS = ("telephone", "in_person", "email", "fax", "letter", "online_system")


class CaseController(Controller):
    """For those who work on it."""

    path = "/cases/{tip:uuid}"

    @get("/", opt={"action": "see_case"})
    async def read(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """All that this person may see of it."""
        return await _page(visit, tip, jurisdiction)

    @get("/people", opt={"action": "see_people"})
    async def people(self, tip: UUID, visit: Visit) -> Response[Any]:
        """Names and stories; that they are read is put on record before they are shown."""
        return await _people(visit, tip)

    @post("/people/messages", opt={"action": "look_at_additions"})
    async def write(self, tip: UUID, visit: Visit) -> Response[Any]:
        """To whoever gave the tip; they read it with their code."""
        form = Form.of(visit.request)
        body = {"text": form.require("text", "people.write.text", visit.words)}
        done = await send(visit, form, "tips", at("tips", tip, "messages"), body)
        if isinstance(done, int):
            return await _people(visit, tip, form, done)
        return gone_to(f"/cases/{tip}/people", "messages")

    @post("/people/looked-at", opt={"action": "look_at_additions"})
    async def look_at_additions(self, tip: UUID, visit: Visit) -> Response[Any]:
        """What was told later was read; what somebody else looked at meanwhile is looked at."""
        form = Form.of(visit.request)
        path, body = at("tips", tip, "additions", "looked-at"), {"number": form.number("number")}
        try:
            await visit.asking.post("tips", path, body, Stored, key=form.key)
        except Refusal as refused:
            if refused.status != 409:
                raise
        return see_other("/")

    @get("/seats/{seat:str}", opt={"action": "act_on_case"})
    async def who_can(self, tip: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who can fill a seat now, first to last, and who is left out, each with the reason."""
        team = await visit.asking.get("rapid_assessment", at("teams", "of-tip", tip), Team)
        path = at("teams", team.reference, "seats", seat, "people")
        found = await visit.asking.get("rapid_assessment", path, Order)
        accounts = {each.account for each in found.people} | {each.account for each in found.left_out}
        return await visit.page(
            "case/order.html",
            tip=tip,
            seat=seat,
            order=found,
            because=because,
            left_out_for=left_out_for,
            names=await visit.house.names.of(visit.asking, visit.caller, accounts),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        )

    @post("/seats/{seat:str}/ask", opt={"action": "act_on_case"})
    async def ask(self, tip: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Asks somebody to take a seat."""
        form = Form.of(visit.request)
        responder = form.require("responder", "case.ask_whom", visit.words)
        path = at("teams", form["team"], "seats", seat, "proposal")
        return await done(visit, tip, jurisdiction, form, f"seat-{seat}", path, {"responder": responder})

    @post("/seats/{seat:str}/release", opt={"action": "act_on_case"})
    async def release(self, tip: UUID, seat: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Empties a seat."""
        form = Form.of(visit.request)
        reason = form.require("reason", "case.reason", visit.words)
        path = at("teams", form["team"], "seats", seat, "release")
        return await done(visit, tip, jurisdiction, form, f"seat-{seat}", path, {"reason": reason})

    @post("/stand-down", opt={"action": "act_on_case"})
    async def stand_down(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Ends the team."""
        form = Form.of(visit.request)
        reason = form.require("reason", "case.reason", visit.words)
        path = at("teams", form["team"], "stand-down")
        return await done(visit, tip, jurisdiction, form, "stand-down", path, {"reason": reason})

    @post("/duties/{rule:str}/{part:str}/told", opt={"action": "record_duty"})
    async def told(self, tip: UUID, rule: str, part: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody was told, now or earlier."""
        form = Form.of(visit.request)
        done_at = form.moment("done_at", visit.words)
        body: dict[str, str | None] = {"done_at": sent(done_at), "how": form["how"] or HOWS[0]}
        body |= {name: typed for name in ("told", "number") if (typed := form.text(name))}
        path, place = at("tips", tip, "duties", rule, "parts", part), f"duty-{rule}-{part}"
        return await done(visit, tip, jurisdiction, form, place, path, body, service="tips", fact=Fact(done_at, rule))

    @post("/duties/{rule:str}/{part:str}/true-time", opt={"action": "record_duty"})
    async def true_time(
        self, tip: UUID, rule: str, part: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """What is on record was in truth at another time. The first entry stays on record."""
        form = Form.of(visit.request)
        done_at = form.moment("done_at", visit.words)
        body = {"done_at": sent(done_at), "reason": form.require("reason", "case.reason", visit.words)}
        path, place = at("tips", tip, "duties", rule, "parts", part, "true-time"), f"duty-{rule}-{part}-true"
        return await done(visit, tip, jurisdiction, form, place, path, body, service="tips", fact=Fact(done_at, rule))

    @post("/duties/{rule:str}/{part:str}/acknowledged", opt={"action": "record_duty"})
    async def acknowledged(
        self, tip: UUID, rule: str, part: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Those told said so."""
        form = Form.of(visit.request)
        body: dict[str, str | None] = {"acknowledged_at": sent(form.moment("acknowledged_at", visit.words))}
        if whom := form.text("acknowledged_by"):
            body["acknowledged_by"] = whom
        path = at("tips", tip, "duties", rule, "parts", part, "acknowledgement")
        return await done(visit, tip, jurisdiction, form, f"duty-{rule}-{part}", path, body, service="tips")


async def _people(visit: Visit, tip: UUID, written: Form | None = None, status: int = 200) -> Response[Any]:
    found = await visit.asking.get("tips", f"/tips/{tip}/persons", list[Person])
    return await visit.page("case/people.html", status=status, tip=tip, people=found, form=Form(), written=written)


async def done(
    visit: Visit,
    tip: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    place: str,
    path: str,
    body: object,
    *,
    service: str = "rapid_assessment",
    fact: Fact | None = None,
    back_to: str = "",
) -> Response[Any]:
    """On record, and back to the case; or the case with the form as it was typed, at its place.

    A fact of some time ago is shown once more before it is sent, beside what was known until now.
    """
    status = 422
    if not form.problems and fact is not None and form[CHECKED] != "yes" and not visit.switched:
        answers = await ask(visit.asking, tip, may_ask_people=False)
        case = view_of(tip, answers, {}, jurisdiction, visit.times) if answers else None
        late = late_of(fact, case, visit.times) if case else None
        if late is not None:
            return await visit.page("case/late.html", form=form, late=late, case=case, place=place)
    if not form.problems:
        try:
            await visit.asking.post(service, path, body, Stored, key=form.key, version=form.number(VERSION))
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            status = form.refuse(refused, visit.words)
        else:
            return see_other(f"/cases/{tip}#{back_to or place}")
    return await _page(visit, tip, jurisdiction, form=form, place=place, status=status)


async def _page(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, *, form: Form | None = None, place: str = "", status: int = 200
) -> Response[Any]:
    answers = await ask(visit.asking, tip, may_ask_people=visit.may("act_on_case"))
    if answers is None:
        raise NotFound
    names = await visit.house.names.of(visit.asking, visit.caller, people_of(answers))
    case = view_of(tip, answers, names, jurisdiction, visit.times)

    def form_at(where: str, *moments: str, at: datetime | None = None) -> Form:
        """The refused one at its place; else an empty one, whose times are now, or when it is said to have been."""
        if form is not None and where == place:
            return form
        fresh = Form()
        for each in moments:
            fresh.set_moment(each, at or visit.now, visit.times)
        return fresh

    return await visit.page(
        "case/case.html",
        status=status,
        case=case,
        answers=answers,
        names=names,
        refused_at=place if form is not None else "",
        form_at=form_at,
        standing=lambda bar: standing_of(bar, visit.times),
        hows=[(code, visit.words.word("how", code)) for code in HOWS],
        counties=sorted((county.county, county.county) for county in jurisdiction.counties.values()),
        takers=takers_of(jurisdiction),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        searchers=SEARCHERS,
        numbered={part.part for duty in jurisdiction.reporting for part in duty.parts if part.numbered},
        codes=lambda family, codes: [(code, visit.words.word(family, code)) for code in codes],
    )


def sent(moment: datetime | None) -> str | None:
    """As a service reads it."""
    return moment.isoformat() if moment else None


def takers_of(jurisdiction: Jurisdiction) -> list[tuple[str, str]]:
    """Agencies of those who may take a child: officers, and agents of Child Protection Services; by name."""
    agencies = (each for each in jurisdiction.agencies.values() if each.kind in TAKERS)
    return sorted(((each.agency_id, each.name) for each in agencies), key=lambda pair: pair[1])

"""Why something came about: for auditors, from a sentence of the story or from what is new on a page of the past."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, at
from services.console.frame.times import Times
from services.console.frame.visit import Visit, see_other
from services.console.pages.audit.answers import Replay, Sentence
from services.console.pages.audit.why_answers import Because, Look, Why
from services.console.pages.case.view import NARROW, WIDE
from services.console.timeline.chain import Chain, Row, Shape, draw_chain
from services.console.timeline.story import LANES, Lane
from services.kernel.http.looking_back import looking_back
from services.kernel.past.log import By

MOST = 8
"""Of what came of it so many are drawn, and shown at once; the list has them all."""
SHAPES: dict[str, Shape] = {"tip": "tip", "clock": "time", "moment": "time"}
PAGES: Mapping[str, tuple[str, str]] = {
    "exam": ("/exams", "see_exam"),
    "kit": ("/kits", "see_kit"),
    "case": ("/court", "see_court"),
}
"""By what was looked at: its page, and what the gate is asked about that. Anything else is on the page of the case."""
Moment = Annotated[str, Parameter(max_length=40)]


class Pictures(NamedTuple):
    """The same chain for desks and for phones."""

    wide: Chain
    narrow: Chain
    events: int


class WhyController(Controller):
    """Each fact opens into its cause."""

    path = "/audit/cases/{case:uuid}"

    @get("/events/{event:uuid}/why", opt={"action": "audit_cases"})
    async def why(self, case: UUID, event: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What led to it, what came of it, and what whoever decided it had opened."""
        path = at("cases", case, "events", event, "why")
        told = await visit.asking.get("audit", path, Why, {"language": visit.words.language})
        # What came with it by the same act says least of what came of it.
        came = sorted(told.led_to, key=lambda each: each.why == "with")
        steps = [*told.causes, *came]
        people = {each.sentence.account for each in steps if each.sentence.account is not None}
        return await visit.page(
            "audit/why.html",
            why=told,
            came=came,
            most=MOST,
            page_of=lambda look: _page_of(look, case, visit),
            pictures=_pictures(told.causes, came, visit.times),
            names=await visit.house.names.of(visit.asking, visit.caller, people),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        )

    @get("/why", opt={"action": "audit_cases", "looks_back_itself": True})
    async def at_a_moment(
        self, case: UUID, visit: Visit, as_of: Moment = "", by: By = "recorded", service: Literal[Lane, ""] = ""
    ) -> Response[Any] | Redirect:
        """What came at that moment, for whoever stands on a page of the past; one event alone is opened at once."""
        if not as_of:
            return see_other(f"/audit/cases/{case}")
        asked: Params = {"by": by, "as_of": as_of, "language": visit.words.language}
        told = await visit.asking.get("audit", at("cases", case, "replay"), Replay, asked)
        found = _at_its_end(told.sentences, by, service)
        if len(found) == 1:
            return see_other(f"/audit/cases/{case}/events/{found[0].event}/why")
        return await visit.page("audit/why_then.html", case=case, found=found, as_of=told.as_of)


def _page_of(look: Look, case: UUID, visit: Visit) -> str:
    """Where it is seen as it was then: on the page of the case, where auditors have no other at a past moment."""
    path, action = PAGES.get(look.question, ("", ""))
    if path and visit.house.gate.may_use(looking_back(visit.caller), action):
        return visit.then(f"{path}/{look.records[0]}", look.recorded_at, "recorded")
    return visit.then(f"/cases/{case}", look.recorded_at, "recorded")


def _at_its_end(sentences: Sequence[Sentence], by: By, service: str) -> list[Sentence]:
    """The latest of them, all that are of one moment."""

    def moment(each: Sentence) -> datetime:
        return each.recorded_at if by == "recorded" else each.happened_at

    latest = max((moment(each) for each in sentences), default=None)
    return [each for each in sentences if moment(each) == latest and service in {"", each.service}]


def _pictures(causes: Sequence[Because], came: Sequence[Because], times: Times) -> Pictures:
    """From the tip down to the event, and some of what came of it."""
    rows: list[Row] = []
    for each in reversed(causes):
        rows.append(_row(each, times, len(rows) - 1 if rows else None, this=each is causes[0]))
    this = len(rows) - 1
    rows += [_row(each, times, this) for each in came[:MOST]]
    services = {each.lane for each in rows}
    order = [*LANES, *sorted(services - set(LANES))]
    lanes = [(lane, times.words.word("service", lane)) for lane in order if lane in services]
    wide, narrow = (draw_chain(rows, lanes, width) for width in (WIDE, NARROW))
    return Pictures(wide, narrow, len(rows))


def _row(each: Because, times: Times, of: int | None, *, this: bool = False) -> Row:
    sentence = each.sentence
    return Row(
        lane=sentence.service,
        number=sentence.number,
        text=sentence.sentence,
        beneath=f"{times.words.word('service', sentence.service)} · {times.short(sentence.recorded_at)}",
        shape=SHAPES.get(each.why, "itself" if sentence.actor.startswith("service:") else "person"),
        of=of,
        loose=each.why == "command",
        this=this,
    )

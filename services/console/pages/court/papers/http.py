"""The papers of a case and how they are served: issued, out, served, failed and tried again, or withdrawn."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.frame.words import Words
from services.console.pages.court.answers import PROSECUTION, Case
from services.console.pages.court.case.view import numbers_of
from services.console.pages.court.papers.answers import Lists, Papers, Served, Tables

FAMILIES = {"out": "paper_server", "served": "paper_way", "failed": "paper_failure", "withdrawn": "paper_withdrawn"}
"""Of each step, what the word that goes with it says: who serves it, how, why not."""

Options = Sequence[tuple[str, str]]


class CourtPaperController(Controller):
    """Under the case's page; a form that is refused stands there as it was typed."""

    path = "/court/{case:uuid}/papers"

    @get("/", opt={"action": "see_court"})
    async def read(self, case: UUID, visit: Visit) -> Response[Any]:
        """How each stands, without names."""
        return await _page(visit, case, Forms(visit))

    @get("/addressees", opt={"action": "see_accused"})
    async def addressees(self, case: UUID, visit: Visit) -> Response[Any]:
        """Who is to be served, and where; that it is read is put on record before it is shown."""
        papers, found = await asyncio.gather(
            visit.asking.get(PROSECUTION, f"/cases/{case}/papers", Papers),
            visit.asking.get(PROSECUTION, f"/cases/{case}/papers/addressees", list[Served]),
        )
        by_paper = {each.paper: each for each in papers.papers}
        shown = [(by_paper[each.paper], each.addressee) for each in found if each.paper in by_paper]
        return await visit.page("court/papers/addressees.html", case=case, shown=shown)

    @post("/", opt={"action": "record_course"})
    async def issue(self, case: UUID, visit: Visit) -> Response[Any]:
        """A paper is to be served."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {
            "kind": form.require("kind", "papers.kind", visit.words),
            "for_whom": form.require("for_whom", "papers.for_whom", visit.words),
            "at": moment_in(form, "at", visit),
        }
        optional = ("hearing", "accused", "victim", "addressee")
        body |= {name: typed for name in optional if (typed := form.text(name))}
        return await _done(visit, case, form, "issue", (), body)

    @post("/{paper:uuid}/step/{step:str}", opt={"action": "record_course"})
    async def step(self, case: UUID, paper: UUID, step: str, visit: Visit) -> Response[Any]:
        """What became of it."""
        form = Form.of(visit.request)
        body = {"step": step, "word": form["word"], "at": moment_in(form, "at", visit)}
        return await _done(visit, case, form, f"{step}-{paper}", (str(paper), "steps"), body)


async def _done(visit: Visit, case: UUID, form: Form, place: str, path: Sequence[str], body: object) -> Response[Any]:
    """On record, and back to the page; or the page with the form as it was typed, at its place."""
    status = await send(visit, form, PROSECUTION, at("cases", case, "papers", *path), body)
    if isinstance(status, int):
        return await _page(visit, case, Forms(visit, form, place), status)
    return gone_to(f"/court/{case}/papers", place)


async def _page(visit: Visit, reference: UUID, forms: Forms, status: int = 200) -> Response[Any]:
    case, papers, tables = await asyncio.gather(
        visit.asking.get(PROSECUTION, f"/cases/{reference}", Case),
        visit.asking.get(PROSECUTION, f"/cases/{reference}/papers", Papers),
        visit.asking.get(PROSECUTION, "/reference", Tables),
    )
    words, numbers = visit.words, numbers_of(case)
    victims = {each: words.say("victims.victim", number=n) for n, each in enumerate(papers.victims, start=1)}
    accused = {each: words.say("court.accused", number=number) for each, number in numbers.items()}
    hearings = {
        each.hearing: f"{words.word('hearing', each.kind)}, {visit.times.short(each.set_for)}" for each in case.hearings
    }
    set_hearings = [each.hearing for each in case.hearings if each.phase == "set"]
    return await visit.page(
        "court/papers/papers.html",
        status=status,
        of_case=case.tip,
        case=case,
        papers=papers,
        forms=forms,
        about=victims | accused | hearings,
        steps=_steps(tables.sittings, words),
        kinds=_words("paper_kind", tables.sittings.papers, words),
        for_whom=_words("paper_for", tables.sittings.for_whom, words),
        accused=[(str(each), said) for each, said in accused.items()],
        victims=[(str(each), said) for each, said in victims.items()],
        hearings=[(str(each), hearings[each]) for each in set_hearings],
    )


def _steps(lists: Lists, words: Words) -> dict[str, Options]:
    """What goes with each step."""
    of = {"out": lists.servers, "served": lists.ways, "failed": lists.failures, "withdrawn": lists.withdrawn}
    return {step: _words(FAMILIES[step], codes, words) for step, codes in of.items()}


def _words(family: str, codes: Iterable[str], words: Words) -> Options:
    return [(code, words.word(family, code)) for code in codes]

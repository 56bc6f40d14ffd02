"""Running clocks under a new version of their rule: each case with its old and its new times, then all on record."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, ShownAgain, Stored, Unreachable, at
from services.console.frame.forms import Form, sentence_of
from services.console.frame.visit import Visit, see_other
from services.console.pages.recompute.view import PAGE, PATHS, OfCase, Shown, cases_with, newer_rules, of_case

REASONS = ("law_changed", "rule_corrected", "court_order")
SHOWN = "shown_"
"""Before the number of a field that holds what was shown of a record."""

WITH = "with_"
"""Before the reference of a case: whether it is to be moved."""


class RecomputeController(Controller):
    """For whoever answers for these clocks."""

    path = "/rules/recompute"

    @get("/", opt={"action": "recompute_clocks"})
    async def read(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
        moved: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Response[Any]:
        """Some cases at a time, what is due first coming first. Changes nothing. `moved` is how many just were."""
        return await _page(visit, jurisdiction, Form(), skip, moved=moved)

    @post("/", opt={"action": "recompute_clocks"})
    async def record(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Moves the clocks of the cases chosen, as they were shown; what changed meanwhile is not moved, and said."""
        form = Form.of(visit.request)
        because = form.require("because", "recompute.because", visit.words)
        chosen = [each for each in _sent(form) if form[f"{WITH}{each.case}"]]
        if not chosen:
            form.problems[""] = visit.words.say("recompute.none_chosen")
        status, moved = 422, set[UUID]()
        if not form.problems:
            status, moved = await _moved(visit, form, chosen, because)
        if status == 200:
            return see_other(f"/rules/recompute?moved={len(moved)}")
        return await _page(visit, jurisdiction, form, form.number("skip") or 0, status, moved=len(moved))


async def _moved(visit: Visit, form: Form, chosen: Sequence[Shown], because: str) -> tuple[int, set[UUID]]:
    """200 where all of it is on record, else the form says of which case it is not, and why; and the cases of which
    something is.
    """
    status, moved = 200, set[UUID]()
    for each in chosen:
        body = {"because": because, "moves": each.moves}
        path = at(PATHS[each.keeper], each.record, "recompute")
        try:
            key = f"{form.key}-{each.record}"
            await visit.asking.post(each.keeper, path, body, Stored, key=key, version=each.version)
        except (Refusal, Unreachable) as refused:
            status = form.refuse(refused, visit.words)
            if isinstance(refused, ShownAgain):
                return status, moved
            why = sentence_of(refused, visit.words) if isinstance(refused, Refusal) else form.problems[""]
            form.problems[f"{WITH}{each.case}"] = visit.words.say(
                "recompute.not_moved", case=str(each.case)[:8], why=why
            )
        else:
            moved.add(each.case)
    form.problems.pop("", None)
    return status, moved


def _sent(form: Form) -> Sequence[Shown]:
    """What was shown and comes back; what is none of ours is passed over."""
    found: list[Shown] = []
    for name in sorted((name for name in form if name.startswith(SHOWN)), key=lambda name: (len(name), name)):
        try:
            found.append(msgspec.json.decode(form[name], type=Shown))
        except msgspec.MsgspecError:
            continue
    return found


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, form: Form, skip: int, status: int = 200, *, moved: int
) -> Response[Any]:
    newer = newer_rules(jurisdiction, jurisdiction.day_of(visit.now))
    cases, are_all = await cases_with(visit.asking, newer)
    found: list[OfCase] = []
    if newer:
        found = list(await asyncio.gather(*(of_case(visit.asking, each, newer) for each in cases[skip : skip + PAGE])))
    return await visit.page(
        "recompute/recompute.html",
        status=status,
        form=form,
        moved=moved,
        rules=[rule for rules in newer.values() for rule in rules],
        cases=[each for each in found if each.clocks],
        of=len(cases),
        are_all=are_all,
        skip=skip,
        page=PAGE,
        reasons=[(code, visit.words.word("cause", code)) for code in REASONS],
    )

"""The auditor's pages: find a case, its story as known or as true, who has read it, whether the record is whole."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import LOCAL, Jurisdiction
from contracts.published import PUBLISHED
from services.console.asking import Params, Refusal, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.times import NoSuchTime, TwiceThatDay, read_typed
from services.console.frame.visit import Visit
from services.console.pages.audit.answers import (
    CasePage,
    Comparison,
    FindingPage,
    LiveAfterLeaving,
    ReadersPage,
    Replay,
)
from services.console.pages.audit.reviews import waiting_reviews
from services.console.pages.audit.view import moment_of, people_of, view_of

PAGE = 50
SOURCES = tuple(PUBLISHED)
"""The services whose logs can be read through."""
Skip = Annotated[int, Parameter(ge=0, le=10_000_000)]
Typed = Annotated[str, Parameter(max_length=20)]
Ticked = Literal["", "yes"]


class AuditController(Controller):
    """For auditors."""

    path = "/audit"

    @get("/cases", opt={"action": "audit_cases"})
    async def cases(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        reference: Annotated[str, Parameter(max_length=36)] = "",
        since: Typed = "",
        before: Typed = "",
        county: Annotated[str, Parameter(max_length=60)] = "",
        missed: Ticked = "",
        finding: Ticked = "",
        skip: Skip = 0,
    ) -> Response[Any]:
        """Cases by their newest event, narrowed by what stands in the address: no personal data is in it."""
        form = Form({"reference": reference, "since": since, "before": before, "county": county, "missed": missed})
        filters = _filters(visit, form, finding)
        found = CasePage([], more=False)
        if not form.problems:
            asked: Params = {**filters, "limit": PAGE, "skip": skip}
            try:
                found = await visit.asking.get("audit", "/cases", CasePage, asked)
            except Refusal as refused:
                if refused.status != 422:
                    raise
                form.refuse(refused, visit.words)
        return await visit.page(
            "audit/cases.html",
            status=422 if form.problems else 200,
            waiting=await waiting_reviews(visit),
            form=form,
            finding=finding,
            filters=filters,
            found=found,
            counties=[(each, each) for each in sorted(jurisdiction.counties)] if visit.may("find_by_county") else [],
            skip=skip,
            page=PAGE,
        )

    @get("/cases/{case:uuid}", opt={"action": "audit_cases", "looks_back_itself": True})
    async def story(
        self,
        case: UUID,
        visit: Visit,
        jurisdiction: Jurisdiction,
        by: Literal["recorded", "happened"] = "recorded",
        as_of_day: Typed = "",
        as_of: Typed = "",
    ) -> Response[Any]:
        """The case as it was known, or as it was true, at a moment; without one, now."""
        form = Form({"as_of_day": as_of_day, "as_of": as_of})
        typed = form.moment("as_of", visit.words) if as_of_day or as_of else None
        moment = moment_of(typed, visit.now)
        asked: Params = {
            "by": by,
            "language": visit.words.language,
            **({"as_of": moment.isoformat()} if moment else {}),
        }
        told = await visit.asking.get("audit", at("cases", case, "replay"), Replay, asked)
        names = await visit.house.names.of(visit.asking, visit.caller, people_of(told))
        if not as_of_day and not as_of:
            form.set_moment("as_of", told.as_of, visit.times)
        return await visit.page(
            "audit/story.html",
            status=422 if form.problems else 200,
            replay=told,
            case=view_of(told, names, jurisdiction, visit.times),
            names=names,
            form=form,
            by=by,
        )

    @get("/cases/{case:uuid}/readers", opt={"action": "audit_cases"})
    async def readers(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction, skip: Skip = 0) -> Response[Any]:
        """One row for each page read, each file taken and each telling."""
        path = at("cases", case, "readers")
        found = await visit.asking.get("audit", path, ReadersPage, {"limit": PAGE, "skip": skip})
        accounts = {each.account for each in found.reads if each.account is not None}
        return await visit.page(
            "audit/readers.html",
            case=case,
            found=found,
            names=await visit.house.names.of(visit.asking, visit.caller, accounts),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
            skip=skip,
            page=PAGE,
        )

    @get("/live-after-leaving", opt={"action": "audit_cases"})
    async def live_after_leaving(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        on_day: Typed = "",
        on: Typed = "",
        on_which: Literal["", "first", "second"] = "",
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Response[Any]:
        """Which accounts let somebody in who had left the agency: at a moment, or ever."""
        form = Form({"on_day": on_day, "on": on, "on_which": on_which})
        moment = form.moment("on", visit.words) if on_day or on else None
        found: list[LiveAfterLeaving] = []
        if not form.problems:
            asked: Params = {"limit": PAGE + 1, "skip": skip, **({"on": moment.isoformat()} if moment else {})}
            path = "/accounts/live-after-leaving"
            found = await visit.asking.get("identity", path, list[LiveAfterLeaving], asked)
        shown = found[:PAGE]
        return await visit.page(
            "audit/live_after_leaving.html",
            status=422 if form.problems else 200,
            form=form,
            on=moment,
            found=shown,
            more=len(found) > PAGE,
            names=await visit.house.names.of(visit.asking, visit.caller, {each.account for each in shown}),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
            skip=skip,
            page=PAGE,
        )

    @get("/findings", opt={"action": "audit_cases"})
    async def findings(self, visit: Visit, resolved: Ticked = "", skip: Skip = 0) -> Response[Any]:
        """What was found of the logs and their copies, and what to do about each."""
        asked: Params = {"resolved": "true" if resolved else "false", "limit": PAGE, "skip": skip}
        found = await visit.asking.get("audit", "/findings", FindingPage, asked)
        return await _findings_page(visit, found, resolved=resolved, skip=skip)

    @post("/findings/verify", opt={"action": "verify_log"}, status_code=200)
    async def verify(self, visit: Visit) -> Response[Any]:
        """Reads one service's whole log; the same form sent again is answered what it was answered."""
        form, compared, status = Form.of(visit.request), None, 200
        body = {"source": form["source"]}
        try:
            compared = await visit.asking.post("audit", "/comparisons", body, Comparison, key=form.key)
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            status = form.refuse(refused, visit.words)
        asked: Params = {"resolved": "false", "limit": PAGE, "skip": 0}
        found = await visit.asking.get("audit", "/findings", FindingPage, asked)
        return await _findings_page(visit, found, form=form, compared=compared, status=status)


async def _findings_page(
    visit: Visit,
    found: FindingPage,
    *,
    resolved: str = "",
    skip: int = 0,
    form: Form | None = None,
    compared: Comparison | None = None,
    status: int = 200,
) -> Response[Any]:
    return await visit.page(
        "audit/findings.html",
        status=status,
        found=found,
        resolved=resolved,
        skip=skip,
        page=PAGE,
        form=form if form is not None and compared is None else Form(),
        compared=compared,
        services=[(each, visit.words.word("service", each)) for each in SOURCES],
    )


def _filters(visit: Visit, form: Form, finding: str) -> dict[str, str]:
    """As the audit service takes them, and its file. A day is a day in Central time, the last one whole."""
    found = {"reference": form["reference"].strip(), "county": form["county"]}
    for field, name, days in (("since", "received_since", 0), ("before", "received_before", 1)):
        if form[field]:
            found[name] = _midnight(visit, form, field, days)
    found |= {"missed": "true"} if form["missed"] else {}
    found |= {"open_finding": "true"} if finding else {}
    return {name: each for name, each in found.items() if each}


def _midnight(visit: Visit, form: Form, field: str, days: int) -> str:
    try:
        day = read_typed(form[field], "00:00")
    except (NoSuchTime, TwiceThatDay):
        form.problems[field] = visit.words.say("form.no_such_time")
        return ""
    return datetime.combine(
        (day.astimezone(LOCAL) + timedelta(days=days)).date(), datetime.min.time(), LOCAL
    ).isoformat()

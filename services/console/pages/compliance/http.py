"""Which deadlines were kept: numbers that open to their clocks, and closed cases beside the path the rules expect."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.compliance.answers import (
    KINDS,
    OUTCOMES,
    ClockPage,
    ClosedPage,
    Conformance,
    Counted,
    Kind,
    Numbers,
    Outcome,
)

AUDIT = "audit"
PAGE = 50
Month = Annotated[str, Parameter(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]
RuleNumber = Annotated[str, Parameter(pattern=r"^([A-Z]\d\d[A-Z]?)?$")]
County = Annotated[str, Parameter(max_length=60)]
AgencyId = Annotated[str, Parameter(max_length=40)]
Skip = Annotated[int, Parameter(ge=0, le=10_000_000)]


class ComplianceController(Controller):
    """For auditors."""

    path = "/audit/compliance"

    @get("/", opt={"action": "audit_cases"})
    async def numbers(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        rule: RuleNumber = "",
        since: Month = "",
        until: Month = "",
        county: County = "",
        agency: AgencyId = "",
    ) -> Response[Any]:
        """Of the deadlines that began in these months, how many were kept; narrowed by what stands in the address."""
        asked = _given(rule=rule, since=since, until=until, county=county, agency=agency)
        found = await visit.asking.get(AUDIT, "/compliance", Numbers, asked)
        return await visit.page(
            "compliance/numbers.html",
            found=found,
            asked=asked,
            form=Form({"rule": rule, "since": since, "until": until, "county": county, "agency": agency}),
            rules=[(each.rule, f"{each.rule} {visit.words.word('clock', each.rule)}") for each in found.rules],
            counties=[(each, each) for each in sorted(jurisdiction.counties)] if found.counties is not None else [],
            agencies=_agencies(jurisdiction),
            outcomes=OUTCOMES,
            headline=_headline(visit, found.months),
        )

    @get("/clocks", opt={"action": "audit_cases"})
    async def clocks(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        rule: RuleNumber = "",
        since: Month = "",
        until: Month = "",
        county: County = "",
        agency: AgencyId = "",
        outcome: Outcome | None = None,
        skip: Skip = 0,
    ) -> Response[Any]:
        """What a number opens to."""
        asked = _given(rule=rule, since=since, until=until, county=county, agency=agency, outcome=outcome or "")
        found = await visit.asking.get(AUDIT, "/compliance/clocks", ClockPage, {**asked, "limit": PAGE, "skip": skip})
        return await visit.page(
            "compliance/clocks.html",
            found=found,
            asked=asked,
            back={name: value for name, value in asked.items() if name != "outcome"},
            said=list(_said(visit, asked, _agencies(jurisdiction))),
            agencies=_agencies(jurisdiction),
            skip=skip,
            page=PAGE,
        )

    @get("/closed", opt={"action": "audit_cases"})
    async def closed(self, visit: Visit, kind: Kind | None = None, skip: Skip = 0) -> Response[Any]:
        """Closed cases, each with how often it left the path that the rules expect."""
        asked = _given(kind=kind or "")
        found = await visit.asking.get(AUDIT, "/compliance/closed", ClosedPage, {**asked, "limit": PAGE, "skip": skip})
        return await visit.page(
            "compliance/closed.html",
            found=found,
            asked=asked,
            form=Form({"kind": kind or ""}),
            kinds=[(each, visit.words.word("deviation", each)) for each in KINDS],
            skip=skip,
            page=PAGE,
        )

    @get("/cases/{case:uuid}", opt={"action": "audit_cases"})
    async def case(self, case: UUID, visit: Visit) -> Response[Any]:
        """One case, each clock with how it went and what deviated, and why."""
        found = await visit.asking.get(AUDIT, at("cases", case, "conformance"), Conformance)
        return await visit.page("compliance/case.html", found=found)


def _given(**asked: str) -> Params:
    """Without what is not asked."""
    return {name: value for name, value in asked.items() if value}


def _headline(visit: Visit, months: Sequence[Counted]) -> str:
    """In a sentence what the tables say."""
    many = {each: sum(getattr(month, each) for month in months) for each in (*OUTCOMES, "all")}
    parts = [visit.words.count(f"compliance.so_many.{each}", many[each]) for each in OUTCOMES if many[each]]
    return f"{visit.words.count('compliance.clocks.count', many['all'])}: {visit.words.listed(parts)}."


def _said(visit: Visit, asked: Params, agencies: Mapping[str, str]) -> Iterator[str]:
    """What the list is narrowed by, in words."""
    words = visit.words
    for name, value in asked.items():
        text = str(value)
        if text == "not_known":
            yield words.say(f"compliance.no_{name}")
        elif name == "rule":
            yield f"{text} {words.word('clock', text)}"
        elif name == "outcome":
            yield words.word("clock_ended", text)
        elif name == "county":
            yield words.say("case.county", county=text)
        elif name == "agency":
            yield agencies.get(text, text)
        else:
            yield words.say(f"compliance.{name}_month", month=text)


def _agencies(jurisdiction: Jurisdiction) -> Mapping[str, str]:
    return {each.agency_id: each.name for each in jurisdiction.agencies.values()}

"""Compliance over HTTP: every rule and month in numbers, the clocks each number opens to, cases beside their path.

Lists hold references only, as the list of cases does. That one was searched is put on record, and that a case was laid
beside its path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.jurisdictions import Jurisdiction
from contracts.language import InvalidValue
from services.audit.compliance.conforming import Conformance, Kind, conformance
from services.audit.compliance.counting import Counted, OfRule, by_rule, counted
from services.audit.compliance.placing import NOT_KNOWN, Asked, Placed, narrowed
from services.audit.compliance.reading import Hiding, Read, by_log, clocks_of, closed_cases, events_of, span_of
from services.audit.compliance.row import ClockRow, row_of
from services.audit.replay.http import NOBODYS, Replays, record_replay
from services.audit.replay.moments import moments_of
from services.audit.replay.telling import read
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed, put_search_on_record
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader

PAGE_LIMIT = 500
CASES_AT_ONCE = 50
"""Whole stories are read for them."""

Month = Annotated[str, Parameter(pattern=r"^((19|20|21)\d\d-(0[1-9]|1[0-2]))?$", description="2026-11")]
RuleNumber = Annotated[str, Parameter(pattern=r"^([A-Z]\d\d[A-Z]?)?$", description="A rule's number")]
County = Annotated[str, Parameter(max_length=60)]
AgencyId = Annotated[str, Parameter(max_length=40)]
Ended = Literal["", "met", "missed", "lawfully_missed", "excused", "open"]


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """How every clock that began in these months stands, `as_of` now.

    `counties` are null for whoever may not look cases up by county. `positions` are how far the copies had come.
    """

    as_of: datetime
    positions: dict[str, int]
    rules: list[OfRule]
    months: list[Counted]
    counties: list[Counted] | None
    agencies: list[Counted]


class ClockPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them, by when they began, the newest first; and the number of all."""

    clocks: list[ClockRow]
    total: int
    as_of: datetime


class ClosedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A closed case: its clocks, how many deviations from the path there were, and of which kinds."""

    case: UUID
    closed_at: datetime
    clocks: int
    deviations: int
    kinds: list[Kind]


class ClosedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them, by reference; `more` says whether a next page holds others."""

    cases: list[ClosedRow]
    more: bool


CLOCKS = Listed("clocks", ClockRow, ("case",))
OF_CLOCKS = Listed("cases by their clocks", ClockRow, ("case",))
"""A search for clocks is on record with its cases, each once, as of any other list."""

CLOSED = Listed("closed cases", ClosedRow, ("case",))


@dataclass(frozen=True)
class Compliance:
    """What the routes work with."""

    replays: Replays
    jurisdiction: Jurisdiction

    def hiding(self, caller: Caller, action: str) -> Hiding:
        """No case that the caller is kept out of, as far as `action` lets them see."""

        def may_see(kept_out: frozenset[UUID]) -> bool:
            record = Record("Case", NOBODYS, accounts={"kept_out": sorted(kept_out)})
            return self.replays.gate.may_touch(caller, action, record)

        return Hiding(caller.account or NOBODYS, self.replays.words.keeps_out, may_see)

    def asked(self, caller: Caller, asked: Asked) -> Asked:
        """Raises `InvalidValue` for what there is not, and `NeverAllowed` for whoever may not ask by county."""
        if asked.county and not self.replays.gate.may_use(caller, "find_by_county"):
            raise NeverAllowed
        # What is none of them may be anything, a name too, and a file puts it on record.
        if asked.county and asked.county not in {NOT_KNOWN, *self.jurisdiction.counties}:
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
        if asked.agency and asked.agency not in {NOT_KNOWN, *self.jurisdiction.agencies}:
            raise InvalidValue("agency", "There is no agency of this name. Choose one of the list.")
        return asked

    async def read(self, caller: Caller, asked: Asked) -> Read:
        """The clocks that fit, and how far the copies had come."""
        span = span_of(asked.since, asked.until, self.jurisdiction)
        found = await clocks_of(self.replays.pool, span, self.hiding(caller, "read_compliance"), self.jurisdiction)
        return Read(narrowed(found.clocks, asked), found.positions)

    async def listed(self, caller: Caller, asked: Asked) -> list[ClockRow]:
        """The newest first."""
        found = (await self.read(caller, asked)).clocks
        newest = sorted(found, key=lambda each: (each.history.began_at, each.history.clock), reverse=True)
        return [row_of(each) for each in newest]

    async def closed(self, caller: Caller, kind: str, first: int, most: int) -> list[ClosedRow]:
        """From the `first` on that fits, up to `most` of them, some stories at a time."""
        pool = self.replays.pool
        cases = await closed_cases(pool, self.hiding(caller, "read_compliance"))
        found: list[ClosedRow] = []
        for begin in range(0, len(cases), CASES_AT_ONCE):
            stories = await events_of(pool, cases[begin : begin + CASES_AT_ONCE])
            laid = (conformance(case, events, self.jurisdiction) for case, events in stories.items())
            found += [row for each in laid if (row := _closed_row(each)) is not None and _has(row, kind)]
            if len(found) >= first + most:
                break
        return found[first : first + most]


class ComplianceController(Controller):
    """For auditors."""

    path = "/compliance"
    tags = ["Compliance"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_compliance"})
    async def numbers(
        self,
        request: Request[Any, Any, Any],
        compliance: Compliance,
        rule: RuleNumber = "",
        since: Month = "",
        until: Month = "",
        county: County = "",
        agency: AgencyId = "",
    ) -> Numbers:
        """Of the clocks that began from the month `since` to the month `until`, in Central time.

        Nothing of a case you are kept out of is in any number.
        """
        caller = caller_of(request)
        asked = compliance.asked(caller, Asked(rule=rule, since=since, until=until, county=county, agency=agency))
        clocks, positions = await compliance.read(caller, asked)
        by_county = compliance.replays.gate.may_use(caller, "find_by_county")
        return Numbers(
            as_of=compliance.replays.time.now(),
            positions=positions,
            rules=by_rule(clocks, compliance.jurisdiction),
            months=counted(clocks, lambda each: each.month),
            counties=counted(_of_cases(clocks), lambda each: each.place.county) if by_county else None,
            agencies=counted(clocks, lambda each: each.place.agency),
        )

    @get("/clocks", opt={"action": "read_compliance"})
    async def clocks(
        self,
        request: Request[Any, Any, Any],
        compliance: Compliance,
        reader: Reader,
        rule: RuleNumber = "",
        since: Month = "",
        until: Month = "",
        county: County = "",
        agency: AgencyId = "",
        outcome: Ended = "",
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    ) -> ClockPage:
        """What a number opens to: the same question with the `outcome` gives as many clocks as the number said."""
        caller = caller_of(request)
        asked = compliance.asked(caller, _asked(rule, since, until, county, agency, outcome))
        found = await compliance.listed(caller, asked)
        page = found[skip : skip + limit]
        of_cases = {each.case: each for each in page if each.case is not None}
        await put_search_on_record(reader, request, OF_CLOCKS, list(of_cases.values()), **_filters(asked))
        return ClockPage(clocks=page, total=len(found), as_of=compliance.replays.time.now())

    @post("/clocks/export", opt={"action": "read_compliance"}, status_code=200, media_type=MEDIA_TYPE)
    async def export_clocks(
        self,
        request: Request[Any, Any, Any],
        compliance: Compliance,
        exports: Exports,
        rule: RuleNumber = "",
        since: Month = "",
        until: Month = "",
        county: County = "",
        agency: AgencyId = "",
        outcome: Ended = "",
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        caller = caller_of(request)
        asked = compliance.asked(caller, _asked(rule, since, until, county, agency, outcome))
        return await exports.take(request, CLOCKS, lambda: compliance.listed(caller, asked), **_filters(asked))

    @get("/closed", opt={"action": "read_compliance"})
    async def closed(
        self,
        request: Request[Any, Any, Any],
        compliance: Compliance,
        reader: Reader,
        kind: Kind | None = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = CASES_AT_ONCE,
        skip: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    ) -> ClosedPage:
        """Each closed case beside the path that the rules expect; with `kind`, those that left it in this way."""
        found = await compliance.closed(caller_of(request), kind or "", skip, limit + 1)
        await put_search_on_record(reader, request, CLOSED, found[:limit], kind=kind)
        return ClosedPage(cases=found[:limit], more=len(found) > limit)

    @post("/closed/export", opt={"action": "read_compliance"}, status_code=200, media_type=MEDIA_TYPE)
    async def export_closed(
        self, request: Request[Any, Any, Any], compliance: Compliance, exports: Exports, kind: Kind | None = None
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        caller = caller_of(request)
        return await exports.take(
            request, CLOSED, lambda: compliance.closed(caller, kind or "", 0, ASKED_FOR), kind=kind
        )


class ConformanceController(Controller):
    """One case, for auditors."""

    path = "/cases"
    tags = ["Compliance"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{case:uuid}/conformance", opt={"action": "replay_case"})
    async def conformance(self, case: UUID, request: Request[Any, Any, Any], compliance: Compliance) -> Conformance:
        """The case beside the path that the rules expect. That you were told is put on record before you are."""
        caller, replays = caller_of(request), compliance.replays

        def may_see(kept_out: frozenset[UUID]) -> bool:
            record = Record("Case", case, accounts={"kept_out": sorted(kept_out)})
            return replays.gate.may_touch(caller, "replay_case", record)

        found = await moments_of(replays.pool, case, replays.words.keeps_out, may_see)
        if found is None:
            raise NotFound
        _, rows, positions = found
        laid = conformance(case, by_log(map(read, rows)), compliance.jurisdiction)
        await record_replay(replays, caller, case, [case], replays.time.now(), "recorded", positions, sentences=0)
        return laid


def _asked(rule: str, since: str, until: str, county: str, agency: str, outcome: Ended) -> Asked:
    return Asked(rule=rule, since=since, until=until, county=county, agency=agency, outcome=outcome)


def _filters(asked: Asked) -> dict[str, object]:
    """As they go on record."""
    return {name: value or None for name, value in msgspec.structs.asdict(asked).items()}


def _of_cases(clocks: Sequence[Placed]) -> list[Placed]:
    """An account or an incident is in no county."""
    return [each for each in clocks if each.place.case is not None]


def _closed_row(laid: Conformance) -> ClosedRow | None:
    """None for a case that is open again."""
    if laid.closed_at is None:
        return None
    return ClosedRow(
        case=laid.case,
        closed_at=laid.closed_at,
        clocks=len(laid.steps),
        deviations=laid.deviations,
        kinds=sorted({deviation.kind for step in laid.steps for deviation in step.deviations}),
    )


def _has(row: ClosedRow, kind: str) -> bool:
    return not kind or kind in row.kinds

"""What runs out next in the cases I sit on, or am asked for? A deadline that passed stays until the duty is done."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.views import Views
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases
from services.rapid_assessment.views.my_seats import PAGE
from services.rapid_assessment.views.open_case_rows import OPEN_CASES, OWN, team_in

# A team that does not stand, a child who was not seen, and what is owed to one who is held, whatever their clocks say.
DEADLINES = """
    SELECT c.*, open.rule, open.clock
    FROM {table} AS c CROSS JOIN LATERAL (
        SELECT owed.rule, c.clocks -> owed.rule FROM unnest(ARRAY[
            CASE WHEN phase = 'open' THEN %(team)s::text END,
            CASE WHEN phase IN ('open', 'formed') AND contact_open THEN %(contact)s::text END]) AS owed (rule)
        WHERE c.clocks ? owed.rule
        UNION ALL SELECT value ->> 'rule', value FROM jsonb_each(c.custody)
    ) AS open (rule, clock)
    WHERE {scope}
    ORDER BY (open.clock ->> 'due_at')::timestamptz, c.team, open.rule LIMIT %(page)s
"""
RULES = {"team": TEAM_RULE, "contact": CONTACT_RULE}


class MyDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of a case of mine, under the version and citation it was started by."""

    tip: UUID
    rule: str
    version: int
    citation: str
    since: datetime
    due_at: datetime


DEADLINES_LISTED = Listed("my deadlines", MyDeadline, records=("tip",))


class MyDeadlinesController(Controller):
    """Of one's own cases alone, whatever else one may see."""

    path = "/mine/deadlines"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_own_cases"})
    async def deadlines(
        self,
        views: Views,
        cases: Cases,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = 10,
    ) -> list[MyDeadline]:
        """What is due first comes first. Nothing of a case one is kept out of."""
        return await my_deadlines(views, cases, request, limit)

    @post("/export", opt={"action": "list_own_cases"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, cases: Cases, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, DEADLINES_LISTED, lambda: my_deadlines(views, cases, request, ASKED_FOR))


async def my_deadlines(views: Views, cases: Cases, request: Request[Any, Any, Any], limit: int) -> list[MyDeadline]:
    """Those of the caller."""
    caller = caller_of(request)
    scope = cases.gate.scope(caller, "list_own_cases", OWN)
    rows = await views.query(
        OPEN_CASES.name,
        scope.into(DEADLINES),
        {"page": limit, **RULES, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = await cases.gate.shown(caller, "list_own_cases", rows, lambda row: team_in(row, cases.time.now()))
    return [msgspec.convert({**row["clock"], "tip": row["tip"], "rule": row["rule"]}, MyDeadline) for row in shown]

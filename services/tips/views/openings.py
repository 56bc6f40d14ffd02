"""Which emergency openings are to be reviewed, and what came of the others? What is not reviewed comes first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.tips import AccountNamed, AccountReadmitted, GlassBroken
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed, ClockStarted
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.tips.break_glass.events import GlassReviewed
from services.tips.break_glass.http import clock_of
from services.tips.tip.events import AccountShutOut

PAGE = 200
RULE = "C85"

# A tip has a row of its own, without an account, that holds whom it names: that may be known before any opening is.
COLUMNS = """
    opening uuid PRIMARY KEY, clock uuid, tip uuid NOT NULL, account uuid, agency text NOT NULL DEFAULT '',
    roles text[] NOT NULL DEFAULT '{{}}', opened_at timestamptz, until timestamptz, due_at timestamptz,
    missed boolean NOT NULL DEFAULT false, outcome text NOT NULL DEFAULT '', reviewed_by uuid, reviewed_at timestamptz,
    named uuid[] NOT NULL DEFAULT '{{}}'
"""

_NAME = """
    INSERT INTO {table} AS t (opening, tip, named) VALUES (%(tip)s, %(tip)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (opening) DO UPDATE SET named = t.named || excluded.named
"""
_READMIT = "UPDATE {table} SET named = array_remove(named, %s) WHERE opening = %s"
_OPEN = """
    INSERT INTO {table} (opening, clock, tip, account, agency, roles, opened_at, until)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_REVIEW = "UPDATE {table} SET outcome = %s, reviewed_by = %s, reviewed_at = %s WHERE opening = %s"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountNamed(tip=tip, account=who) | AccountShutOut(tip=tip, account=who):
            return [Effect(_NAME, {"tip": tip, "who": who})]
        case AccountReadmitted() as e:
            return [Effect(_READMIT, (e.account, e.tip))]
        case GlassBroken() as e:
            at = happening.recorded_at
            row = (e.opening, clock_of(e.opening, RULE), e.tip, e.account, e.agency, list(e.roles), at, e.until)
            return [Effect(_OPEN, row)]
        case GlassReviewed() as e:
            return [Effect(_REVIEW, (e.outcome, e.account, happening.recorded_at, e.opening))]
        case ClockStarted() as e if e.rule == RULE:
            return [Effect("UPDATE {table} SET due_at = %s WHERE clock = %s", (e.due_at, happening.stream))]
        case ClockMissed() as e if e.rule == RULE:
            return [Effect("UPDATE {table} SET missed = true WHERE clock = %s", (happening.stream,))]
        case _:
            return ()


OPENINGS_TO_REVIEW = View("openings", COLUMNS, project)

SCOPE = Columns(
    "Opening",
    accounts={"named": "coalesce(t.named, '{{}}')"},
    words={"agency": "o.agency"},
)

# What the caller may not see is left out before a page is counted; the gate has the last word on each row.
OPENINGS = """
    SELECT o.*, coalesce(t.named, '{{}}') AS kept_out FROM {table} AS o LEFT JOIN {table} AS t ON t.opening = o.tip
    WHERE o.account IS NOT NULL AND {scope}
    ORDER BY (o.outcome <> ''), CASE WHEN o.outcome = '' THEN o.opened_at END, o.opened_at DESC, o.opening
    LIMIT %(page)s
"""


class OpeningRow(msgspec.Struct, frozen=True, kw_only=True):
    """One opening: who, of which agency, until when; and the review, due at `due_at`. `outcome` is empty before it."""

    opening: UUID
    tip: UUID
    account: UUID
    agency: str
    roles: list[str]
    opened_at: datetime
    until: datetime
    due_at: datetime
    missed: bool
    outcome: str
    reviewed_by: UUID | None
    reviewed_at: datetime | None


LISTED = Listed("emergency openings", OpeningRow, records=("opening", "tip"))


class OpeningsController(Controller):
    """For whoever reviews them, filtered by the gate record by record."""

    path = "/openings"
    tags = ["Break-glass"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_openings"})
    async def openings(self, views: Views, gate: Gate, request: Request[Any, Any, Any]) -> list[OpeningRow]:
        """What is to be reviewed first."""
        return await openings_seen(views, gate, request, PAGE)

    @post("/export", opt={"action": "list_openings"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: openings_seen(views, gate, request, ASKED_FOR))


async def openings_seen(views: Views, gate: Gate, request: Request[Any, Any, Any], page: int) -> list[OpeningRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_openings", SCOPE)
    values = {"page": page, **scope.values}
    rows = await views.query("openings", scope.into(OPENINGS), values, at_least=at_least_in(request), current=True)
    return [
        msgspec.convert({name: row[name] for name in OpeningRow.__struct_fields__}, OpeningRow)
        for row in await gate.shown(caller, "list_openings", rows, _record)
    ]


def _record(row: Mapping[str, Any]) -> Record:
    accounts = {"named": row["kept_out"], "opened_by": (row["account"],)}
    return Record("Opening", row["opening"], accounts=accounts, words={"agency": row["agency"]})

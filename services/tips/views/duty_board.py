"""Which reporting duties are not done, and what of each is missing? Those with a due time first, due soonest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.events.tips import AccountNamed, AccountReadmitted
from contracts.language import InvalidValue
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.tips.duty.duties import Duties
from services.tips.duty.events import (
    DutyArose,
    DutyDueTimeChanged,
    DutyFellAway,
    DutyPartAcknowledged,
    DutyPartDone,
)
from services.tips.tip.events import AccountShutOut

PAGE = 200

# The row of a tip itself, with no rule, holds whom the tip names: that may be told before any duty arises, and later.
COLUMNS = """
    tip uuid NOT NULL, rule text NOT NULL, stands boolean NOT NULL DEFAULT false, citation text NOT NULL DEFAULT '',
    since timestamptz, due_at timestamptz, warned boolean NOT NULL DEFAULT false,
    missed boolean NOT NULL DEFAULT false, parts text[] NOT NULL DEFAULT '{{}}',
    must_be_acknowledged text[] NOT NULL DEFAULT '{{}}', told text[] NOT NULL DEFAULT '{{}}',
    acknowledged text[] NOT NULL DEFAULT '{{}}', named uuid[] NOT NULL DEFAULT '{{}}', PRIMARY KEY (tip, rule)
"""

_NAME = """
    INSERT INTO {table} AS t (tip, rule, named) VALUES (%s, '', ARRAY[%s::uuid])
    ON CONFLICT (tip, rule) DO UPDATE SET named = t.named || excluded.named
"""
_READMIT = "UPDATE {table} SET named = array_remove(named, %s) WHERE tip = %s AND rule = ''"
_ARISE = """
    INSERT INTO {table} (tip, rule, stands, citation, since, due_at, parts, must_be_acknowledged)
    VALUES (%s, %s, true, %s, %s, %s, %s, %s)
    ON CONFLICT (tip, rule) DO UPDATE SET stands = true, citation = excluded.citation, since = excluded.since,
        due_at = excluded.due_at, warned = false, missed = false, parts = excluded.parts,
        must_be_acknowledged = excluded.must_be_acknowledged
"""
# Another agency told has acknowledged nothing yet.
_TELL = """
    UPDATE {table} SET told = array_append(array_remove(told, %(part)s), %(part)s),
        acknowledged = array_remove(acknowledged, %(part)s) WHERE tip = %(tip)s AND rule = %(rule)s
"""
_ACKNOWLEDGE = "UPDATE {table} SET acknowledged = array_append(acknowledged, %s) WHERE tip = %s AND rule = %s"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case AccountNamed() | AccountShutOut() as e:
            return [Effect(_NAME, (e.tip, e.account))]
        case AccountReadmitted() as e:
            return [Effect(_READMIT, (e.account, e.tip))]
        case DutyArose() as e:
            row = (e.tip, e.rule, e.citation, e.since, e.due_at, list(e.parts), list(e.acknowledged))
            return [Effect(_ARISE, row)]
        case DutyPartDone() as e:
            return [Effect(_TELL, {"tip": e.tip, "rule": e.rule, "part": e.part})]
        case DutyPartAcknowledged() as e:
            return [Effect(_ACKNOWLEDGE, (e.part, e.tip, e.rule))]
        case DutyDueTimeChanged() as e:
            return [Effect("UPDATE {table} SET due_at = %s WHERE tip = %s AND rule = %s", (e.due_at, e.tip, e.rule))]
        case DutyFellAway() as e:
            return [Effect("UPDATE {table} SET stands = false WHERE tip = %s AND rule = %s", (e.tip, e.rule))]
        case ClockWarned(rule=rule, subject=tip):
            return [Effect("UPDATE {table} SET warned = true WHERE tip = %s AND rule = %s", (tip, rule))]
        case ClockMissed(rule=rule, subject=tip):
            return [Effect("UPDATE {table} SET missed = true WHERE tip = %s AND rule = %s", (tip, rule))]
        case _:
            return ()


DUTY_BOARD = View("duty_board", COLUMNS, project, revision=3)

SCOPE = Columns("Tip", accounts={"named": "kept_out"})

# What the caller may not see is left out before a page is counted; the gate has the last word on each row. What is
# missing is told of the page's rows alone: for all of them it would take longer than everything else.
_MISSING = """
    SELECT page.*, ARRAY(
        SELECT part FROM unnest(parts) WITH ORDINALITY AS p (part, place)
        WHERE NOT part = ANY(CASE WHEN part = ANY(must_be_acknowledged) THEN acknowledged ELSE told END) ORDER BY place
    ) AS missing FROM ({open}) AS page ORDER BY due_at NULLS LAST, since, tip, rule
"""
_OPEN = """
    FROM (
        SELECT d.*, coalesce(t.named, '{{}}') AS kept_out
        FROM {table} AS d LEFT JOIN {table} AS t ON t.tip = d.tip AND t.rule = ''
        WHERE d.rule <> '' AND d.stands AND (%(rule)s::text IS NULL OR d.rule = %(rule)s)
            AND NOT (d.parts <@ d.told AND d.must_be_acknowledged <@ d.acknowledged)
    ) AS open
    WHERE {scope} ORDER BY due_at NULLS LAST, since, tip, rule LIMIT %(page)s
"""
_NUMBERS = "count(*) OVER () AS total, count(*) FILTER (WHERE due_at <= %(now)s) OVER () AS overdue"
BOARD = _MISSING.replace("{open}", f"SELECT * {_OPEN}")
NEXT = _MISSING.replace("{open}", f"SELECT *, {_NUMBERS} {_OPEN}")


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One duty that is not done. `due_at` is null where the law gives no number; then `since` tells how long."""

    tip: UUID
    rule: str
    citation: str
    since: datetime
    due_at: datetime | None
    warned: bool
    missed: bool
    missing: list[str]


class NextDuties(msgspec.Struct, frozen=True, kw_only=True):
    """Those due soonest, and the numbers of all the caller sees."""

    duties: list[DutyRow]
    total: int
    overdue: int


DUTIES = Listed("duties", DutyRow, ("tip",))
NEXT_DUTIES = Listed("next duties", DutyRow, ("tip",))


class DutyBoardController(Controller):
    """The board, filtered by the gate record by record."""

    path = "/duties"
    tags = ["Reporting duties"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_duties"})
    async def board(
        self, views: Views, gate: Gate, duties: Duties, request: Request[Any, Any, Any], rule: str | None = None
    ) -> list[DutyRow]:
        """What is still to be reported, of all rules or of one. `Muster-At-Least` makes it as fresh as a position."""
        return await duties_seen(views, gate, duties, request, rule, PAGE)

    @post("/export", opt={"action": "list_duties"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        duties: Duties,
        exports: Exports,
        request: Request[Any, Any, Any],
        rule: str | None = None,
    ) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request, DUTIES, lambda: duties_seen(views, gate, duties, request, rule, ASKED_FOR), rule=rule
        )

    @get("/next", opt={"action": "list_duties"})
    async def next(
        self,
        views: Views,
        gate: Gate,
        duties: Duties,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = 10,
    ) -> NextDuties:
        """What is to be reported next, and how much there is of it in all."""
        return await next_duties(views, gate, duties, request, limit)

    @post("/next/export", opt={"action": "list_duties"}, status_code=200, media_type=MEDIA_TYPE)
    async def export_next(
        self, views: Views, gate: Gate, duties: Duties, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""

        async def read() -> list[DutyRow]:
            return (await next_duties(views, gate, duties, request, ASKED_FOR)).duties

        return await exports.take(request, NEXT_DUTIES, read)


async def duties_seen(
    views: Views, gate: Gate, duties: Duties, request: Request[Any, Any, Any], rule: str | None, page: int
) -> list[DutyRow]:
    """Those due soonest that the caller may see. Raises `InvalidValue`."""
    if rule is not None and rule not in duties.rules:
        raise InvalidValue("rule", f"There is no such reporting duty. Choose one of: {', '.join(duties.rules)}.")
    caller = caller_of(request)
    scope = gate.scope(caller, "list_duties", SCOPE)
    rows = await views.query(
        "duty_board",
        scope.into(BOARD),
        {"rule": rule, "page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return await _shown(gate, caller, rows)


async def next_duties(
    views: Views, gate: Gate, duties: Duties, request: Request[Any, Any, Any], page: int
) -> NextDuties:
    """Those due soonest that the caller may see, and the numbers of all."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_duties", SCOPE)
    rows = await views.query(
        "duty_board",
        scope.into(NEXT),
        {"rule": None, "page": page, "now": duties.time.now(), **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    first = rows[0] if rows else {"total": 0, "overdue": 0}
    return NextDuties(duties=await _shown(gate, caller, rows), total=first["total"], overdue=first["overdue"])


async def _shown(gate: Gate, caller: Caller, rows: Sequence[Mapping[str, Any]]) -> list[DutyRow]:
    return [
        msgspec.convert({name: row[name] for name in DutyRow.__struct_fields__}, DutyRow)
        for row in await gate.shown(caller, "list_duties", rows, _record)
    ]


def _record(row: Mapping[str, Any]) -> Record:
    return Record("Tip", row["tip"], accounts={"named": row["kept_out"]})

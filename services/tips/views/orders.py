"""Which orders to destroy are there, and which wait for a second person? What is not ended comes first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.tips import AccountNamed, AccountReadmitted
from services.kernel.batch import Effect
from services.kernel.clock import ClockStarted
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.tips.destruction.decisions import RULE
from services.tips.destruction.destructions import clock_of
from services.tips.destruction.events import (
    DestructionCompleted,
    DestructionConfirmed,
    DestructionDropped,
    DestructionRequested,
)
from services.tips.tip.events import AccountShutOut

PAGE = 200

# A tip has a row of its own, without an account, that holds whom it names: that may be known before any order is.
COLUMNS = """
    order_id uuid PRIMARY KEY, clock uuid, tip uuid NOT NULL, account uuid, agency text NOT NULL DEFAULT '',
    phase text NOT NULL DEFAULT '', ordered_at timestamptz, entered_at timestamptz, due_at timestamptz,
    named uuid[] NOT NULL DEFAULT '{{}}'
"""

_NAME = """
    INSERT INTO {table} AS t (order_id, tip, named) VALUES (%(tip)s, %(tip)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (order_id) DO UPDATE SET named = t.named || excluded.named
"""
_READMIT = "UPDATE {table} SET named = array_remove(named, %s) WHERE order_id = %s"
_ENTER = """
    INSERT INTO {table} (order_id, clock, tip, account, agency, phase, ordered_at, entered_at)
    VALUES (%s, %s, %s, %s, %s, 'requested', %s, %s)
"""
_PHASE = "UPDATE {table} SET phase = %s WHERE order_id = %s"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountNamed(tip=tip, account=who) | AccountShutOut(tip=tip, account=who):
            return [Effect(_NAME, {"tip": tip, "who": who})]
        case AccountReadmitted() as e:
            return [Effect(_READMIT, (e.account, e.tip))]
        case DestructionRequested() as e:
            at = happening.recorded_at
            return [Effect(_ENTER, (e.order, clock_of(e.order), e.tip, e.account, e.agency, e.ordered_at, at))]
        case DestructionConfirmed() as e:
            return [Effect(_PHASE, ("confirmed", e.order))]
        case DestructionDropped() as e:
            return [Effect(_PHASE, ("dropped", e.order))]
        case DestructionCompleted() as e:
            return [Effect(_PHASE, ("completed", e.order))]
        case ClockStarted() as e if e.rule == RULE:
            return [Effect("UPDATE {table} SET due_at = %s WHERE clock = %s", (e.due_at, happening.stream))]
        case _:
            return ()


ORDERS_TO_DESTROY = View("orders", COLUMNS, project)

SCOPE = Columns("DestructionOrder", accounts={"named": "coalesce(t.named, '{{}}')"})

# What the caller may not see is left out before a page is counted; the gate has the last word on each row.
ORDERS = """
    SELECT o.*, coalesce(t.named, '{{}}') AS kept_out FROM {table} AS o LEFT JOIN {table} AS t ON t.order_id = o.tip
    WHERE o.account IS NOT NULL AND {scope}
    ORDER BY (o.phase IN ('completed', 'dropped')), o.due_at, o.entered_at DESC, o.order_id LIMIT %(page)s
"""


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One order. Which court, its number and what was done by it is read on its own page."""

    order_id: UUID
    tip: UUID
    account: UUID
    agency: str
    phase: str
    ordered_at: datetime
    entered_at: datetime
    due_at: datetime | None


LISTED = Listed("orders to destroy", OrderRow, records=("order_id", "tip"))


class OrdersController(Controller):
    """For the two who answer for orders, filtered by the gate record by record."""

    path = "/destructions"
    tags = ["Destruction"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_destructions"})
    async def orders(self, views: Views, gate: Gate, request: Request[Any, Any, Any]) -> list[OrderRow]:
        """What is due first comes first."""
        return await _seen(views, gate, request, PAGE)

    @post("/export", opt={"action": "list_destructions"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: _seen(views, gate, request, ASKED_FOR))


async def _seen(views: Views, gate: Gate, request: Request[Any, Any, Any], page: int) -> list[OrderRow]:
    caller = caller_of(request)
    scope = gate.scope(caller, "list_destructions", SCOPE)
    values = {"page": page, **scope.values}
    rows = await views.query("orders", scope.into(ORDERS), values, at_least=at_least_in(request), current=True)
    return [
        msgspec.convert({name: row[name] for name in OrderRow.__struct_fields__}, OrderRow)
        for row in await gate.shown(caller, "list_destructions", rows, _record)
    ]


def _record(row: Mapping[str, Any]) -> Record:
    accounts = {"named": row["kept_out"], "requested_by": (row["account"],)}
    return Record("DestructionOrder", row["order_id"], accounts=accounts)

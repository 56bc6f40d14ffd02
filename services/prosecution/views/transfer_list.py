"""Which cases are offered to my office, which did it offer, and which did it hand on? Never what happened since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.prosecution.case.events import (
    AccountKeptOut,
    ConflictDeclared,
    ExclusionEnded,
    TransferAccepted,
    TransferOffered,
    TransferRefused,
    TransferWithdrawn,
)
from services.prosecution.cases import transfer_of

PAGE = 200

# A row for each transfer, and one of number 0 for each case that somebody is kept out of: that may be known before.
COLUMNS = """
    "case" uuid NOT NULL, number integer NOT NULL, tip uuid, giver text NOT NULL DEFAULT '',
    receiver text NOT NULL DEFAULT '', reason text NOT NULL DEFAULT '', phase text NOT NULL DEFAULT '',
    offered_at timestamptz, answered_at timestamptz, case_phase text NOT NULL DEFAULT '',
    accused integer NOT NULL DEFAULT 0, open_counts integer NOT NULL DEFAULT 0,
    kept_out uuid[] NOT NULL DEFAULT '{{}}', PRIMARY KEY ("case", number)
"""

_KEEP_OUT = """
    INSERT INTO {table} AS t ("case", number, kept_out) VALUES (%s, 0, ARRAY[%s::uuid])
    ON CONFLICT ("case", number) DO UPDATE SET kept_out = t.kept_out || excluded.kept_out
"""
_READMIT = 'UPDATE {table} SET kept_out = array_remove(kept_out, %s) WHERE "case" = %s'
_OFFER = """
    INSERT INTO {table} ("case", number, tip, giver, receiver, reason, phase, offered_at, case_phase, accused,
        open_counts)
    VALUES (%s, %s, %s, %s, %s, %s, 'offered', %s, %s, %s, %s)
"""
_ACCEPT = """
    UPDATE {table} SET phase = 'accepted', answered_at = %s, case_phase = %s, accused = %s, open_counts = %s
    WHERE "case" = %s AND number = %s
"""
_END = 'UPDATE {table} SET phase = %s, answered_at = %s WHERE "case" = %s AND number = %s'


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list. Nothing that happens in a case after its transfer is among them."""
    at = happening.happened_at
    match happening.event:
        case AccountKeptOut() | ConflictDeclared() as e:
            return [Effect(_KEEP_OUT, (e.case, e.account))]
        case ExclusionEnded() as e:
            return [Effect(_READMIT, (e.account, e.case))]
        case TransferOffered() as e:
            offices = (e.from_office, e.to_office)
            known = (e.phase, e.accused, e.open_counts)
            return [Effect(_OFFER, (e.case, e.transfer, e.tip, *offices, e.reason, at, *known))]
        case TransferAccepted() as e:
            return [Effect(_ACCEPT, (at, e.phase, e.accused, e.open_counts, e.case, e.transfer))]
        case TransferRefused() as e:
            return [Effect(_END, ("refused", at, e.case, e.transfer))]
        case TransferWithdrawn() as e:
            return [Effect(_END, ("withdrawn", at, e.case, e.transfer))]
        case _:
            return ()


TRANSFER_LIST = View("transfer_list", COLUMNS, project)

SCOPE = Columns(
    "Transfer",
    accounts={"kept_out": "coalesce(k.kept_out, '{{}}')"},
    words={"giver": "t.giver", "receiver": "t.receiver"},
)

# What the caller may not see is left out before the list is counted; the gate has the last word on each row.
TRANSFERS = """
    SELECT t.*, coalesce(k.kept_out, '{{}}') AS shut_out
    FROM {table} AS t LEFT JOIN {table} AS k ON k."case" = t."case" AND k.number = 0
    WHERE t.number > 0 AND {scope}
    ORDER BY t.phase = 'offered' DESC, t.offered_at DESC, t.number DESC, t."case" LIMIT %(page)s
"""


class TransferRow(msgspec.Struct, frozen=True, kw_only=True):
    """One offer. `case_phase`, `accused` and `open_counts` are as of the offer, of an accepted one as of its answer."""

    case: UUID
    transfer: int
    tip: UUID
    giver: str
    receiver: str
    reason: str
    phase: str
    offered_at: datetime
    answered_at: datetime | None
    case_phase: str
    accused: int
    open_counts: int


TRANSFERRED = Listed("transfers", TransferRow, ("case", "tip"))


class TransferListController(Controller):
    """For both offices, filtered by the gate record by record."""

    path = "/transfers"
    tags = ["Transfers"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_transfers"})
    async def transfers(self, views: Views, gate: Gate, request: Request[Any, Any, Any]) -> list[TransferRow]:
        """What waits for an answer first, then the newest."""
        return await transfers_seen(views, gate, request, PAGE)

    @post("/export", opt={"action": "list_transfers"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, TRANSFERRED, lambda: transfers_seen(views, gate, request, ASKED_FOR))


async def transfers_seen(views: Views, gate: Gate, request: Request[Any, Any, Any], page: int) -> list[TransferRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_transfers", SCOPE)
    rows = await views.query(
        "transfer_list",
        scope.into(TRANSFERS),
        {"page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [_row(row) for row in await gate.shown(caller, "list_transfers", rows, _record)]


def _record(row: Mapping[str, Any]) -> Record:
    words = {"giver": row["giver"], "receiver": row["receiver"]}
    return Record(
        "Transfer", transfer_of(row["case"], row["number"]), accounts={"kept_out": row["shut_out"]}, words=words
    )


def _row(row: Mapping[str, Any]) -> TransferRow:
    shown = {name: row[name] for name in TransferRow.__struct_fields__ if name in row}
    return TransferRow(transfer=row["number"], **shown)

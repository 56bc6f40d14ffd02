"""What is proposed about kits to a prosecutor's office (no test, destruction), and what was answered?

From the table of the kit board, which knows who is kept out of each case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.forensic_clinic.views.kit_board import KIT_BOARD
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.views import Views

PAGE = 200

SCOPE = Columns(
    "KitDecision",
    accounts={"excluded": "coalesce(c.kept_out, '{{}}')"},
    words={"office": "k.office"},
)

DECISIONS = """
    SELECT k.*, coalesce(c.kept_out, '{{}}') AS shut_out
    FROM {table} k LEFT JOIN {table} c ON c.record = k.tip AND NOT c.is_kit
    WHERE k.is_kit AND k.decision <> '' AND {scope}
    ORDER BY k.answer <> '', k.proposed_at DESC, k.record LIMIT %(page)s
"""


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """The last that was proposed for a kit. `answer` is empty while the office has not answered."""

    kit: UUID
    tip: UUID
    number: int
    decision: str
    reason: str
    office: str
    proposed_by: str
    proposed_at: datetime
    answer: str


LISTED = Listed("decisions on kits", DecisionRow, ("kit", "tip"))


class KitDecisionListController(Controller):
    """For the offices they are proposed to."""

    path = "/kit-decisions"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_kit_decisions"})
    async def decisions(self, views: Views, gate: Gate, request: Request[Any, Any, Any]) -> list[DecisionRow]:
        """Those that wait for an answer first."""
        return await decisions_seen(views, gate, request, PAGE)

    @post("/export", opt={"action": "list_kit_decisions"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: decisions_seen(views, gate, request, ASKED_FOR))


async def decisions_seen(views: Views, gate: Gate, request: Request[Any, Any, Any], page: int) -> list[DecisionRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_kit_decisions", SCOPE)
    rows = await views.query(
        KIT_BOARD.name,
        scope.into(DECISIONS),
        {"page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [_shown(row) for row in await gate.shown(caller, "list_kit_decisions", rows, _record)]


def record_of(kit: UUID, office: str, kept_out: Sequence[UUID]) -> Record:
    """What policies may know of a decision on a kit."""
    return Record("KitDecision", kit, accounts={"excluded": kept_out}, words={"office": office})


def _record(row: dict[str, Any]) -> Record:
    return record_of(row["record"], row["office"], row["shut_out"])


def _shown(row: dict[str, Any]) -> DecisionRow:
    return DecisionRow(
        kit=row["record"],
        tip=row["tip"],
        number=row["decision_number"],
        decision=row["decision"],
        reason=row["reason"],
        office=row["office"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        answer=row["answer"],
    )

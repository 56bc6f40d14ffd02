"""Which differences between record and statements are to be settled? Oldest first, from the table of the kit board."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.forensic_clinic.kit.state import POLICE
from services.forensic_clinic.views.kit_board import KIT_BOARD
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.views import Views

PAGE = 200
Phase = Literal["open", "settled"]

# About a kit or an exam it is hidden as that is; about a number or a statement, from whoever is of another agency.
SCOPE = Columns(
    "CensusMatter",
    accounts={"excluded": "coalesce(c.kept_out, '{{}}')"},
    words={
        "clinic": "CASE WHEN coalesce(k.is_kit, false) THEN k.clinic ELSE m.keeper END",
        "police": "CASE WHEN NOT coalesce(k.is_kit, false) THEN m.keeper"
        " WHEN k.reported OR k.stage = 'law_enforcement' THEN k.police ELSE '' END",
        "laboratory": "CASE WHEN coalesce(k.is_kit, false) THEN k.laboratory ELSE m.keeper END",
        "county": "CASE WHEN m.keeping_county <> '' THEN m.keeping_county ELSE coalesce(c.county, '') END",
    },
)

# What the caller may not see is left out before the list is counted; the gate has the last word on each row.
MATTERS = """
    SELECT m.*, coalesce(c.kept_out, '{{}}') AS shut_out, coalesce(c.county, '') AS of_county,
        coalesce(k.is_kit, false) AS of_kit, k.clinic AS kit_clinic, k.police AS kit_police,
        k.laboratory AS kit_laboratory, k.reported AS kit_reported, k.stage AS kit_stage
    FROM {table} m LEFT JOIN {table} k ON k.record = m.subject
        LEFT JOIN {table} c ON c.record = k.tip AND NOT c.is_kit
    WHERE m.row_of = 'matter' AND m.matter_phase = %(phase)s AND {scope}
    ORDER BY m.opened_at, m.record LIMIT %(page)s
"""


class MatterRow(msgspec.Struct, frozen=True, kw_only=True):
    """One matter. Of `kit` and `exam` one is there where it is about that. `outcome` is empty while it is open.

    `agency` keeps the kit by the record, or stated the number; `stated_by` are those who stated the kit.
    """

    matter: UUID
    difference: str
    kit: UUID | None
    exam: UUID | None
    agency: str
    stated_by: tuple[str, ...]
    day: str
    opened_at: datetime
    outcome: str
    settled_at: datetime | None


LISTED = Listed("matters of the census", MatterRow, ("matter", "kit", "exam"))


class CensusMatterController(Controller):
    """For whoever may be shown the kit, exam or statement a matter is about."""

    path = "/census/matters"
    tags = ["Census"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_census_matters"})
    async def matters(
        self, views: Views, gate: Gate, request: Request[Any, Any, Any], phase: Phase = "open"
    ) -> list[MatterRow]:
        """Those that are open, or `settled` and not yet seen to be gone; the oldest first."""
        return await matters_seen(views, gate, request, phase, PAGE)

    @post("/export", opt={"action": "list_census_matters"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any], phase: Phase = "open"
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request, LISTED, lambda: matters_seen(views, gate, request, phase, ASKED_FOR), phase=phase
        )


async def matters_seen(
    views: Views, gate: Gate, request: Request[Any, Any, Any], phase: Phase, page: int
) -> list[MatterRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_census_matters", SCOPE)
    rows = await views.query(
        KIT_BOARD.name,
        scope.into(MATTERS),
        {"phase": phase, "page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [_shown(row) for row in await gate.shown(caller, "list_census_matters", rows, _record)]


def matter_record(
    matter: UUID, *, clinic: str, police: str, laboratory: str, county: str, kept_out: Sequence[UUID]
) -> Record:
    """What policies may know of a matter."""
    words = {"clinic": clinic, "police": police, "laboratory": laboratory, "county": county}
    return Record("CensusMatter", matter, accounts={"excluded": kept_out}, words=words)


def _record(row: dict[str, Any]) -> Record:
    county, kept_out = row["keeping_county"] or row["of_county"], row["shut_out"]
    if not row["of_kit"]:
        own = row["keeper"]
        return matter_record(row["record"], clinic=own, police=own, laboratory=own, county=county, kept_out=kept_out)
    police = row["kit_police"] if row["kit_reported"] or row["kit_stage"] == POLICE else ""
    return matter_record(
        row["record"],
        clinic=row["kit_clinic"],
        police=police,
        laboratory=row["kit_laboratory"],
        county=county,
        kept_out=kept_out,
    )


def _shown(row: dict[str, Any]) -> MatterRow:
    return MatterRow(
        matter=row["record"],
        difference=row["difference"],
        kit=row["subject"] if row["of_kit"] else None,
        exam=row["subject"] if row["difference"] == "taken_not_registered" else None,
        agency=row["keeper"],
        stated_by=tuple(row["stated_by"]),
        day=row["day"],
        opened_at=row["opened_at"],
        outcome=row["outcome"],
        settled_at=row["settled_at"],
    )

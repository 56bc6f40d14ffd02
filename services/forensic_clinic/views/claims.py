"""Which exams is victim compensation to be billed for? A line says when, where and what, and nothing of whom.

The state pays for the exam and the victim is sent no bill (Miss. Code 99-37-25). A claim's reference leads to no case:
who works at the clinic finds the exam by it, and nobody else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.forensic_clinic import ExamCompleted, ExamRequested
from contracts.jurisdictions import Jurisdiction
from contracts.language import InvalidValue
from services.forensic_clinic.case.events import AccountShutOut, ExclusionEnded
from services.forensic_clinic.cases import Clinic, case_of
from services.forensic_clinic.claim.events import ClaimPaid, ClaimRefused, ClaimSent, ClaimStepTakenBack
from services.forensic_clinic.views.exam_board import day_of
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 200

# A case has a row of its own, without a claim: whoever is kept out of it is kept out of claims of later exams, too.
COLUMNS = """
    line uuid PRIMARY KEY, claim uuid, tip uuid NOT NULL, clinic text NOT NULL DEFAULT '', completed_at timestamptz,
    excluded uuid[] NOT NULL DEFAULT '{{}}', steps jsonb[] NOT NULL DEFAULT '{{}}'
"""
_REQUEST = """
    INSERT INTO {table} (line, claim, tip, clinic, excluded) VALUES (%(exam)s, %(claim)s, %(tip)s, %(clinic)s,
        coalesce((SELECT excluded FROM {table} WHERE line = %(case)s), '{{}}'))
"""
_SHUT_OUT = """
    INSERT INTO {table} AS t (line, tip, excluded) VALUES (%(case)s, %(tip)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (line) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid)
"""
_SHUT_OUT_OF_CLAIMS = """
    UPDATE {table} SET excluded = array_append(excluded, %(who)s::uuid) WHERE tip = %(tip)s AND claim IS NOT NULL
"""


_STEP = "UPDATE {table} SET steps = array_append(steps, %s::jsonb) WHERE claim = %s"
_TAKEN_BACK = "UPDATE {table} SET steps = trim_array(steps, 1) WHERE claim = %s AND cardinality(steps) > 0"


def claim_of(exam: UUID) -> UUID:
    """The claim for an exam; from it nobody comes back to the exam but by asking here."""
    return uuid5(exam, "claim")


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the list."""
    match happening.event:
        case ExamRequested() as e:
            values = {"exam": e.exam, "claim": claim_of(e.exam), "tip": e.tip, "clinic": e.clinic}
            return [Effect(_REQUEST, values | {"case": case_of(e.tip)})]
        case ExamCompleted() as e:
            return [Effect("UPDATE {table} SET completed_at = %s WHERE line = %s", (e.completed_at, e.exam))]
        case ClaimSent() as e:
            return _step(e.claim, "sent", e.sent_on)
        case ClaimPaid() as e:
            return _step(e.claim, "paid", e.paid_on, e.cents)
        case ClaimRefused() as e:
            return _step(e.claim, "refused", e.refused_on)
        case ClaimStepTakenBack() as e:
            return [Effect(_TAKEN_BACK, (e.claim,))]
        case AccountShutOut() as e:
            values = {"case": case_of(e.tip), "tip": e.tip, "who": e.account}
            return [Effect(_SHUT_OUT, values), Effect(_SHUT_OUT_OF_CLAIMS, values)]
        case ExclusionEnded() as e:
            return [
                Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE tip = %s", (e.account, e.tip))
            ]
        case _:
            return ()


def _step(claim: UUID, stage: str, on: date, cents: int | None = None) -> Sequence[Effect]:
    step = {"stage": stage, "on": on.isoformat(), "cents": cents}
    return [Effect(_STEP, (msgspec.json.encode(step).decode(), claim))]


CLAIMS = View("claims", COLUMNS, project)

SCOPE = Columns("Exam", accounts={"excluded": "excluded"}, words={"clinic": "clinic"})

# What the caller may not see is left out before the list is counted; the gate has the last word on each row.
LIST = """
    SELECT * FROM {table} WHERE completed_at IS NOT NULL AND {scope}
        AND (%(since)s::timestamptz IS NULL OR completed_at >= %(since)s)
        AND (%(before)s::timestamptz IS NULL OR completed_at < %(before)s)
    ORDER BY completed_at DESC, line LIMIT %(page)s
"""
ONE = "SELECT * FROM {table} WHERE claim = %(claim)s AND completed_at IS NOT NULL"


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """A claim. A code or an amount that is not on file is null, and left blank in a file: never made up.

    `stage` is not_sent, sent, paid or refused, since the day `stage_on`; `paid_cents` what was paid, where it is known.
    """

    claim: UUID
    exam_date: date
    facility: str
    payer: str
    service_code: str | None
    amount_cents: int | None
    citation: str
    stage: str
    stage_on: date | None
    paid_cents: int | None


ROWS = Listed("claims", ClaimRow, ("claim",))


class ClaimController(Controller):
    """For whoever bills at the clinic."""

    path = "/claims"
    tags = ["Claims"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_claims"})
    async def claims(
        self,
        views: Views,
        gate: Gate,
        clinic: Clinic,
        request: Request[Any, Any, Any],
        since: date | None = None,
        until: date | None = None,
    ) -> list[ClaimRow]:
        """Exams that were done, the latest first; of days in Central time, both included."""
        return await _rows(views, gate, clinic.jurisdiction, request, since, until, PAGE)

    @post("/export", opt={"action": "list_claims"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        clinic: Clinic,
        exports: Exports,
        request: Request[Any, Any, Any],
        since: date | None = None,
        until: date | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        tables = clinic.jurisdiction
        return await exports.take(
            request,
            ROWS,
            lambda: _rows(views, gate, tables, request, since, until, ASKED_FOR),
            since=since,
            until=until,
        )


async def _rows(
    views: Views,
    gate: Gate,
    tables: Jurisdiction,
    request: Request[Any, Any, Any],
    since: date | None,
    until: date | None,
    page: int,
) -> list[ClaimRow]:
    if since is not None and until is not None and until < since:
        raise InvalidValue("until", "The last day must not come before the first.")
    caller = caller_of(request)
    scope = gate.scope(caller, "list_claims", SCOPE)
    rows = await views.query(
        "claims",
        scope.into(LIST),
        {
            **scope.values,
            "since": day_of(since, field="since").since if since else None,
            "before": day_of(until, field="until").until if until else None,
            "page": page,
        },
        at_least=at_least_in(request),
        current=True,
    )
    return [row_of(row, tables) for row in await gate.shown(caller, "list_claims", rows, record_of)]


def row_of(row: dict[str, Any], tables: Jurisdiction) -> ClaimRow:
    """A line as it is shown, and taken away."""
    billing, facility = tables.examination.billing, tables.agencies.get(row["clinic"])
    last = row["steps"][-1] if row["steps"] else None
    return ClaimRow(
        claim=row["claim"],
        exam_date=tables.day_of(row["completed_at"]),
        facility=facility.name if facility else row["clinic"],
        payer=billing.payer,
        service_code=billing.service_code,
        amount_cents=billing.amount_cents,
        citation=billing.citation,
        stage=last["stage"] if last else "not_sent",
        stage_on=date.fromisoformat(last["on"]) if last else None,
        paid_cents=last["cents"] if last else None,
    )


def record_of(row: dict[str, Any]) -> Record:
    """What policies may know of a claim is what they know of its exam, without the nurse."""
    return Record("Exam", row["line"], accounts={"excluded": row["excluded"]}, words={"clinic": row["clinic"]})

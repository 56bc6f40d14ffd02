"""Which exams wait for a time, and which are planned for a day? What waits first, oldest request first."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.forensic_clinic import ExamCancelled, ExamCompleted, ExamRequested, ExamUnbooked
from contracts.jurisdictions import LOCAL
from contracts.language import InvalidValue
from contracts.periods import YEARS, Period
from services.forensic_clinic.case.events import AccountShutOut, ExclusionEnded
from services.forensic_clinic.cases import case_of
from services.forensic_clinic.exam.events import (
    ExamAskedFor,
    ExamAssigned,
    ExamDescribed,
    ExamHeld,
    HoldExpired,
    HoldReleased,
)
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 200

# A case has a row of its own, of phase case: whoever is kept out of it is kept out of exams requested later, too.
COLUMNS = """
    exam uuid PRIMARY KEY, tip uuid NOT NULL, clinic text NOT NULL DEFAULT '', phase text NOT NULL,
    requested_at timestamptz, requested_by uuid, nurse uuid, room uuid, since timestamptz, until timestamptz,
    held_until timestamptz, asked_for text NOT NULL DEFAULT '', excluded uuid[] NOT NULL DEFAULT '{{}}'
"""

_REQUEST = """
    INSERT INTO {table} (exam, tip, clinic, phase, requested_at, excluded)
    VALUES (%(exam)s, %(tip)s, %(clinic)s, 'requested', %(at)s,
        coalesce((SELECT excluded FROM {table} WHERE exam = %(case)s), '{{}}'))
"""
_SHUT_OUT = """
    INSERT INTO {table} AS t (exam, tip, phase, excluded) VALUES (%(case)s, %(tip)s, 'case', ARRAY[%(who)s::uuid])
    ON CONFLICT (exam) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid)
"""
_SHUT_OUT_OF_EXAMS = """
    UPDATE {table} SET excluded = array_append(excluded, %(who)s::uuid) WHERE tip = %(tip)s AND phase <> 'case'
"""
_KEEP = "UPDATE {table} SET phase = %s, nurse = %s, room = %s, since = %s, until = %s, held_until = %s WHERE exam = %s"
_FREE = """
    UPDATE {table} SET phase = %s, nurse = NULL, room = NULL, since = NULL, until = NULL, held_until = NULL
    WHERE exam = %s
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case ExamRequested() as e:
            values = {"exam": e.exam, "tip": e.tip, "clinic": e.clinic, "at": happening.happened_at}
            return [Effect(_REQUEST, values | {"case": case_of(e.tip)})]
        case ExamDescribed() as e:
            return [Effect("UPDATE {table} SET requested_by = %s WHERE exam = %s", (e.requested_by, e.exam))]
        case ExamAskedFor() as e:
            return [Effect("UPDATE {table} SET asked_for = %s WHERE exam = %s", (e.agency, e.exam))]
        case AccountShutOut() as e:
            values = {"case": case_of(e.tip), "tip": e.tip, "who": e.account}
            return [Effect(_SHUT_OUT, values), Effect(_SHUT_OUT_OF_EXAMS, values)]
        case ExclusionEnded() as e:
            return [
                Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE tip = %s", (e.account, e.tip))
            ]
        case ExamHeld() as e:
            return [Effect(_KEEP, ("held", e.nurse, e.room, e.since, e.until, e.held_until, e.exam))]
        case ExamAssigned() as e:
            return [Effect(_KEEP, ("booked", e.nurse, e.room, e.since, e.until, None, e.exam))]
        case HoldExpired() | HoldReleased() | ExamUnbooked() as e:
            return [Effect(_FREE, ("requested", e.exam))]
        case ExamCancelled() as e:
            return [Effect(_FREE, ("cancelled", e.exam))]
        case ExamCompleted() as e:
            return [Effect("UPDATE {table} SET phase = 'completed' WHERE exam = %s", (e.exam,))]
        case _:
            return ()


EXAM_BOARD = View("exam_board", COLUMNS, project)

SCOPE = Columns(
    "Exam",
    accounts={"excluded": "excluded", "nurse": "ARRAY[nurse]", "requester": "ARRAY[requested_by]"},
    words={"clinic": "clinic", "asked_for": "asked_for"},
    in_role="CASE %(then_role)s::text WHEN 'forensic_nurse' THEN ARRAY[nurse]::uuid[] ELSE '{{}}' END",
)

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT * FROM {table}
    WHERE phase <> 'case' AND {scope}
        AND (%(phase)s::text IS NULL OR phase = %(phase)s)
        AND (%(since)s::timestamptz IS NULL OR (since < %(until)s::timestamptz AND until > %(since)s))
    ORDER BY phase = 'requested' DESC, CASE phase WHEN 'requested' THEN requested_at END, since, requested_at, exam
    LIMIT %(page)s
"""


Phase = Literal["requested", "held", "booked", "completed", "cancelled"]


class ExamRow(msgspec.Struct, frozen=True, kw_only=True):
    """One exam of the board."""

    exam: UUID
    tip: UUID
    clinic: str
    phase: str
    requested_at: datetime
    nurse: UUID | None
    room: UUID | None
    since: datetime | None
    until: datetime | None
    held_until: datetime | None


EXAMS = Listed("exams", ExamRow, ("exam", "tip"))


class ExamBoardController(Controller):
    """The board, filtered by the gate record by record."""

    path = "/exams"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_exams"})
    async def board(
        self,
        views: Views,
        gate: Gate,
        request: Request[Any, Any, Any],
        phase: Phase | None = None,
        day: date | None = None,
    ) -> list[ExamRow]:
        """What waits for a time, oldest first, then what is planned; of one `day` (Central) only what is planned."""
        return await _rows(views, gate, request, phase, day, PAGE)

    @post("/export", opt={"action": "list_exams"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        exports: Exports,
        request: Request[Any, Any, Any],
        phase: Phase | None = None,
        day: date | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request, EXAMS, lambda: _rows(views, gate, request, phase, day, ASKED_FOR), phase=phase, day=day
        )


async def _rows(
    views: Views, gate: Gate, request: Request[Any, Any, Any], phase: Phase | None, day: date | None, page: int
) -> list[ExamRow]:
    during = day_of(day) if day is not None else None
    rows = await exams_seen(views, gate, request, phase=phase, during=during, page=page)
    return [msgspec.convert({name: row[name] for name in ExamRow.__struct_fields__}, ExamRow) for row in rows]


async def exams_seen(
    views: Views,
    gate: Gate,
    request: Request[Any, Any, Any],
    *,
    phase: Phase | None = None,
    during: Period | None = None,
    page: int = PAGE,
) -> Sequence[dict[str, Any]]:
    """Rows of the board that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_exams", SCOPE)
    rows = await views.query(
        "exam_board",
        scope.into(BOARD),
        {
            **scope.values,
            "phase": phase,
            "since": during.since if during else None,
            "until": during.until if during else None,
            "page": page,
        },
        at_least=at_least_in(request),
        current=True,
    )
    return await gate.shown(caller, "list_exams", rows, _record)


def day_of(day: date, days: int = 1, *, field: str = "day") -> Period:
    """From midnight to midnight in Central time, 23 or 25 hours when the clocks change. Raises `InvalidValue`."""
    if day.year not in YEARS:
        raise InvalidValue(field, f"Give a day between {YEARS[0]} and {YEARS[-1]}. Check the year.")
    return Period(datetime.combine(day, time(), LOCAL), datetime.combine(day + timedelta(days=days), time(), LOCAL))


def _record(row: dict[str, Any]) -> Record:
    nurse = (row["nurse"],) if row["nurse"] else ()
    accounts = {"excluded": row["excluded"], "nurse": nurse, "requester": (row["requested_by"],)}
    words = {"clinic": row["clinic"], "asked_for": row["asked_for"]}
    return Record("Exam", row["exam"], accounts=accounts, words=words, in_role={"forensic_nurse": nurse})

"""Which exams wait for a time, and which are planned for a day? What waits first, oldest request first."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.forensic_clinic import (
    ExamCancelled,
    ExamCompleted,
    ExamMoved,
    ExamPressing,
    ExamRequested,
    ExamUnbooked,
)
from contracts.jurisdictions import LOCAL
from contracts.language import InvalidValue
from contracts.periods import YEARS, Period
from services.forensic_clinic.case.events import AccountShutOut, ExclusionEnded
from services.forensic_clinic.cases import case_of
from services.forensic_clinic.exam.events import (
    BookedAnyway,
    ExamAskedFor,
    ExamAssigned,
    ExamDescribed,
    ExamHeld,
    HoldExpired,
    HoldReleased,
    NoSlotAnswered,
    PutOnStandby,
    TakenOffStandby,
)
from services.forensic_clinic.exam.no_slot import Why
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 200
UNMET = (Why.NO_SLOT, Why.NO_SURE_SLOT)

# A case has a row of its own, of phase case: whoever is kept out of it is kept out of exams requested later, too.
COLUMNS = """
    exam uuid PRIMARY KEY, tip uuid NOT NULL, clinic text NOT NULL DEFAULT '', phase text NOT NULL,
    requested_at timestamptz, requested_by uuid, nurse uuid, room uuid, since timestamptz, until timestamptz,
    held_until timestamptz, asked_for text NOT NULL DEFAULT '', excluded uuid[] NOT NULL DEFAULT '{{}}',
    standby_since timestamptz, rules_broken text[] NOT NULL DEFAULT '{{}}', no_slot text NOT NULL DEFAULT '',
    no_slot_since timestamptz, instead text NOT NULL DEFAULT ''
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


_NO_SLOT = """
    UPDATE {table} SET no_slot = %s, no_slot_since = coalesce(no_slot_since, %s)
    WHERE exam = %s AND no_slot <> 'no_slot'
"""
_ON_STANDBY = "UPDATE {table} SET standby_since = coalesce(standby_since, %s) WHERE exam = %s"
_OFF_STANDBY = "UPDATE {table} SET standby_since = NULL WHERE exam = %s"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case ExamMoved() as e:
            return [Effect("UPDATE {table} SET clinic = %s WHERE exam = %s", (e.clinic, e.exam))]
        case PutOnStandby() as e:
            return [Effect(_ON_STANDBY, (happening.happened_at, e.exam))]
        case TakenOffStandby() as e:
            return [Effect(_OFF_STANDBY, (e.exam,))]
        case BookedAnyway() as e:
            return [Effect("UPDATE {table} SET rules_broken = %s WHERE exam = %s", (list(e.rules), e.exam))]
        case ExamPressing() as e if e.why in UNMET:
            return [Effect(_NO_SLOT, (e.why, happening.happened_at, e.exam))]
        case NoSlotAnswered() as e:
            return [Effect("UPDATE {table} SET instead = %s WHERE exam = %s", (e.choice, e.exam))]
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
            return [
                Effect(_KEEP, ("booked", e.nurse, e.room, e.since, e.until, None, e.exam)),
                Effect("UPDATE {table} SET rules_broken = '{{}}' WHERE exam = %s", (e.exam,)),
                Effect(_OFF_STANDBY, (e.exam,)),
            ]
        case HoldExpired() | HoldReleased() | ExamUnbooked() as e:
            return [Effect(_FREE, ("requested", e.exam))]
        case ExamCancelled() as e:
            return [Effect(_FREE, ("cancelled", e.exam)), Effect(_OFF_STANDBY, (e.exam,))]
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
        AND CASE %(only)s::text
            WHEN 'standby' THEN standby_since IS NOT NULL AND phase = 'requested'
            WHEN 'anyway' THEN cardinality(rules_broken) > 0
            WHEN 'no_slot' THEN no_slot <> ''
            ELSE true
        END
        AND (%(since)s::timestamptz IS NULL OR (since < %(until)s::timestamptz AND until > %(since)s))
    ORDER BY phase = 'requested' DESC, CASE phase WHEN 'requested' THEN requested_at END, since, requested_at, exam
    LIMIT %(page)s
"""


Only = Literal["standby", "anyway", "no_slot"]
"""Exams that wait for what comes free, that were booked against a rule, or for which no time was free in time."""

Phase = Literal["requested", "held", "booked", "completed", "cancelled"]


class ExamRow(msgspec.Struct, frozen=True, kw_only=True):
    """One exam of the board.

    `rules_broken` are those it is booked against, `no_slot` says that no time was free before evidence is lost
    (no_slot) or may be (no_sure_slot), since when first, and what was chosen `instead`.
    """

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
    standby_since: datetime | None
    rules_broken: list[str]
    no_slot: str
    no_slot_since: datetime | None
    instead: str


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
        only: Only | None = None,
    ) -> list[ExamRow]:
        """What waits for a time, oldest first, then what is planned; of one `day` (Central) only what is planned."""
        return await _rows(views, gate, request, phase, day, only, PAGE)

    @post("/export", opt={"action": "list_exams"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        exports: Exports,
        request: Request[Any, Any, Any],
        phase: Phase | None = None,
        day: date | None = None,
        only: Only | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        rows = partial(_rows, views, gate, request, phase, day, only, ASKED_FOR)
        return await exports.take(request, EXAMS, rows, phase=phase, day=day, only=only)


async def _rows(
    views: Views,
    gate: Gate,
    request: Request[Any, Any, Any],
    phase: Phase | None,
    day: date | None,
    only: Only | None,
    page: int,
) -> list[ExamRow]:
    during = day_of(day) if day is not None else None
    rows = await exams_seen(views, gate, request, phase=phase, during=during, only=only, page=page)
    return [msgspec.convert({name: row[name] for name in ExamRow.__struct_fields__}, ExamRow) for row in rows]


async def exams_seen(
    views: Views,
    gate: Gate,
    request: Request[Any, Any, Any],
    *,
    phase: Phase | None = None,
    during: Period | None = None,
    only: Only | None = None,
    page: int = PAGE,
) -> Sequence[dict[str, Any]]:
    """Rows of the board that whoever asks may see."""
    caller, at_least = caller_of(request), at_least_in(request)
    return await exams_shown(views, gate, caller, phase=phase, during=during, only=only, page=page, at_least=at_least)


async def exams_shown(
    views: Views,
    gate: Gate,
    caller: Caller,
    *,
    phase: Phase | None = None,
    during: Period | None = None,
    only: Only | None = None,
    page: int = PAGE,
    at_least: int = 0,
) -> Sequence[dict[str, Any]]:
    """Rows of the board that the caller may see."""
    scope = gate.scope(caller, "list_exams", SCOPE)
    rows = await views.query(
        "exam_board",
        scope.into(BOARD),
        {
            **scope.values,
            "phase": phase,
            "only": only,
            "since": during.since if during else None,
            "until": during.until if during else None,
            "page": page,
        },
        at_least=at_least,
        current=True,
    )
    return await gate.shown(caller, "list_exams", rows, _record)


async def standby_list(views: Views) -> Sequence[tuple[UUID, datetime]]:
    """Every exam that waits for what comes free, at whatever clinic, and since when. For this service itself."""
    statement = "SELECT exam, standby_since FROM {table} WHERE standby_since IS NOT NULL AND phase = 'requested'"
    rows = await views.query("exam_board", statement, {}, current=True)
    return [(row["exam"], row["standby_since"]) for row in rows]


async def waiting_exams(views: Views) -> Sequence[UUID]:
    """Every exam that waits for a time, at whatever clinic, who asked first before others. For this service itself."""
    statement = "SELECT exam FROM {table} WHERE phase = 'requested' ORDER BY requested_at, exam"
    return [row["exam"] for row in await views.query("exam_board", statement, {}, current=True)]


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

"""Which visits and tests are due, and of which is somebody to reach out? What is over its time first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.forensic_clinic.case.events import AccountShutOut, ExclusionEnded
from services.forensic_clinic.cases import case_of
from services.forensic_clinic.follow_up.events import (
    FollowUpMissed,
    FollowUpPlanned,
    FollowUpReopened,
    FollowUpSettled,
    OutreachNoted,
)
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views

PAGE = 200
AHEAD = timedelta(days=14)
"""What begins later is not listed yet."""

# A case has a row of its own, with no item: whoever is kept out of it is kept out of what is planned later, too.
COLUMNS = """
    line uuid PRIMARY KEY, exam uuid, tip uuid NOT NULL, item text NOT NULL DEFAULT '', clinic text NOT NULL DEFAULT '',
    nurse uuid, since timestamptz, until timestamptz, settled boolean NOT NULL DEFAULT false,
    missed boolean NOT NULL DEFAULT false, tried_at timestamptz, excluded uuid[] NOT NULL DEFAULT '{{}}'
"""

_PLAN = """
    INSERT INTO {table} (line, exam, tip, item, clinic, nurse, since, until, excluded)
    VALUES (%(line)s, %(exam)s, %(tip)s, %(item)s, %(clinic)s, %(nurse)s, %(since)s, %(until)s,
        coalesce((SELECT excluded FROM {table} WHERE line = %(case)s), '{{}}'))
"""
_SHUT_OUT = """
    INSERT INTO {table} AS t (line, tip, excluded) VALUES (%(case)s, %(tip)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (line) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid)
"""
_SHUT_OUT_OF_LINES = """
    UPDATE {table} SET excluded = array_append(excluded, %(who)s::uuid) WHERE tip = %(tip)s AND item <> ''
"""


def line_of(exam: UUID, item: str) -> UUID:
    """One line for each visit or test of an exam."""
    return uuid5(exam, item)


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case FollowUpPlanned() as e:
            own = {"exam": e.exam, "tip": e.tip, "clinic": e.clinic, "nurse": e.nurse, "case": case_of(e.tip)}
            return [
                Effect(
                    _PLAN,
                    own
                    | {"line": line_of(e.exam, each.item), "item": each.item, "since": each.since, "until": each.until},
                )
                for each in e.items
            ]
        case FollowUpSettled() as e:
            return [Effect("UPDATE {table} SET settled = true, missed = false WHERE line = %s", _line(e.exam, e.item))]
        case FollowUpReopened() as e:
            return [Effect("UPDATE {table} SET settled = false WHERE line = %s", _line(e.exam, e.item))]
        case FollowUpMissed() as e:
            return [Effect("UPDATE {table} SET missed = true WHERE line = %s", _line(e.exam, e.item))]
        case OutreachNoted() as e:
            return [Effect("UPDATE {table} SET tried_at = %s WHERE line = %s", (e.tried_at, *_line(e.exam, e.item)))]
        case AccountShutOut() as e:
            values = {"case": case_of(e.tip), "tip": e.tip, "who": e.account}
            return [Effect(_SHUT_OUT, values), Effect(_SHUT_OUT_OF_LINES, values)]
        case ExclusionEnded() as e:
            return [
                Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE tip = %s", (e.account, e.tip))
            ]
        case _:
            return ()


FOLLOW_UP_BOARD = View("follow_up_board", COLUMNS, project)

SCOPE = Columns(
    "Exam",
    accounts={"excluded": "excluded", "nurse": "ARRAY[nurse]"},
    words={"clinic": "clinic"},
    in_role="CASE %(then_role)s::text WHEN 'forensic_nurse' THEN ARRAY[nurse]::uuid[] ELSE '{{}}' END",
)

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT * FROM {table} WHERE item <> '' AND NOT settled AND since <= %(ahead)s AND {scope}
    ORDER BY missed DESC, until, line LIMIT %(page)s
"""


class FollowUpRow(msgspec.Struct, frozen=True, kw_only=True):
    """One visit or test that is open. `outreach`: missed, or its time is over."""

    exam: UUID
    tip: UUID
    item: str
    since: datetime
    until: datetime
    missed: bool
    outreach: bool
    tried_at: datetime | None


FOLLOW_UPS = Listed("follow-ups", FollowUpRow, ("exam", "tip"))


class FollowUpBoardController(Controller):
    """The board, filtered by the gate record by record. It tells what is planned after every exam, and no outcome."""

    path = "/follow-ups"
    tags = ["Follow-up"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_follow_ups"})
    async def board(
        self, views: Views, gate: Gate, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[FollowUpRow]:
        """What is open and begins within two weeks."""
        return await _rows(views, gate, time, request, PAGE)

    @post("/export", opt={"action": "list_follow_ups"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, gate: Gate, time: TimeSource, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, FOLLOW_UPS, lambda: _rows(views, gate, time, request, ASKED_FOR))


async def _rows(
    views: Views, gate: Gate, time: TimeSource, request: Request[Any, Any, Any], page: int
) -> list[FollowUpRow]:
    caller, now = caller_of(request), time.now()
    scope = gate.scope(caller, "list_follow_ups", SCOPE)
    rows = await views.query(
        "follow_up_board",
        scope.into(BOARD),
        {**scope.values, "ahead": now + AHEAD, "page": page},
        at_least=at_least_in(request),
        current=True,
    )
    return [_shown(row, now) for row in await gate.shown(caller, "list_follow_ups", rows, _record)]


def _shown(row: dict[str, Any], now: datetime) -> FollowUpRow:
    told = {name: row[name] for name in FollowUpRow.__struct_fields__ if name in row}
    return FollowUpRow(outreach=row["missed"] or now >= row["until"], **told)


def _record(row: dict[str, Any]) -> Record:
    nurse = (row["nurse"],) if row["nurse"] else ()
    accounts = {"excluded": row["excluded"], "nurse": nurse}
    return Record(
        "Exam", row["exam"], accounts=accounts, words={"clinic": row["clinic"]}, in_role={"forensic_nurse": nurse}
    )


def _line(exam: UUID, item: str) -> tuple[UUID]:
    return (line_of(exam, item),)

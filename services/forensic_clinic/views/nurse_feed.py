"""When is a nurse taken by an exam, and which of those times were given up again? For her calendar programs.

A program that has fetched a time keeps it until it is told otherwise: what was given up stays here, as such.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from contracts.events.forensic_clinic import ExamCancelled, ExamCompleted, ExamUnbooked
from services.forensic_clinic.exam.events import ExamAssigned, ExamHeld, HoldExpired, HoldReleased
from services.forensic_clinic.feed.written import Busy
from services.forensic_clinic.views.exam_board import exams_shown
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.exporting import ASKED_FOR
from services.kernel.http.gate import Gate
from services.kernel.keys import Digester
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

ROLE = "forensic_nurse"
BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)
"""How far back and ahead it is told: no calendar of hers is to be a record of years of nights."""

COLUMNS = """
    exam uuid NOT NULL, nurse uuid NOT NULL, phase text NOT NULL, since timestamptz NOT NULL,
    until timestamptz NOT NULL, sequence integer NOT NULL, changed_at timestamptz NOT NULL, PRIMARY KEY (exam, nurse)
"""

_KEEP = """
    INSERT INTO {table} AS t (exam, nurse, phase, since, until, sequence, changed_at)
    VALUES (%(exam)s, %(nurse)s, %(phase)s, %(since)s, %(until)s, 0, %(at)s)
    ON CONFLICT (exam, nurse) DO UPDATE SET phase = excluded.phase, since = excluded.since, until = excluded.until,
        sequence = t.sequence + 1, changed_at = excluded.changed_at
"""
_GIVE_UP = """
    UPDATE {table} SET phase = 'cancelled', sequence = sequence + 1, changed_at = %(at)s
    WHERE exam = %(exam)s AND nurse <> %(other_than)s AND phase IN ('held', 'booked')
"""
_NOBODY = UUID(int=0)

_TIMES = """
    SELECT exam, phase, since, until, sequence, changed_at FROM {table}
    WHERE nurse = %(nurse)s AND until > %(first)s::timestamptz AND since < %(last)s::timestamptz
    ORDER BY since, exam
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes of whose time."""
    at = happening.happened_at
    match happening.event:
        case ExamHeld() | ExamAssigned() as e:
            phase = "held" if isinstance(e, ExamHeld) else "booked"
            times = {"nurse": e.nurse, "phase": phase, "since": e.since, "until": e.until}
            return [
                Effect(_GIVE_UP, {"exam": e.exam, "other_than": e.nurse, "at": at}),
                Effect(_KEEP, {"exam": e.exam, "at": at} | times),
            ]
        case HoldExpired() | HoldReleased() | ExamUnbooked() | ExamCancelled() as e:
            return [Effect(_GIVE_UP, {"exam": e.exam, "other_than": _NOBODY, "at": at})]
        case ExamCompleted() as e:
            return [Effect("UPDATE {table} SET phase = 'completed' WHERE exam = %s AND phase = 'booked'", (e.exam,))]
        case _:
            return ()


NURSE_FEED = View("nurse_feed", COLUMNS, project)


async def busy_times(
    views: Views, gate: Gate, digester: Digester, nurse: UUID, clinic: str, now: datetime
) -> Sequence[Busy]:
    """What she is shown of it: of exams that are hidden from her nothing, but that a time she had been told is off."""
    window = {"nurse": nurse, "first": now - BEHIND, "last": now + AHEAD}
    rows = await views.query("nurse_feed", _TIMES, window, current=True)
    caller = Caller(nurse, clinic, (ROLE,))
    visible = {row["exam"] for row in await exams_shown(views, gate, caller, page=ASKED_FOR)}
    return [
        Busy(
            # No program is told an exam's reference, under which others know it.
            uid=digester.digest("calendar entry", row["exam"].bytes, nurse.bytes).hex()[:40],
            phase=row["phase"],
            since=row["since"],
            until=row["until"],
            sequence=row["sequence"],
            changed_at=row["changed_at"],
        )
        for row in rows
        if row["phase"] == "cancelled" or row["exam"] in visible
    ]

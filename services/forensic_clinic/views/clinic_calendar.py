"""What do the days of a clinic hold: the hours of its nurses and rooms, and the exams held, booked or done in them?

Hours are told to whoever works at the clinic; exams to those alone who may see each of them. What is hidden from a
reader is not there, not even as time that is taken: with place and hour it could point to a child.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter

from contracts.periods import Period, common
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.nurse.http import PeriodOnPage, record_of_nurse
from services.forensic_clinic.room.http import record_of_room
from services.forensic_clinic.views.exam_board import day_of, exams_seen
from services.forensic_clinic.views.roster import NURSE, ROOM, of_kind, roster
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.exporting import ASKED_FOR
from services.kernel.http.gate import ANY, Gate, Record
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

READ = "read_calendar"
WEEK = 7


class RowOfCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A nurse, or a room with its number. `available` is when it can be booked, whether it is or not."""

    kind: Literal["nurse", "room"]
    resource: UUID
    number: int
    available: tuple[PeriodOnPage, ...]


class ExamOfCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """An exam in these days that the reader may see. `held_until` is when its hold falls away."""

    exam: UUID
    tip: UUID
    phase: str
    nurse: UUID
    room: UUID
    since: datetime
    until: datetime
    held_until: datetime | None


class CalendarPage(msgspec.Struct, frozen=True, kw_only=True):
    """From midnight of the first day to midnight after the last, Central time.

    `whole` where the reader sees the clinic's exams as such, so that hours without one are free; who sees their own
    alone cannot know that. A clinic without nurses and rooms, and one that is not the reader's, are both empty.
    """

    clinic: str
    since: datetime
    until: datetime
    whole: bool
    rows: tuple[RowOfCalendar, ...]
    exams: tuple[ExamOfCalendar, ...]


class ClinicCalendarController(Controller):
    """For the nurses and the coordinator of a clinic."""

    path = "/calendar"
    tags = ["Calendar"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": READ})
    async def days(
        self,
        clinic: Clinic,
        views: Views,
        gate: Gate,
        time: TimeSource,
        request: Request[Any, Any, Any],
        of: str = "",
        nurse: UUID | None = None,
        first_day: date | None = None,
        days: Annotated[int, Parameter(ge=1, le=WEEK)] = WEEK,
    ) -> CalendarPage:
        """So many days of the clinic `of`, or of your own, from `first_day` or this Monday; of one `nurse` alone."""
        caller = caller_of(request)
        today = clinic.jurisdiction.day_of(time.now())
        monday = today - timedelta(days=today.weekday())
        of, within = of or gate.reads_as(caller).agency, day_of(first_day or monday, days, field="first_day")
        rows = await rows_seen(clinic, views, caller, of, within)
        exams = await exams_seen(views, gate, request, during=within, page=ASKED_FOR)
        told = [_exam(row) for row in exams if row["clinic"] == of and nurse in {None, row["nurse"]}]
        return CalendarPage(
            clinic=of,
            since=within.since,
            until=within.until,
            whole=sees_all(gate, caller, of),
            rows=tuple(row for row in rows if nurse in {None, row.resource}),
            exams=tuple(sorted(told, key=lambda each: (each.since, each.exam))),
        )


async def rows_seen(clinic: Clinic, views: Views, caller: Caller, of: str, within: Period) -> Sequence[RowOfCalendar]:
    """Nurses, then rooms by their number, as far as the caller may see them."""
    listed = await roster(views, of)
    found = []
    for account in of_kind(listed, NURSE):
        nurse = (await clinic.nurse(account)).state
        if clinic.gate.may_touch(caller, READ, record_of_nurse(account, nurse.clinic)):
            hours = common(nurse.free, [within])
            found.append(RowOfCalendar(kind="nurse", resource=account, number=0, available=_told(hours)))
    for reference in of_kind(listed, ROOM):
        room = (await clinic.room(reference)).state
        if clinic.gate.may_touch(caller, READ, record_of_room(reference, room.clinic)):
            hours = common(room.available, [within])
            row = RowOfCalendar(kind="room", resource=reference, number=room.number, available=_told(hours))
            found.append(row)
    return sorted(found, key=lambda row: (row.kind, row.number, row.resource))


def sees_all(gate: Gate, caller: Caller, of: str) -> bool:
    """Whether an exam of the clinic is shown to the caller for being of the clinic, and not for a part in it."""
    nobodys = {"excluded": (), "nurse": (), "requester": ()}
    words = {"clinic": of, "asked_for": ""}
    return gate.may_touch(caller, "list_exams", Record("Exam", ANY, accounts=nobodys, words=words))


def _told(periods: Sequence[Period]) -> tuple[PeriodOnPage, ...]:
    return tuple(PeriodOnPage(since=each.since, until=each.until) for each in periods)


def _exam(row: dict[str, Any]) -> ExamOfCalendar:
    return msgspec.convert({name: row[name] for name in ExamOfCalendar.__struct_fields__}, ExamOfCalendar)

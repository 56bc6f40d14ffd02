"""What does a nurse's week hold: when she said to be available, and the exams held or booked with her?"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.periods import common
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.nurse.http import PeriodOnPage, visible_nurse
from services.forensic_clinic.views.exam_board import day_of, exams_seen
from services.kernel.http.commands import caller_of
from services.kernel.http.gate import Gate
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

WEEK = 7


class ExamOfWeek(msgspec.Struct, frozen=True, kw_only=True):
    """An exam with the nurse; only those the caller may see."""

    exam: UUID
    phase: str
    room: UUID
    since: datetime
    until: datetime


class WeekPage(msgspec.Struct, frozen=True, kw_only=True):
    """From midnight of the first day to midnight after the seventh, Central time."""

    since: datetime
    until: datetime
    available: tuple[PeriodOnPage, ...]
    exams: tuple[ExamOfWeek, ...]


class NurseWeekController(Controller):
    """For the nurse, and for the coordinator of the clinic."""

    path = "/nurses"
    tags = ["Nurses"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{nurse:uuid}/week", opt={"action": "read_nurse"})
    async def week(
        self,
        nurse: UUID,
        clinic: Clinic,
        views: Views,
        gate: Gate,
        time: TimeSource,
        request: Request[Any, Any, Any],
        first_day: date | None = None,
    ) -> WeekPage:
        """Seven days from `first_day`, or from the Monday of this week."""
        loaded = await visible_nurse(clinic, caller_of(request), "read_nurse", nurse)
        today = clinic.jurisdiction.day_of(time.now())
        week = day_of(first_day or today - timedelta(days=today.weekday()), WEEK, field="first_day")
        rows = await exams_seen(views, gate, request, during=week)
        planned = [row for row in rows if row["nurse"] == nurse]
        return WeekPage(
            since=week.since,
            until=week.until,
            available=tuple(
                PeriodOnPage(since=each.since, until=each.until) for each in common(loaded.state.free, [week])
            ),
            exams=tuple(
                msgspec.convert({name: row[name] for name in ExamOfWeek.__struct_fields__}, ExamOfWeek)
                for row in planned
            ),
        )

"""When could an exam be done at its clinic, by whom, and where? Earliest first. None at all is a usual answer."""

from datetime import timedelta
from heapq import nsmallest
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter

from contracts.jurisdictions import ExamRules
from contracts.language import InvalidValue
from contracts.periods import Period
from services.forensic_clinic.exam.checks import SHORTEST, band_of
from services.forensic_clinic.exam.offers import FreeSlot, free_slots
from services.forensic_clinic.free_times import DAYS, FreeTimes
from services.kernel.http.commands import caller_of
from services.kernel.time_source import TimeSource

MOST_DAYS = 31
MOST_MINUTES = 24 * 60
PAGE = 100


class SlotPage(msgspec.Struct, frozen=True, kw_only=True):
    """The earliest slots within the days asked for, at most a hundred."""

    slots: list[FreeSlot]


class FreeSlotController(Controller):
    """Read from the streams themselves and what the database holds taken, so it is never behind."""

    path = "/exams"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{exam:uuid}/slots", opt={"action": "list_slots"})
    async def slots(
        self,
        exam: UUID,
        free_times: FreeTimes,
        time: TimeSource,
        request: Request[Any, Any, Any],
        days: Annotated[int, Parameter(ge=1, le=MOST_DAYS)] = DAYS,
        minutes: Annotated[int | None, Parameter(ge=15, le=MOST_MINUTES)] = None,
    ) -> SlotPage:
        """For an exam of so many `minutes`, or as long as usual, within so many `days` from now."""
        clinic = free_times.clinic
        loaded, case = await clinic.visible(caller_of(request), "list_slots", exam)
        rules = clinic.jurisdiction.exams
        length, now = length_of(minutes, rules), time.now()
        within = Period(now, now + timedelta(days=days))
        patient, _ = await clinic.patient(case.state)
        sites = await free_times.sites(case.state.county, loaded.state.clinic)
        taken = await free_times.taken(sites, [patient.person], within, exam)
        band = band_of(loaded.state, case.state.age, rules)
        found = (
            slot
            for site in sites
            for slot in free_slots(site.nurses, site.rooms, patient, band, taken, within, length, rules)
        )
        return SlotPage(slots=nsmallest(PAGE, found))


def length_of(minutes: int | None, rules: ExamRules) -> timedelta:
    """Raises `InvalidValue` for a length that no exam has."""
    length = timedelta(minutes=rules.exam_minutes if minutes is None else minutes)
    if not SHORTEST <= length <= timedelta(minutes=rules.longest_minutes):
        raise InvalidValue("minutes", f"An exam takes 15 to {rules.longest_minutes} minutes.")
    return length

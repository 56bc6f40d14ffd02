"""When could an exam be done, by whom, and where? Earliest first. None at all is a usual answer: nurses are few."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter

from contracts.jurisdictions import AgeBand
from contracts.language import InvalidValue
from contracts.periods import Period, common, without
from services.forensic_clinic.cases import Clinic, examiner_of, place_of
from services.forensic_clinic.exam.decisions import SHORTEST, Examiner, Patient, Place, band_of
from services.forensic_clinic.views.roster import roster
from services.kernel.http.commands import caller_of
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

DAYS = 7
MOST_DAYS = 31
MOST_MINUTES = 24 * 60
PAGE = 100


class FreeSlot(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Free when it was asked; a hold makes it sure."""

    since: datetime
    until: datetime
    nurse: UUID
    room: UUID


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
        clinic: Clinic,
        views: Views,
        time: TimeSource,
        request: Request[Any, Any, Any],
        days: Annotated[int, Parameter(ge=1, le=MOST_DAYS)] = DAYS,
        minutes: Annotated[int | None, Parameter(ge=15, le=MOST_MINUTES)] = None,
    ) -> SlotPage:
        """For an exam of so many `minutes`, or as long as usual, within so many `days` from now."""
        loaded, case = await clinic.visible(caller_of(request), "list_slots", exam)
        rules = clinic.jurisdiction.exams
        length = timedelta(minutes=rules.exam_minutes if minutes is None else minutes)
        if not SHORTEST <= length <= timedelta(minutes=rules.longest_minutes):
            raise InvalidValue("minutes", f"An exam takes 15 to {rules.longest_minutes} minutes.")
        now = time.now()
        within = Period(now, now + timedelta(days=days))
        patient, _ = await clinic.patient(case.state)
        nurses, rooms = await roster(views, loaded.state.clinic)
        taken = await clinic.periods.taken([patient.person, *nurses, *rooms], *within)
        others: dict[UUID, list[Period]] = {}
        for each in taken:
            if each.holder != exam:
                others.setdefault(each.resource, []).append(Period(each.since, each.until))
        found = free_slots(
            [examiner_of((await clinic.nurse(nurse)).state) for nurse in nurses],
            [place_of((await clinic.room(room)).state) for room in rooms],
            patient,
            band_of(loaded.state, case.state.age, rules),
            others,
            within,
            length,
            timedelta(minutes=rules.step_minutes),
        )
        return SlotPage(slots=nsmallest(PAGE, found))


def free_slots(
    nurses: Sequence[Examiner],
    rooms: Sequence[Place],
    patient: Patient,
    band: AgeBand,
    taken: Mapping[UUID, Sequence[Period]],
    within: Period,
    length: timedelta,
    step: timedelta,
) -> Iterator[FreeSlot]:
    """Every nurse with every room, one slot each `step` from the first moment both are free. In no order."""
    for nurse in nurses:
        if nurse.account in patient.kept_out:
            continue
        certified = common(common([within], nurse.available), nurse.certified_for(band))
        free = without(certified, *taken.get(nurse.account, ()), *taken.get(patient.person, ()))
        for room in rooms:
            for both in common(free, without(room.available, *taken.get(room.room, ()))):
                since = both.since
                while since + length <= both.until:
                    yield FreeSlot(since=since, until=since + length, nurse=nurse.account, room=room.room)
                    since += step

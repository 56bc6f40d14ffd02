"""Who must look at an exam now is told by the house: no time free before a window closes, a time that came up, a nurse
whose certificate does not cover it any more. The notices are others' work; they name nobody and no place.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from contracts.events.forensic_clinic import ExamMoved, ExamPressing, ExamRequested, ExamUnbooked
from contracts.language import Event
from contracts.periods import YEARS, covers
from services.forensic_clinic.case.events import CaseNoted
from services.forensic_clinic.cases import examiner_of
from services.forensic_clinic.exam.checks import band_of
from services.forensic_clinic.exam.events import (
    AgeBandCorrected,
    AssaultTimeNoted,
    HoldExpired,
    HoldReleased,
    MovedUp,
    TakenOffStandby,
)
from services.forensic_clinic.exam.no_slot import Why, told_of, unmet
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.exam.windows import last_chance
from services.forensic_clinic.free_times import FreeTimes
from services.forensic_clinic.nurse.events import NurseCertificateWithdrawn
from services.kernel.store import Change, Changes, Kind, Loaded
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

PRESSING = Kind("exam_pressing", None, lambda state, _: state)
EVER = datetime(YEARS[-1], 1, 1, tzinfo=UTC)
WAITS: tuple[type[Event], ...] = (
    ExamRequested,
    ExamMoved,
    AssaultTimeNoted,
    AgeBandCorrected,
    ExamUnbooked,
    HoldExpired,
    HoldReleased,
)
TOLD_OF: tuple[type[Event], ...] = (*WAITS, MovedUp, TakenOffStandby, NurseCertificateWithdrawn, CaseNoted)


class PressExams:
    """Reacts to this service's own events. On streams of their own: it is no change of an exam somebody decides on."""

    def __init__(self, free_times: FreeTimes, time: TimeSource) -> None:
        self._free_times = free_times
        self._clinic = free_times.clinic
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case NurseCertificateWithdrawn(account=nurse):
                found = await self._unfit(await self._planned_with(nurse), happening.event_id)
            case CaseNoted(tip=tip):
                exams = (await self._clinic.case(tip)).state.exams
                found = await self._unfit(exams, happening.event_id)
            case AgeBandCorrected(exam=exam):
                found = [*await self._unfit([exam], happening.event_id), *await self._no_slot(exam)]
            case MovedUp(exam=exam):
                found = await self._told(exam, Why.MOVED_UP, happening.event_id)
            case TakenOffStandby(exam=exam, cause="hold_expired"):
                found = await self._told(exam, Why.STANDBY_ENDED, happening.event_id)
            case event if isinstance(event, WAITS):
                found = await self._no_slot(happening.stream)
            case _:
                return None
        return Changes(found) if found else None

    async def _no_slot(self, reference: UUID) -> list[Change]:
        """Once for each closing of a window: an assault time corrected is another matter, and told again."""
        loaded, now = await self._clinic.exam(reference), self._time.now()
        exam = loaded.state
        if exam.phase != "requested":
            return []
        case = await self._clinic.case(exam.tip)
        found = await self._free_times.before_it_closes(exam, case, now)
        why = unmet(found.wanted.windows, found.offers, now) if found is not None else None
        if found is None or why is None:
            return []
        closes = last_chance(found.wanted.windows, now)
        return await self._pressing(loaded, why, f"{why} {closes}")

    async def _told(self, reference: UUID, why: Why, cause: UUID) -> list[Change]:
        return await self._pressing(await self._clinic.exam(reference), why, f"{why} {cause}")

    async def _unfit(self, exams: Sequence[UUID], cause: UUID) -> list[Change]:
        found: list[Change] = []
        for reference in exams:
            loaded = await self._clinic.exam(reference)
            if loaded.state.planned and not await self._fits(loaded.state):
                found += await self._pressing(loaded, Why.NURSE_UNFIT, f"{Why.NURSE_UNFIT} {cause}")
        return found

    async def _fits(self, exam: Exam) -> bool:
        if exam.slot is None:
            return True
        age = (await self._clinic.case(exam.tip)).state.age
        nurse = examiner_of((await self._clinic.nurse(exam.slot.nurse)).state)
        return covers(nurse.certified_for(band_of(exam, age, self._clinic.jurisdiction.exams)), exam.slot.period)

    async def _planned_with(self, nurse: UUID) -> list[UUID]:
        taken = await self._clinic.periods.taken([nurse], self._time.now(), EVER)
        return list(dict.fromkeys(each.holder for each in taken))

    async def _pressing(self, exam: Loaded[Exam], why: Why, once: str) -> list[Change]:
        stream = uuid5(exam.id, f"{ExamPressing.NAME} {once}")
        if (await self._clinic.store.load(PRESSING, stream)).version:
            return []
        pressing = ExamPressing(exam=exam.id, tip=exam.state.tip, why=why, told=told_of(exam.state))
        return [Change(stream, 0, [pressing], case=exam.state.tip)]

"""Who must look at an exam now is told by the house: no time free before a window closes, a time that came up, a nurse
whose certificate does not cover it any more. The notices are others' work; they name nobody and no place.

Where a time is taken or withdrawn, whoever waits for one may have lost the last by it: every exam that waits is looked
at again. The last may also pass with nobody booking it, so its moment comes due.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from contracts.events.forensic_clinic import ExamMoved, ExamPressing, ExamRequested, ExamUnbooked
from contracts.language import Event
from contracts.periods import YEARS, covers
from services.forensic_clinic.case.events import CaseNoted
from services.forensic_clinic.cases import EXAM, examiner_of
from services.forensic_clinic.exam.checks import band_of
from services.forensic_clinic.exam.events import (
    AgeBandCorrected,
    AssaultTimeNoted,
    ExamAssigned,
    ExamHeld,
    HoldExpired,
    HoldReleased,
    MovedUp,
    TakenOffStandby,
)
from services.forensic_clinic.exam.no_slot import Why, told_of
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.exam.windows import last_chance
from services.forensic_clinic.free_times import FreeTimes
from services.forensic_clinic.nurse.events import (
    NurseCertificateWithdrawn,
    NurseFellIll,
    NurseLeft,
    NurseNotAvailable,
    NurseRoleRemoved,
    NurseSuspended,
)
from services.forensic_clinic.room.events import RoomNotAvailable
from services.forensic_clinic.views.exam_board import waiting_exams
from services.kernel import due_moments
from services.kernel.batch import Effect
from services.kernel.due import DueMoment, Fired
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
TAKES: tuple[type[Event], ...] = (
    ExamHeld,
    ExamAssigned,
    NurseNotAvailable,
    NurseFellIll,
    NurseLeft,
    NurseSuspended,
    NurseRoleRemoved,
    NurseCertificateWithdrawn,
    RoomNotAvailable,
)
"""By which a time is gone for all others."""
TOLD_OF: tuple[type[Event], ...] = (*WAITS, *TAKES, MovedUp, TakenOffStandby, CaseNoted)
LAST_TIME = "last_time"
"""The kind of the moment at which an exam that waits may have lost the last time before its evidence is lost."""


class PressExams:
    """Reacts to this service's own events. On streams of their own: it is no change of an exam somebody decides on."""

    def __init__(self, free_times: FreeTimes, time: TimeSource) -> None:
        self._free_times = free_times
        self._clinic = free_times.clinic
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        found = await self._found(happening)
        return found if found.streams or found.effects else None

    async def _found(self, happening: Happening) -> Changes:  # noqa: PLR0911  # one answer for each kind of news
        match happening.event:
            case NurseCertificateWithdrawn(account=nurse):
                unfit = await self._unfit(await self._planned_with(nurse), happening.event_id)
                return _both(Changes(unfit), await self._lost_to_others())
            case CaseNoted(tip=tip):
                exams = (await self._clinic.case(tip)).state.exams
                return Changes(await self._unfit(exams, happening.event_id))
            case AgeBandCorrected(exam=exam):
                return _both(Changes(await self._unfit([exam], happening.event_id)), await self._no_slot([exam]))
            case MovedUp(exam=exam):
                return Changes(await self._told(exam, Why.MOVED_UP, happening.event_id))
            case TakenOffStandby(exam=exam, cause="hold_expired"):
                return Changes(await self._told(exam, Why.STANDBY_ENDED, happening.event_id))
            case event if isinstance(event, WAITS):
                return await self._no_slot([happening.stream])
            case event if isinstance(event, TAKES):
                return await self._lost_to_others()
            case _:
                return Changes(())

    async def last_time(self, due: DueMoment, _: datetime) -> Fired | None:
        """The timer for moments of that kind. As of the moment that came, however late it is handled."""
        loaded = await self._clinic.exam(due.clock)
        found = await self._no_slot([due.clock], due.due_at, passing=True)
        return Fired(loaded, found, due.due_at) if found.streams or found.effects else None

    async def _lost_to_others(self) -> Changes:
        return await self._no_slot(await waiting_exams(self._free_times.views))

    async def _no_slot(self, exams: Sequence[UUID], at: datetime | None = None, *, passing: bool = False) -> Changes:
        """Once for each closing of a window: an assault time corrected is another matter, and told again."""
        loaded_all = await self._clinic.store.load_all(EXAM, exams)
        waiting = [
            (loaded, await self._clinic.case(loaded.state.tip))
            for loaded in loaded_all
            if loaded.state.phase == "requested"
        ]
        asked = [(loaded.state, case) for loaded, case in waiting]
        lasts = await self._free_times.last_times(asked, at or self._time.now(), passing=passing)
        changes: list[Change] = []
        effects: list[Effect] = []
        rests_on: list[Loaded[Exam]] = []
        for (loaded, _), last in zip(waiting, lasts, strict=True):
            if (why := last.unmet) is not None:
                changes += await self._pressing(loaded, why, f"{why} {last_chance(last.windows, last.at)}")
                # Booked, or its assault time corrected, at this very moment: it is looked at again before it is told.
                rests_on.append(loaded)
            if last.passes is not None:
                effects.append(due_moments.at(loaded.id, LAST_TIME, last.passes))
        return Changes(changes, effects, rests_on)

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


def _both(one: Changes, other: Changes) -> Changes:
    return Changes([*one.streams, *other.streams], [*one.effects, *other.effects], [*one.rests_on, *other.rests_on])

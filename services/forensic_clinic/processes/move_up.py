"""When a time comes free, or a nurse is entered, who is first on the standby list and fits has it held, by itself.

One at a time: that it was held sets this going again, for the next. At its own clinic; nobody is moved to another
without being asked.
"""

from collections.abc import Sequence
from uuid import UUID

from contracts.events.forensic_clinic import ExamCancelled, ExamCompleted, ExamMoved, ExamUnbooked
from contracts.language import Event
from services.forensic_clinic.attendant.events import AttendantAvailable
from services.forensic_clinic.cases import HOLD, keep, rested
from services.forensic_clinic.exam import standby
from services.forensic_clinic.exam.events import HoldExpired, HoldReleased, MovedUp, PutOnStandby
from services.forensic_clinic.exam.standby import Waiting
from services.forensic_clinic.exam.state import Slot
from services.forensic_clinic.free_times import FreeTimes
from services.forensic_clinic.nurse.events import NurseAvailable, NurseBack, NurseCertified, NurseRoleGranted
from services.forensic_clinic.room.events import RoomAvailable
from services.forensic_clinic.views.exam_board import standby_list
from services.kernel import due_moments
from services.kernel.batch import Effect
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

FREES: tuple[type[Event], ...] = (
    ExamUnbooked,
    ExamCancelled,
    ExamCompleted,
    ExamMoved,
    HoldExpired,
    HoldReleased,
    MovedUp,
    PutOnStandby,
    NurseAvailable,
    NurseBack,
    NurseCertified,
    NurseRoleGranted,
    RoomAvailable,
    AttendantAvailable,
)


class MoveUp:
    """Reacts to this service's own events."""

    def __init__(self, free_times: FreeTimes, time: TimeSource) -> None:
        self._free_times = free_times
        self._clinic = free_times.clinic
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        if not isinstance(happening.event, FREES):
            return None
        for exam in await self._in_turn():
            changes = await self._moved_up(exam)
            if changes is not None:
                return changes
        return None

    async def _in_turn(self) -> Sequence[UUID]:
        now, waiting = self._time.now(), []
        for exam, since in await standby_list(self._free_times.views):
            loaded = (await self._clinic.exam(exam)).state
            case = (await self._clinic.case(loaded.tip)).state
            windows = await self._free_times.windows(loaded, case, now)
            waiting.append(Waiting(exam=exam, since=since, windows=windows))
        return [each.exam for each in standby.in_turn(waiting, now)]

    async def _moved_up(self, exam: UUID) -> Changes | None:
        loaded, now = await self._clinic.exam(exam), self._time.now()
        case = await self._clinic.case(loaded.state.tip)
        rules = self._clinic.jurisdiction.exams
        found = await self._free_times.found(loaded.state, case, now, only=loaded.state.clinic)
        offer = next((each for each in found.offers if each.since > now), None)
        if offer is None:
            return None
        slot = Slot(nurse=offer.nurse, room=offer.room, since=offer.since, until=offer.until)
        events = standby.move_up(loaded.state, slot, rules, now)
        if not events:
            return None
        helpers = [] if offer.interpreter is None else [offer.interpreter]
        # What the offer was made of must not move on before the hold stands.
        ground, rests_on = await self._clinic.ground(loaded.state, case, slot, helpers)
        effects: list[Effect] = [
            *keep(exam, slot, ground.patient.person, helpers),
            *rested(exam, slot, ground),
            due_moments.at(exam, HOLD, standby.hold_ends(slot, rules, now)),
        ]
        return Changes([Change(exam, loaded.version, events, case=loaded.state.tip)], effects, rests_on)

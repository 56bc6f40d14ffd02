"""When an exam ends, the visits and tests after it are planned, by the table of that jurisdiction."""

from contracts.events.forensic_clinic import ExamCompleted
from services.forensic_clinic.follow_up import decisions
from services.forensic_clinic.follow_up.decisions import Examined
from services.forensic_clinic.follow_up.follow_ups import FollowUps
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening


class PlanFollowUps:
    """Reacts to this service's own events, once for each exam."""

    def __init__(self, follow_ups: FollowUps) -> None:
        self._follow_ups = follow_ups

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, ExamCompleted):
            return None
        exam = (await self._follow_ups.clinic.exam(event.exam)).state
        if exam.slot is None:
            return None
        loaded = await self._follow_ups.load(event.exam)
        examined = Examined(exam=event.exam, tip=event.tip, clinic=exam.clinic, nurse=exam.slot.nurse)
        rules = self._follow_ups.jurisdiction.examination
        planned = decisions.plan(loaded.state, examined, event.completed_at, rules)
        return Changes([Change(loaded.id, loaded.version, planned, case=event.tip)]) if planned else None

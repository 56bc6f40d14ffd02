"""While an exam or a reported kit of a tip has no end, its case is not closed."""

from uuid import UUID

from contracts.events.forensic_clinic import (
    ExamCancelled,
    ExamCompleted,
    ExamRequested,
    KitResult,
    ReportedKitSealed,
)
from contracts.language import Event
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.tips.tip import decisions
from services.tips.tip.tips import TIP

NOTED: tuple[type[Event], ...] = (ExamRequested, ExamCompleted, ExamCancelled, ReportedKitSealed, KitResult)


class NoteClinicWork:
    """One handler for all that is noted."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case ExamRequested(tip=tip, exam=work) | ReportedKitSealed(tip=tip, kit=work):
                return await self._note(tip, work, done=False)
            case ExamCompleted(tip=tip, exam=work) | ExamCancelled(tip=tip, exam=work) | KitResult(tip=tip, kit=work):
                return await self._note(tip, work, done=True)
            case _:
                return None

    async def _note(self, tip: UUID, work: UUID, *, done: bool) -> Changes | None:
        loaded = await self._store.load(TIP, tip)
        events = decisions.note_clinic_work(loaded.state, work, done=done)
        return Changes([Change(tip, loaded.version, events)]) if events else None

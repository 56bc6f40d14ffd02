"""When the clinic tells of a reported kit, the matter knows that there is one, and by which event it went where."""

from datetime import datetime

from contracts.events.forensic_clinic import KitHandedOver, KitResult, ReportedKitSealed
from contracts.language import Event
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.prosecution.cases import Cases
from services.prosecution.matter import decisions
from services.prosecution.matter.state import Matter

LABORATORY = "laboratory"


class NoteKits:
    """By reference alone. Of an unreported kit the clinic tells nobody, so nothing of one comes here."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case ReportedKitSealed() | KitHandedOver() | KitResult() as told:
                loaded = await self._cases.matter(told.tip)
                events = _noted(loaded.state, told, happening)
                return Changes([Change(loaded.id, loaded.version, events)]) if events else None
            case _:
                return None


def _noted(matter: Matter, told: ReportedKitSealed | KitHandedOver | KitResult, happening: Happening) -> list[Event]:
    what, stage, at = _step(told)
    return decisions.note_kit(matter, told.tip, told.kit, told=happening.event_id, what=what, stage=stage, at=at)


def _step(told: ReportedKitSealed | KitHandedOver | KitResult) -> tuple[str, str, datetime]:
    match told:
        case ReportedKitSealed():
            return "sealed", told.stage, told.sealed_at
        case KitHandedOver():
            return "handed_over", told.stage, told.handed_over_at
        case KitResult():
            return told.result, LABORATORY, told.result_at

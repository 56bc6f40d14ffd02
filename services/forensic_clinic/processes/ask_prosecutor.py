"""What waits for a prosecutor's assent is told to the house: that a kit is not tested, or is destroyed.

The office it was proposed to, and no other. The notice is others' work; it says that something waits, of which case.
"""

from uuid import uuid5

from contracts.events.forensic_clinic import KitDecisionPressing, LegacyKitPressing
from services.forensic_clinic.kit.events import DecisionProposed
from services.forensic_clinic.kit.kits import Kits
from services.kernel.http.caller import of_agency
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening

ROLE = "prosecutor"


class AskProsecutor:
    """Reacts to this service's own events; nobody is told of what was answered, or taken back, meanwhile."""

    def __init__(self, kits: Kits) -> None:
        self._kits = kits

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, DecisionProposed):
            return None
        kit = (await self._kits.load(event.kit)).state
        if not any(each.number == event.number and not each.answer for each in kit.decisions):
            return None
        told = (of_agency(ROLE, event.office),)
        pressing = (
            KitDecisionPressing(kit=kit.kit, tip=kit.tip, decision=event.decision, told=told)
            if kit.legacy is None
            else LegacyKitPressing(kit=kit.kit, why="decision_waits", rule="", citation="", told=told)
        )
        return Changes([Change(uuid5(happening.event_id, pressing.NAME), 0, [pressing], case=kit.tip)])

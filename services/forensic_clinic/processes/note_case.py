"""What the tips service tells of a tip is noted: references, the age that decides who examines, and the county."""

from contracts.events.tips import AccountReadmitted, TipCorrected, TipLinked, TipParted, TipReceived, TipScreened
from services.forensic_clinic.case import case as cases
from services.forensic_clinic.cases import Clinic
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening


class NoteCase:
    """An exam can be requested for a tip from the moment it is noted."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        match event:
            case TipReceived() | TipScreened() | TipCorrected():
                loaded = await self._clinic.case(event.tip)
                noted = cases.note(loaded.state, event.tip, event.person, event.age, event.county)
            case TipLinked():
                loaded = await self._clinic.case(event.tip)
                noted = cases.join(loaded.state, event.tip, event.first)
            case TipParted():
                loaded = await self._clinic.case(event.tip)
                noted = cases.part(loaded.state, event.tip, event.first)
            case AccountReadmitted():
                loaded = await self._clinic.case(event.tip)
                noted = cases.readmit(loaded.state, event.tip, event.account)
            case _:
                return None
        return Changes([Change(loaded.id, loaded.version, noted, case=event.tip)]) if noted else None

"""When the tips service tells of a tip, this service knows whom it is about and which circuit it belongs to."""

from contracts.events.tips import TipCorrected, TipReceived, TipScreened
from contracts.language import Event
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.prosecution.cases import Cases
from services.prosecution.matter import decisions
from services.prosecution.matter.state import Matter


class NoteTip:
    """Keeps what was said last."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case TipReceived() | TipScreened() | TipCorrected() as tip:
                loaded = await self._cases.matter(tip.tip)
                events = _noted(loaded.state, tip)
                return Changes([Change(loaded.id, loaded.version, events)]) if events else None
            case _:
                return None


def _noted(matter: Matter, tip: TipReceived | TipScreened | TipCorrected) -> list[Event]:
    # A screening says nothing of tribal land.
    tribal_land = None if isinstance(tip, TipScreened) else tip.tribal_land
    return decisions.note(matter, tip.tip, tip.person, county=tip.county, age=tip.age, tribal_land=tribal_land)

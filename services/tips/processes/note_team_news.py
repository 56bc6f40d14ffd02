"""When a tip's team opens, forms or ends, the tip says so: those who took it in see what became of it."""

from uuid import UUID

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.tips.tip import decisions
from services.tips.tip.tips import TIP


class NoteTeamNews:
    """One handler for the three events."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case TeamOpened(tip=tip, team=team):
                return await self._note(tip, team, "opened")
            case TeamFormed(tip=tip, team=team):
                return await self._note(tip, team, "formed")
            case TeamStoodDown(tip=tip, team=team):
                return await self._note(tip, team, "stood_down")
            case _:
                return None

    async def _note(self, tip: UUID, team: UUID, news: str) -> Changes | None:
        loaded = await self._store.load(TIP, tip)
        events = decisions.note_team(loaded.state, team, news)
        return Changes([Change(tip, loaded.version, events)]) if events else None

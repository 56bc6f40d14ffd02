"""Whoever declares a conflict of interest with the team is out of the tip, too: its pages, lists and shares."""

from contracts.events.rapid_assessment import AccountKeptOut
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.tips.tip import decisions
from services.tips.tip.tips import TIP


class ShutOut:
    """Once for an account, however often it is told."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountKeptOut):
            return None
        loaded = await self._store.load(TIP, event.tip)
        events = decisions.shut_out(loaded.state, event.tip, event.account)
        return Changes([Change(event.tip, loaded.version, events)]) if events else None

"""Which counties each agency serves is put on record when the tables say otherwise than before: at each start.

Where somebody works is decided from the log alone, so that a decision of a past day can be made again.
"""

from uuid import uuid4

from services.identity.agency import decisions
from services.identity.agency.agencies import Agencies
from services.kernel.batch import StaleVersion
from services.kernel.http.gate import Gate
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource


class NoteCounties:
    """Of instances that start at once, one records what all go by."""

    def __init__(self, agencies: Agencies, store: EventStore, time: TimeSource, gate: Gate) -> None:
        self._agencies = agencies
        self._store = store
        self._time = time
        self._gate = gate

    async def __call__(self) -> None:
        """Of every agency that takes part."""
        for agency in await self._agencies.taking_part():
            while not await self._noted(agency):
                pass

    async def _noted(self, agency: str) -> bool:
        loaded, now = await self._agencies.load(agency), self._time.now()
        events = decisions.note_counties(loaded.state, self._agencies.jurisdiction, now)
        if not events:
            return True
        origin = Origin(
            actor="service:identity",
            agency="",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=loaded.case or loaded.id,
            policy=self._gate.version,
        )
        try:
            await self._store.append(Changes([Change(loaded.id, loaded.version, events)]), origin, now)
        except StaleVersion:
            return False
        return True

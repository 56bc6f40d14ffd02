"""What the routes for agencies work with: which take part, and how one is registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from contracts.jurisdictions import Jurisdiction
from services.identity.agency import decisions
from services.identity.agency.state import Agency, evolve
from services.identity.reservations import AGENCY, Reservations, reserve
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded

AGENCY_KIND = Kind("agency", Agency(), evolve)
NOTHING = Changes(())


@dataclass(frozen=True)
class Agencies:
    """Agencies by the ids of the jurisdiction's table."""

    store: EventStore
    reservations: Reservations
    jurisdiction: Jurisdiction

    async def load(self, agency: str) -> Loaded[Agency]:
        """An agency, registered or not."""
        stream = await self.reservations.holder(AGENCY, agency.encode())
        return await self.store.load(AGENCY_KIND, stream or uuid4())

    async def registered(self, agency: str) -> bool:
        """Whether the agency takes part."""
        return await self.reservations.holder(AGENCY, agency.encode()) is not None

    async def taking_part(self) -> Sequence[str]:
        """Those that are registered, in the order of the jurisdiction's table."""
        held = await self.reservations.values(AGENCY)
        return [agency for agency in self.jurisdiction.agencies if agency.encode() in held]

    async def register(self, agency: str, now: datetime) -> Changes:
        """Raises `InvalidValue`, `Refused`. The reservation lets one agency be registered once."""
        loaded = await self.load(agency)
        events = decisions.register(loaded.state, agency, self.jurisdiction, now)
        return Changes([Change(loaded.id, loaded.version, events)], [reserve(AGENCY, agency.encode(), loaded.id)])

    async def registration(self, agency: str, now: datetime) -> Changes:
        """Registers the agency where that is still to do."""
        return NOTHING if await self.registered(agency) else await self.register(agency, now)

    async def served(self, agency: str) -> tuple[str, ...]:
        """The counties an agency is on record to serve; none where it is the whole state, or not on file."""
        return (await self.load(agency)).state.counties

"""Security incidents, whom the policies give them to, and the clock that starts and ends with the report."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from uuid import UUID, uuid5

from contracts.jurisdictions import ClockRule, Jurisdiction
from services.identity.incident.state import Incident, evolve
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, EventStore, Kind, Loaded

INCIDENT = Kind("incident", Incident(), evolve)
RULE = "C82"


def clock_of(incident: UUID) -> UUID:
    """One clock for each."""
    return uuid5(incident, RULE)


def record_of(incident: UUID, agency: str, account: UUID) -> Record:
    """What the policies know of an incident: who reported it, of which agency."""
    return Record("Incident", incident, accounts={"reported_by": (account,)}, words={"agency": agency})


@dataclass(frozen=True)
class Incidents:
    """Loads them, for routes and reactions."""

    store: EventStore
    gate: Gate
    jurisdiction: Jurisdiction

    async def visible(self, caller: Caller, action: str, incident: UUID) -> Loaded[Incident]:
        """Raises `NotFound` for one that is absent or not the caller's to touch."""
        loaded = await self.store.load(INCIDENT, incident)
        if not loaded.exists:
            raise NotFound
        self.gate.require(caller, action, record_of(incident, loaded.state.agency, loaded.state.account))
        return loaded

    async def clock(self, incident: UUID) -> Clock:
        """Ended, in time or late."""
        return (await self.store.load(CLOCK, clock_of(incident))).state

    async def rule(self, incident: UUID) -> ClockRule:
        """In the version its clock ran by."""
        return self.jurisdiction.clock_rule(RULE, version=(await self.clock(incident)).rule_version)

    def timed(self, incident: UUID, discovered_at: datetime, cause: UUID, now: datetime) -> Change:
        """The report ends its clock: met within the hour from the discovery, else missed, with how late it is."""
        terms = self.jurisdiction.enforced(RULE, discovered_at)
        started = clocks.start(Clock(), terms, incident, cause, now)
        ended = clocks.meet(reduce(clocks.evolve, started, Clock()), now, now)
        return Change(clock_of(incident), 0, [*started, *ended])

"""Where the unusual reading of a week is kept, looked for, and found again without asking anyone."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4, uuid5

from psycopg_pool import AsyncConnectionPool

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.serving import works_in
from services.audit.replay.telling import RightsGiven
from services.audit.replay.words import KeepsOut
from services.audit.review.state import Review
from services.audit.unusual import decisions
from services.audit.unusual.decisions import Sign
from services.audit.unusual.gathering import facts_of
from services.audit.unusual.signs import signs_of
from services.audit.unusual.state import Unusual, evolve
from services.kernel.batch import StaleVersion
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

UNUSUAL = Kind("unusual reading", Unusual(), evolve)


def unusual_of(review: UUID) -> UUID:
    """One stream a week."""
    return uuid5(review, "unusual reading")


@dataclass(frozen=True)
class UnusualBook:
    """Looks for it, for routes and reactions."""

    pool: AsyncConnectionPool
    store: EventStore
    jurisdiction: Jurisdiction
    keeps_out: KeepsOut
    time: TimeSource
    policy: str

    async def load(self, review: UUID) -> Loaded[Unusual]:
        """As it stands; version 0 while nothing was found."""
        return await self.store.load(UNUSUAL, unusual_of(review))

    async def looked_through(self, week: Review) -> Loaded[Unusual]:
        """As it stands once the copy, which may have come on since, has been looked through again."""
        loaded, changes = await self.new(week)
        if changes is None:
            return loaded
        origin = Origin(
            actor="service:audit",
            agency="",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=week.review,
            policy=self.policy,
        )
        # Looked through twice at one moment, it is on record by the other.
        with contextlib.suppress(StaleVersion):
            await self.store.append(changes, origin, self.time.now())
        return await self.load(week.review)

    async def new(self, week: Review) -> tuple[Loaded[Unusual], Changes | None]:
        """What stands, and what is found beside it; None for nothing."""
        loaded = await self.load(week.review)
        events = decisions.find(loaded.state, week.review, await self._signs(week))
        return loaded, Changes([Change(loaded.id, loaded.version, events)]) if events else None

    async def _signs(self, week: Review) -> Sequence[Sign]:
        tables = self.jurisdiction
        rules = tables.unusual_at(week.until)
        if not rules:
            return ()
        withheld = {each.seat for each in tables.seat_rows if each.holder_withheld}
        facts = await facts_of(self.pool, week.since, week.until, self.keeps_out, withheld, tables.break_glass.rule)
        return signs_of(facts, rules, partial(_places, tables))


def _places(tables: Jurisdiction, rights: RightsGiven) -> tuple[str, ...] | None:
    # An agency that stands in no table now serves what it was on record for; without that, nobody knows.
    if rights.agency not in tables.agencies:
        return rights.counties or rights.served or None
    return works_in(rights.roles, rights.agency, rights.counties, rights.served, tables)

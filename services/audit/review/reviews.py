"""Reviews by week, their clocks, and the week that follows each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from contracts.jurisdictions import Jurisdiction
from services.audit.review import decisions
from services.audit.review.state import Review, evolve
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.due_moments import at
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded

REVIEW = Kind("review", Review(), evolve)
RULE = "C77"
LENGTH = timedelta(days=7)
WEEK = "week"
"""The kind of the moment at which a week is over."""

FIRST = UUID("6d757374-6572-4a75-8469-770000000001")
"""The review of a house's first week."""


def next_of(review: UUID) -> UUID:
    """That of the week after."""
    return uuid5(review, "review after")


def clock_of(review: UUID) -> UUID:
    """One clock for each week."""
    return uuid5(review, RULE)


@dataclass(frozen=True)
class Reviews:
    """Loads them, for routes, reactions and timers."""

    store: EventStore
    jurisdiction: Jurisdiction

    async def load(self, review: UUID) -> Loaded[Review]:
        """As it stands; version 0 for a week that is not over."""
        return await self.store.load(REVIEW, review)

    def first_week(self, since: datetime) -> Changes:
        """The first week runs from `since`."""
        return Changes((), [at(FIRST, WEEK, since + LENGTH)])

    def due(self, week: Loaded[Review], until: datetime, now: datetime) -> Changes | None:
        """The week is over: its review is due, and the next week runs. None where that was said before."""
        terms, new = self.jurisdiction.enforced(RULE, until), week.id
        events = decisions.due(week.state, new, until - LENGTH, until, terms.due_at)
        if not events:
            return None
        started = clocks.start(Clock(), terms, new, new, now)
        streams = [Change(new, week.version, events), Change(clock_of(new), 0, started)]
        return Changes(streams, [at(next_of(new), WEEK, until + LENGTH)])

    async def clock(self, review: UUID) -> Loaded[Clock]:
        """Of its week."""
        return await self.store.load(CLOCK, clock_of(review))

    async def met(self, review: Review, now: datetime) -> list[Change]:
        """The clock's end, when the first auditor has signed off."""
        clock = await self.clock(review.review)
        events = clocks.meet(clock.state, now, now)
        return [Change(clock.id, clock.version, events, clock.case)] if events else []

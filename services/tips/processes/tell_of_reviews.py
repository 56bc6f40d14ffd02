"""A warned or missed review of an emergency opening is told to the house; the notices are others' work.

Of warnings that come together after a standstill the last is told, and none of what was reviewed meanwhile.
"""

from uuid import uuid5

from contracts.events.tips import ReviewPressing
from contracts.jurisdictions import Jurisdiction
from services.kernel import clock as clocks
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.tips.break_glass.http import clock_of
from services.tips.tip.tips import OPENINGS, openings_of


class TellOfReviews:
    """Once for each warning and miss, on a stream of its own: nobody decides on it."""

    def __init__(self, store: EventStore, jurisdiction: Jurisdiction, time: TimeSource) -> None:
        self._store = store
        self._jurisdiction = jurisdiction
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, ClockWarned | ClockMissed) or event.rule != self._jurisdiction.break_glass.rule:
            return None
        known = (await self._store.load(OPENINGS, openings_of(event.subject))).state
        clock = (await self._store.load(CLOCK, happening.stream)).state
        if isinstance(event, ClockWarned) and not clocks.still_warns(clock, event.warn_at, self._time.now()):
            return None
        rule = self._jurisdiction.clock_rule(event.rule, version=clock.rule_version)
        missed = isinstance(event, ClockMissed)
        pressing = [
            ReviewPressing(
                tip=event.subject,
                opening=each.opening,
                agency=each.agency,
                rule=rule.rule,
                citation=rule.citation,
                missed=missed,
                told=rule.told_at_miss if missed else rule.told_at_warning,
            )
            for each in known.openings
            if clock_of(each.opening, rule.rule) == happening.stream
        ]
        return Changes([Change(uuid5(happening.event_id, ReviewPressing.NAME), 0, pressing)]) if pressing else None

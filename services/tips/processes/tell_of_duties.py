"""A warned or missed clock of a report is told to the house, with whom its rule names; the notices are others' work.

What is told still holds when it is told: a warning only while the clock runs and no later one has come, a miss only
while nothing shows that the report was made in time or not owed. So what is typed in late, or was told late because the
service stood still, is told once. A report recorded as made in time, and found later not to have been, is a miss that
nobody was told of.
"""

from datetime import datetime
from uuid import uuid5

from contracts.events.tips import TimedDutyPressing
from contracts.jurisdictions import ClockRule
from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockFoundMissed, ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.tips.duty.duties import Duties

TOLD_OF = (ClockWarned, ClockMissed, ClockFoundMissed)


class TellOfDuties:
    """Once for each warning and miss, on a stream of its own: nobody decides on it."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, TOLD_OF) or event.rule not in self._duties.rules:
            return None
        clock = (await self._duties.store.load(CLOCK, happening.stream)).state
        rule = self._duties.jurisdiction.clock_rule(event.rule, version=clock.rule_version)
        told = told_now(event, clock, rule, self._duties.time.now())
        if not told:
            return None
        pressing = TimedDutyPressing(
            tip=event.subject,
            rule=rule.rule,
            citation=rule.citation,
            missed=not isinstance(event, ClockWarned),
            told=told,
        )
        return Changes([Change(uuid5(happening.event_id, pressing.NAME), 0, [pressing])])


def told_now(event: Event, clock: Clock, rule: ClockRule, now: datetime) -> tuple[str, ...]:
    """Whom the rule names for it; nobody where it does not hold any more."""
    match event:
        case ClockWarned(warn_at=moment) if clocks.still_warns(clock, moment, now):
            return rule.told_at_warning
        case ClockMissed() | ClockFoundMissed() if clock.found not in {"met", "excused"}:
            return rule.told_at_miss
        case _:
            return ()

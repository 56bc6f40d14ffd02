"""A court's order that is running out, or was not carried out in time, is told to whom its rule names.

The same rule holds as for reports: what is told still holds when it is told, and is told once.
"""

from uuid import uuid5

from contracts.events.tips import TimedDutyPressing
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.tips.destruction.decisions import RULE
from services.tips.processes.tell_of_duties import told_now
from services.tips.tip.tips import Tips


class TellOfOrders:
    """On a stream of its own: nobody decides on it."""

    def __init__(self, tips: Tips) -> None:
        self._tips = tips

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, ClockWarned | ClockMissed) or event.rule != RULE:
            return None
        clock = (await self._tips.store.load(CLOCK, happening.stream)).state
        rule = self._tips.jurisdiction.clock_rule(event.rule, version=clock.rule_version)
        told = told_now(event, clock, rule, self._tips.time.now())
        if not told:
            return None
        missed = isinstance(event, ClockMissed)
        pressing = TimedDutyPressing(
            tip=event.subject, rule=rule.rule, citation=rule.citation, missed=missed, told=told
        )
        return Changes([Change(uuid5(happening.event_id, pressing.NAME), 0, [pressing])])

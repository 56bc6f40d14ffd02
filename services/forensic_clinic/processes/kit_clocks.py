"""Starts the clocks of a reported kit, and ends what a late entry shows to be done. For an unreported kit none starts.

A clock that a command meets is met with that command; what is done here is done for a clock that started later than
that, since many things are typed in out of order.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from uuid import UUID

from contracts.events.forensic_clinic import ExamCompleted, KitResult
from contracts.language import Event
from services.forensic_clinic.kit.duties import (
    CALL_RULE,
    DELIVERY_RULE,
    PICKUP_RULE,
    TEST_RULE,
    Duty,
)
from services.forensic_clinic.kit.events import (
    CallCorrected,
    KitAccepted,
    KitOpened,
    KitReported,
    KitSetAside,
    PaperFound,
    PaperTakenBack,
    PoliceCalled,
)
from services.forensic_clinic.kit.kits import Kits, clock_of, settle
from services.forensic_clinic.kit.state import Kit
from services.kernel import clock as clocks
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

# What begins a duty; the clock names it as its trigger. Any of them may also show that another duty was done.
TRIGGERS: Mapping[type[Event], tuple[str, ...]] = {
    ExamCompleted: (CALL_RULE,),
    KitOpened: (CALL_RULE,),
    KitReported: (CALL_RULE, DELIVERY_RULE),
    PoliceCalled: (PICKUP_RULE,),
    CallCorrected: (),
    KitAccepted: (DELIVERY_RULE, TEST_RULE),
    KitResult: (),
    KitSetAside: (),
    PaperFound: (PICKUP_RULE,),
    PaperTakenBack: (),
}
SET_ASIDE = "kit_set_aside"
MISREAD = "paper_taken_back"
"""Why what ran by the hour of a call on a paper ends: nobody says any more that there was that call."""


class KitClocks:
    """Reacts to this service's own events, in their order."""

    def __init__(self, kits: Kits, time: TimeSource) -> None:
        self._kits = kits
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        rules = TRIGGERS.get(type(happening.event))
        if rules is None:
            return None
        changes: list[Change] = []
        for kit in await self._concerned(happening):
            duties = await self._kits.duties(kit)
            if kit.phase == "set_aside":
                changes += await self._excused(kit, SET_ASIDE)
            elif isinstance(happening.event, PaperTakenBack):
                runs = {clock_of(kit.kit, each.rule, each.turn) for each in duties}
                changes += await self._excused(kit, MISREAD, but=runs)
            for duty in duties:
                changes += await self._kept(kit, duty, happening, starts=duty.rule in rules)
        return Changes(changes) if changes else None

    async def _concerned(self, happening: Happening) -> list[Kit]:
        if isinstance(happening.event, ExamCompleted):
            return [each.state for each in await self._kits.of_exam(happening.event.exam)]
        return [(await self._kits.load(happening.stream)).state]

    async def _kept(self, kit: Kit, duty: Duty, happening: Happening, *, starts: bool) -> list[Change]:
        clock = await self._kits.clock(kit.kit, duty.rule, duty.turn)
        now = self._time.now()
        events: list[Event] = []
        terms = self._kits.jurisdiction.terms(duty.rule, duty.since) if starts else None
        if terms is not None:
            events += clocks.start(clock.state, terms, kit.kit, happening.event_id, now)
        if duty.done_at is not None:
            events += settle(reduce(clocks.evolve, events, clock.state), duty.done_at, now)
        return [Change(clock.id, clock.version, events)] if events else []

    async def _excused(self, kit: Kit, why: str, but: Collection[UUID] = ()) -> list[Change]:
        changes = []
        for clock in await self._kits.clocks(kit):
            events = clocks.excuse(clock.state, why, self._time.now())
            if events and clock.id not in but:
                changes.append(Change(clock.id, clock.version, events))
        return changes

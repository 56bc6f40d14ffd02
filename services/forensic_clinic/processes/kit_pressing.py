"""A warned or missed clock of a kit is told to the house, with whom its rule names; the notices are others' work.

Of the clinic, the police and the laboratory that have to do with this kit, as far as it is known which: no other's
people are told of it. Only of reported kits: that there is an unreported one is told to nobody, though clocks of its
handovers and questions run. Of warnings that come together after a standstill the last is told, and none of what was
done meanwhile.
"""

from uuid import uuid5

from contracts.events.forensic_clinic import KitDutyPressing, LegacyKitPressing
from contracts.jurisdictions import ClockRule
from services.forensic_clinic.kit.duties import BOTH_HANDS_RULE, QUESTION_RULE, RULES
from services.forensic_clinic.kit.handovers import STAGES
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import CLINIC, LABORATORY, POLICE, Kit
from services.kernel import clock as clocks
from services.kernel.clock import ClockFoundMissed, ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.http.caller import of_agency
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

PRESSES = frozenset({*RULES, BOTH_HANDS_RULE, QUESTION_RULE})
TOLD_OF = (ClockWarned, ClockMissed, ClockFoundMissed)
"""A duty recorded as done in time, and found later not to have been, is a miss that nobody was told of."""


class KitPressing:
    """Once for each warning and miss. On a stream of its own: it is no change of the kit that somebody decides on."""

    def __init__(self, kits: Kits, time: TimeSource) -> None:
        self._kits = kits
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, TOLD_OF) or event.rule not in PRESSES:
            return None
        clock = (await self._kits.store.load(CLOCK, happening.stream)).state
        if isinstance(event, ClockWarned) and not clocks.still_warns(clock, event.warn_at, self._time.now()):
            return None
        kit = (await self._kits.load(event.subject)).state
        if not kit.reported:
            return None
        rule = self._kits.jurisdiction.clock_rule(event.rule, version=clock.rule_version)
        missed = not isinstance(event, ClockWarned)
        told = tuple(_of_kit(role, kit) for role in (rule.told_at_miss if missed else rule.told_at_warning))
        pressing = (
            _legacy(kit, rule, told, missed=missed)
            if kit.legacy is not None
            else KitDutyPressing(
                kit=kit.kit, tip=kit.tip, rule=rule.rule, citation=rule.citation, missed=missed, told=told
            )
        )
        return Changes([Change(uuid5(happening.event_id, pressing.NAME), 0, [pressing])])


def _legacy(kit: Kit, rule: ClockRule, told: tuple[str, ...], *, missed: bool) -> LegacyKitPressing:
    """Of a kit that is of no case, its own notice: a tip's would lead nowhere."""
    why = "duty_missed" if missed else "duty_warned"
    return LegacyKitPressing(kit=kit.kit, why=why, rule=rule.rule, citation=rule.citation, told=told)


def _of_kit(role: str, kit: Kit) -> str:
    """Those who hold the role in the agency that has to do with the kit; all who hold it where that is not known."""
    agencies = {CLINIC: kit.clinic, POLICE: kit.police, LABORATORY: kit.laboratory}
    agency = agencies.get(STAGES.get(role, ""), "")
    return of_agency(role, agency) if agency else role

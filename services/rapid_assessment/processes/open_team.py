"""When a tip suspects a child, or the age is not known, a team opens by itself and its clocks run from receipt.

When a tip is shown to be about an adult, its team ends and its clocks are excused: an adult never has a child's clocks.
"""

from datetime import datetime
from uuid import UUID

from contracts.events.tips import TipCorrected, TipReceived, TipScreened
from services.kernel import clock as clocks
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of, contact_of, team_of, terms_of
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Opening
from services.rapid_assessment.team.http import excused

ADULT = "adult"


class OpenTeam:
    """Reacts to what a tip says about the person's age, whenever it says it."""

    def __init__(self, cases: Cases, time: TimeSource) -> None:
        self._cases = cases
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case TipReceived() | TipScreened() | TipCorrected() as tip:
                if tip.age == ADULT:
                    return await self._end(tip.tip)
                return await self._open(tip.tip, tip.person, tip.received_at, happening.event_id)
            case _:
                return None

    async def _open(self, tip: UUID, person: UUID, received_at: datetime, cause: UUID) -> Changes | None:
        loaded = await self._cases.team(team_of(tip))
        due_at = received_at + self._cases.jurisdiction.clock_rule(TEAM_RULE).period
        opening = Opening(team=loaded.id, tip=tip, person=person, received_at=received_at, due_at=due_at)
        opened = decisions.open_team(loaded.state, opening)
        if not opened:
            return None
        changes = [Change(loaded.id, loaded.version, opened)]
        opening_number = loaded.state.opening + 1
        changes.append(await self._start(tip, TEAM_RULE, opening_number, cause, received_at))
        changes.append(await self._start(tip, CONTACT_RULE, opening_number, cause, received_at))
        contact = await self._cases.contact(tip)
        owed = contacts.owe(contact.state, tip, person, received_at)
        if owed:
            changes.append(Change(contact_of(tip), contact.version, owed))
        return Changes(changes)

    async def _start(self, tip: UUID, rule: str, opening: int, cause: UUID, since: datetime) -> Change:
        clock = await self._cases.clock(tip, rule, opening)
        terms = terms_of(self._cases.jurisdiction.clock_rule(rule))
        started = clocks.start(clock.state, terms, tip, cause, since, self._time.now())
        return Change(clock_of(tip, rule, opening), clock.version, started)

    async def _end(self, tip: UUID) -> Changes | None:
        loaded = await self._cases.team(team_of(tip))
        if loaded.state.phase not in {"open", "formed"}:
            return None
        ended = decisions.stand_down(loaded.state, "shown_adult")
        also = await excused(self._cases, loaded.state, "shown_to_be_adult", self._time.now())
        return Changes([Change(loaded.id, loaded.version, ended), *also])

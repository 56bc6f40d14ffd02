"""When a tip suspects a child, or the age is not known, a team opens by itself and its clocks run from receipt.

When a tip is shown to be about an adult, its team ends and its clocks are excused: an adult never has a child's clocks.
"""

from dataclasses import replace
from uuid import UUID

from contracts.events.tips import TipCorrected, TipReceived, TipScreened
from contracts.language import Event
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import TEAM_RULE, Cases, team_of
from services.rapid_assessment.opening import STANDS, opened_as
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Opening
from services.rapid_assessment.team.http import excused
from services.rapid_assessment.team.state import Team

ADULT = "adult"
Tip = TipReceived | TipScreened | TipCorrected


class OpenTeam:
    """Reacts to what a tip says about the person's age, whenever it says it."""

    def __init__(self, cases: Cases, time: TimeSource) -> None:
        self._cases = cases
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case TipReceived() | TipScreened() | TipCorrected() as tip:
                loaded = await self._cases.team(team_of(tip.tip))
                noted = self._noted(loaded, tip)
                if tip.age == ADULT:
                    return await self._end(loaded, noted)
                if loaded.state.joined is not None:
                    return await self._open_first(loaded, noted, happening.event_id)
                due_at = self._cases.jurisdiction.enforced(TEAM_RULE, tip.received_at).due_at
                opening = Opening(
                    team=loaded.id, tip=tip.tip, person=tip.person, received_at=tip.received_at, due_at=due_at
                )
                return _unless_empty(await opened_as(self._cases, loaded, noted, opening, happening.event_id))
            case _:
                return None

    def _noted(self, loaded: Loaded[Team], tip: Tip) -> list[Event]:
        if isinstance(tip, TipScreened):
            return []
        return decisions.note_county(loaded.state, loaded.id, tip.county, tribal_land=tip.tribal_land)

    async def _open_first(self, loaded: Loaded[Team], noted: list[Event], cause: UUID) -> Changes | None:
        """A tip that joined another speaks of a child: the other's team opens again, should it have ended."""
        first = await self._cases.first(loaded)
        stood = first.state
        changes = [Change(loaded.id, loaded.version, noted)]
        if stood.received_at is not None and stood.due_at is not None:
            opening = Opening(
                team=first.id, tip=stood.tip, person=stood.person, received_at=stood.received_at, due_at=stood.due_at
            )
            changes += [
                replace(change, case=first.case) for change in await opened_as(self._cases, first, [], opening, cause)
            ]
        return _unless_empty(changes)

    async def _end(self, loaded: Loaded[Team], noted: list[Event]) -> Changes | None:
        ended: list[Event] = []
        also: list[Change] = []
        if loaded.state.phase in STANDS:
            ended = decisions.stand_down(loaded.state, "shown_adult")
            also = await excused(self._cases, loaded.state, "shown_to_be_adult", self._time.now())
        return _unless_empty([Change(loaded.id, loaded.version, [*noted, *ended]), *also])


def _unless_empty(changes: list[Change]) -> Changes | None:
    filled = [change for change in changes if change.events]
    return Changes(filled) if filled else None

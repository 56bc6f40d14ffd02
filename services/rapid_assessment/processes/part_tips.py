"""When a link between tips is taken back, each child has a team again: the one that ended by the link opens anew.

Its clocks count from when Child Protection Services received that tip, so they may be missed at once. The team that
both had goes on where it is, with whoever sits on it. However the team ended that opens anew: a team too many is stood
down once more, a child without one is lost.
"""

from dataclasses import replace
from functools import reduce
from uuid import UUID

from contracts.events.tips import TipParted
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import TEAM_RULE, Cases, team_of
from services.rapid_assessment.opening import STANDS, opened_as
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Opening
from services.rapid_assessment.team.state import Team, evolve

ADULT = "adult"


class PartTips:
    """Each tip of the case tells whose team holds for it now; one that joined that team already stays with it."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, TipParted):
            return None
        loaded = await self._cases.team(team_of(event.tip))
        if loaded.state.joined in {None, event.first}:
            return None
        if event.first != event.tip and (await self._cases.team(team_of(event.first))).state.phase in STANDS:
            joined = decisions.join(loaded.state, loaded.id, event.first)
            return Changes([Change(loaded.id, loaded.version, joined)])
        return Changes([change for change in await self._alone(loaded, event, happening.event_id) if change.events])

    async def _alone(self, loaded: Loaded[Team], event: TipParted, cause: UUID) -> list[Change]:
        parted = decisions.part(loaded.state, loaded.id)
        if event.age == ADULT:
            return [Change(loaded.id, loaded.version, parted)]
        opening = Opening(
            team=loaded.id,
            tip=event.tip,
            person=event.person,
            received_at=event.received_at,
            due_at=self._cases.jurisdiction.enforced(TEAM_RULE, event.received_at).due_at,
        )
        by_itself = replace(loaded, state=reduce(evolve, parted, loaded.state))
        return await opened_as(self._cases, by_itself, parted, opening, cause)

"""When two tips are about one person, one team stands: that of the tip received first. The other's ends."""

from contracts.events.tips import TipLinked
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import Cases, team_of
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.http import excused


class JoinLinkedTips:
    """Both tips tell of the link; the first tip's team is left as it is."""

    def __init__(self, cases: Cases, time: TimeSource) -> None:
        self._cases = cases
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, TipLinked) or event.tip == event.first:
            return None
        loaded = await self._cases.team(team_of(event.tip))
        joined = decisions.join(loaded.state, loaded.id, event.first)
        if not joined:
            return None
        also = []
        if loaded.state.phase in {"open", "formed"}:
            also = await excused(self._cases, loaded.state, "linked_to_an_earlier_tip", self._time.now())
        return Changes([Change(loaded.id, loaded.version, joined), *also])

"""When two tips are about one person, one team stands: that of the tip received first. The other's ends.

Only where the first tip's team stands: a child must not lose its team to a tip that has none. Whoever is kept out of
one of the two cases is kept out of both: the tips service tells it of all whom it knows, and here it holds for those,
too, who declared a conflict of interest that the tips service had not heard of yet.
"""

from contracts.events.tips import TipLinked
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import Cases, team_of
from services.rapid_assessment.opening import STANDS
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.http import excused


class JoinLinkedTips:
    """Both tips tell of the link; the one that is not the first acts on it."""

    def __init__(self, cases: Cases, time: TimeSource) -> None:
        self._cases = cases
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, TipLinked) or event.tip == event.first:
            return None
        loaded = await self._cases.team(team_of(event.tip))
        first = await self._cases.team(team_of(event.first))
        joined = decisions.join(loaded.state, loaded.id, event.first) if first.state.phase in STANDS else []
        also: list[Change] = []
        if joined and loaded.state.phase in STANDS:
            also = await excused(self._cases, loaded.state, "linked_to_an_earlier_tip", self._time.now())
        kept_out = decisions.keep_out(loaded.state, loaded.id, first.state.excluded)
        changes = [
            Change(loaded.id, loaded.version, [*joined, *kept_out]),
            Change(
                first.id,
                first.version,
                decisions.keep_out(first.state, first.id, loaded.state.excluded),
                case=first.case or event.first,
            ),
            *also,
        ]
        filled = [change for change in changes if change.events]
        return Changes(filled) if filled else None

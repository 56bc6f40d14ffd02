"""When a tip names someone who has an account, that account is out of the case for good."""

from contracts.events.tips import AccountNamed
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases, team_of
from services.rapid_assessment.team import decisions


class ExcludeNamed:
    """Holds before the team opens, too."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountNamed):
            return None
        loaded = await self._cases.team(team_of(event.tip))
        excluded = decisions.exclude(loaded.state, loaded.id, event.account)
        return Changes([Change(loaded.id, loaded.version, excluded)]) if excluded else None

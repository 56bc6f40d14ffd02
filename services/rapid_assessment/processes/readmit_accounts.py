"""Whom only a linked tip named may be asked again when that link is taken back."""

from contracts.events.tips import AccountReadmitted
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases, team_of
from services.rapid_assessment.team import decisions


class ReadmitAccounts:
    """Not whoever declared a conflict of interest here. A seat that was lost meanwhile is not given back."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountReadmitted):
            return None
        loaded = await self._cases.team(team_of(event.tip))
        admitted = decisions.readmit(loaded.state, loaded.id, event.account)
        return Changes([Change(loaded.id, loaded.version, admitted)]) if admitted else None

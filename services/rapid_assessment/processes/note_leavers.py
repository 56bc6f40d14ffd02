"""When an account is closed, its responder has left: never asked, told or formed with again."""

from contracts.events.identity import AccountClosed
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.responder import decisions


class NoteLeavers:
    """Of accounts that are no responders nothing is noted."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountClosed):
            return None
        loaded = await self._cases.store.load(RESPONDER, event.account)
        left = decisions.leave(loaded.state)
        return Changes([Change(loaded.id, loaded.version, left, case=loaded.case)]) if left else None

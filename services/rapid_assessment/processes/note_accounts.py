"""What happens to a responder's account counts here: closed or suspended, they are not asked, told or formed with."""

from contracts.events.identity import AccountClosed, WorkResumed, WorkSuspended
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.responder import decisions


class NoteAccounts:
    """Of accounts that are no responders nothing is noted."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case AccountClosed() as event:
                decide = decisions.leave
            case WorkSuspended() as event:
                decide = decisions.suspend
            case WorkResumed() as event:
                decide = decisions.come_back
            case _:
                return None
        loaded = await self._cases.store.load(RESPONDER, event.account)
        noted = decide(loaded.state)
        return Changes([Change(loaded.id, loaded.version, noted, case=loaded.case)]) if noted else None

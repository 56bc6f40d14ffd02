"""What happens to an account counts here: closed, suspended or without a seat's role, it is not asked, told or counted.

It counts whether the account is a responder's already or not, since it may be made one later.
"""

from contracts.events.identity import AccountClosed, RoleGranted, RoleRemoved, WorkResumed, WorkSuspended
from contracts.language import Event
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.responder import decisions
from services.rapid_assessment.responder.state import Responder

AccountNews = AccountClosed | WorkSuspended | WorkResumed | RoleRemoved | RoleGranted
ACCOUNT_NEWS: tuple[type[Event], ...] = (AccountClosed, WorkSuspended, WorkResumed, RoleRemoved, RoleGranted)


class NoteAccounts:
    """Reacts to the identity service. What was known before is not noted again."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountNews):
            return None
        loaded = await self._cases.store.load(RESPONDER, event.account)
        noted = self._noted(loaded, event)
        return Changes([Change(loaded.id, loaded.version, noted, case=loaded.case)]) if noted else None

    def _noted(self, loaded: Loaded[Responder], event: AccountNews) -> list[Event]:
        responder, account = loaded.state, loaded.id
        match event:
            case AccountClosed():
                return decisions.leave(responder, account)
            case WorkSuspended():
                return decisions.suspend(responder, account)
            case WorkResumed():
                return decisions.come_back(responder, account)
            case RoleRemoved():
                return decisions.lose_role(responder, account, event.role, self._cases.jurisdiction)
            case RoleGranted():
                return decisions.regain_role(responder, account, event.role)

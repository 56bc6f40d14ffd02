"""When an account is closed or suspended, or what its person signs in with is set up anew, what they had open ends."""

from contracts.events.identity import AccountClosed
from services.identity.account.events import AccountSuspended, InvitationUsed
from services.identity.session.decisions import EndReason
from services.identity.session.sessions import Sessions
from services.kernel.store import Changes
from services.kernel.stored_form import Happening


class EndSessions:
    """Of such an account it puts on record what holds already: its sessions give no token from that moment on.

    Whoever has a lost phone, and a session on it, is out when the person sets up another.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case AccountClosed() as closed:
                return await self._sessions.ended_before(happening, closed.account, EndReason.ACCOUNT_CLOSED)
            case AccountSuspended() as suspended:
                return await self._sessions.ended_before(happening, suspended.account, EndReason.ACCOUNT_SUSPENDED)
            case InvitationUsed() as used:
                return await self._sessions.ended_before(happening, used.account, EndReason.SET_UP_ANEW)
            case _:
                return None

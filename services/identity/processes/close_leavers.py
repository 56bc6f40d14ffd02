"""Whoever was said to leave is out at that moment: the account closes by itself, once, also after a time of standstill.

From the moment on it gives no token, whenever this is written: its state says when it ends.
"""

from datetime import datetime

from services.identity.account import decisions
from services.identity.account.accounts import Accounts
from services.identity.account.closing import Closing
from services.kernel.due import DueMoment, Fired


class CloseLeavers:
    """The timer for moments of the kind `leave`; state decides whether one still matters."""

    def __init__(self, accounts: Accounts, closing: Closing) -> None:
        self._accounts = accounts
        self._closing = closing

    async def __call__(self, due: DueMoment, now: datetime) -> Fired | None:
        loaded = await self._accounts.load(due.clock)
        events, left_at = decisions.leave(loaded.state, now), loaded.state.leaves_at
        if not events or left_at is None:
            return None
        cause = loaded.last_event or due.clock
        changes = await self._closing.changes(loaded, events, left_at, left_at, cause, now)
        return Fired(loaded, changes, left_at)

"""When a quarter is over, accounts nobody answered for are suspended, and the next quarter begins where it ended.

Nobody is suspended who was not asked about: after a standstill through all the warnings of a quarter it is missed, and
nobody is locked out for it.
"""

from datetime import datetime

from services.identity.account import decisions as account_decisions
from services.identity.account.accounts import Accounts
from services.identity.attestation import decisions
from services.identity.attestation.attestations import Attestations, next_of
from services.kernel.due import DueMoment, Fired
from services.kernel.store import Change, Changes


class EndQuarters:
    """The timer for moments of the kind `quarter`; state decides whether one still matters."""

    def __init__(self, accounts: Accounts, attestations: Attestations) -> None:
        self._accounts = accounts
        self._attestations = attestations

    async def __call__(self, due: DueMoment, now: datetime) -> Fired | None:
        loaded = await self._attestations.load(due.clock)
        quarter = loaded.state
        suspended = []
        for account in sorted(quarter.unanswered, key=str):
            found = await self._accounts.load(account)
            events = account_decisions.suspend(found.state, now)
            if events:
                suspended.append(Change(account, found.version, events, found.case))
        ended = decisions.end(quarter, len(suspended), now)
        if not ended:
            return None
        following = await self._attestations.begun(
            next_of(loaded.id),
            quarter.agency,
            quarter.quarter + 1,
            quarter.due_at,
            loaded.last_event or loaded.id,
            now,
            loaded.case,
        )
        streams = [Change(loaded.id, loaded.version, ended), *suspended, *following.streams]
        return Fired(loaded, Changes(streams, following.effects), due.due_at)

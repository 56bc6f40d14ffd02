"""Tells those of some roles, administrators of one agency alone, by the carriers that operators set up.

What none of them took is given to them again by the kernel's rule (`tries.py`). A carrier may be asked twice when the
process dies between sending and recording; nobody is told too little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from uuid import UUID

from contracts.language import Event
from services.identity.account.decisions import ADMINISTRATOR
from services.identity.notice.events import AccountNoticeFailed, AccountNoticeKept, AccountNoticeSent
from services.identity.notice.state import AccountNotice, evolve
from services.identity.notice.texts import text_of
from services.kernel.carrier import Carrier, carried
from services.kernel.http.caller import of_agency
from services.kernel.store import Change, Changes, Kind, Loaded
from services.kernel.time_source import TimeSource
from services.kernel.tries import again

NOTICE = Kind("account notice", AccountNotice(), evolve)


@dataclass(frozen=True)
class Telling:
    """Addresses are by `administrator of <agency>`, and by `operator`. `origin` is where pages are."""

    addresses: Mapping[str, Sequence[str]]
    carrier: Carrier
    origin: str
    time: TimeSource

    async def tell(
        self, loaded: Loaded[AccountNotice], agency: str, rule: str, roles: Sequence[str], about: UUID, *, missed: bool
    ) -> Changes:
        """Gives a notice to its carriers for the first time."""
        notice = AccountNotice(
            notice=loaded.id, agency=agency, rule=rule, roles=tuple(roles), about=about, missed=missed
        )
        sent, refused = await self._carried(notice)
        events = [_sent(notice, sent), *_failed(notice, refused)]
        if refused and not sent:
            events.append(AccountNoticeKept(notice=loaded.id, about=about, missed=missed))
        return self._changes(loaded, events)

    async def tell_again(self, loaded: Loaded[AccountNotice]) -> Changes | None:
        """Gives one that no carrier took to all of them once more; None where none is left on file."""
        sent, refused = await self._carried(loaded.state)
        events = [*([_sent(loaded.state, sent)] if sent else []), *_failed(loaded.state, refused)]
        return self._changes(loaded, events) if events else None

    def _changes(self, loaded: Loaded[AccountNotice], events: Sequence[Event]) -> Changes:
        stands = reduce(evolve, events, loaded.state)
        effects = () if stands.over else again(loaded.id, stands.refusals, self.time.now())
        return Changes([Change(loaded.id, loaded.version, events)], effects)

    async def _carried(self, notice: AccountNotice) -> tuple[tuple[str, ...], tuple[str, ...]]:
        keys = [of_agency(role, notice.agency) if role == ADMINISTRATOR else role for role in notice.roles]
        addresses = [address for key in keys for address in self.addresses.get(key, ())]
        text = text_of(notice.rule, notice.about, self.origin, missed=notice.missed)
        return await carried(self.carrier, addresses, text, notice.notice)


def _sent(notice: AccountNotice, carriers: tuple[str, ...]) -> Event:
    return AccountNoticeSent(
        notice=notice.notice, agency=notice.agency, rule=notice.rule, roles=notice.roles, carriers=carriers
    )


def _failed(notice: AccountNotice, carriers: tuple[str, ...]) -> list[Event]:
    return [AccountNoticeFailed(notice=notice.notice, carriers=carriers)] if carriers else []

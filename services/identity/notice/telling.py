"""Tells those of some roles, administrators of one agency alone, by the carriers that operators set up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.language import Event
from services.identity.account.decisions import ADMINISTRATOR
from services.identity.notice.events import AccountNoticeFailed, AccountNoticeSent
from services.identity.notice.state import AccountNotice, evolve
from services.kernel.carrier import Carrier, carried
from services.kernel.http.caller import of_agency
from services.kernel.store import Kind

NOTICE = Kind("account notice", AccountNotice(), evolve)


@dataclass(frozen=True)
class Telling:
    """Addresses are by `administrator of <agency>`, and by `operator`."""

    addresses: Mapping[str, Sequence[str]]
    carrier: Carrier

    async def tell(self, notice: UUID, agency: str, rule: str, roles: Sequence[str], text: str) -> list[Event]:
        """What became of it."""
        keys = [of_agency(role, agency) if role == ADMINISTRATOR else role for role in roles]
        addresses = [address for key in keys for address in self.addresses.get(key, ())]
        sent, failed = await carried(self.carrier, addresses, text, notice)
        told = AccountNoticeSent(notice=notice, agency=agency, rule=rule, roles=tuple(roles), carriers=sent)
        return [told, AccountNoticeFailed(notice=notice, carriers=failed)] if failed else [told]

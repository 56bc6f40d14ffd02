"""What the routes for accounts work with: accounts by reference, by sign-in name, by the names sealed in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.identity.account.decisions import ADMINISTRATOR, OPERATOR, plain_sign_in_name
from services.identity.account.events import AccountDescribed
from services.identity.account.state import Account, evolve
from services.identity.reservations import SIGN_IN_NAME, Reservations
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound, NotSignedIn
from services.kernel.http.reading import Reader, SealedText
from services.kernel.keys import Digester
from services.kernel.store import EventStore, Kind, Loaded
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

ACCOUNT = Kind("account", Account(), evolve)


def file_of(account: UUID, agency: str, roles: Sequence[str]) -> Record:
    """What the policies know of an account. `answered_for_by` is who may answer for it beside its agency."""
    # Not of the kind Account, which is what callers are: Cedar refuses two entities of one name.
    answering = [OPERATOR] if ADMINISTRATOR in roles else []
    return Record(
        "AccountFile",
        account,
        accounts={"holder": [account]},
        roles={"roles": roles, "answered_for_by": answering},
        words={"agency": agency},
    )


class AccountPage(msgspec.Struct, frozen=True, kw_only=True):
    """An account with its names; null where a court had them destroyed.

    `counties` are those the person works in, none where it is wherever their agency does. `leaves_at` is when the
    person leaves, `answer_by` until when somebody is to answer for the account, else null.
    """

    reference: UUID
    version: int
    agency: str
    roles: tuple[str, ...]
    status: str
    name: str | None
    sign_in_name: str | None
    counties: tuple[str, ...] = ()
    leaves_at: datetime | None = None
    answer_by: datetime | None = None


@dataclass(frozen=True)
class Accounts:
    """Accounts as they are now, from their streams: the list's view may lag, and who may act must not."""

    store: EventStore
    reservations: Reservations
    digester: Digester
    gate: Gate
    reader: Reader
    jurisdiction: Jurisdiction
    time: TimeSource

    async def load(self, account: UUID, *, until: int | None = None) -> Loaded[Account]:
        """An account, existing or not; as it was at version `until`, if one is given."""
        return await self.store.load(ACCOUNT, account, until=until)

    async def visible(
        self, caller: Caller, action: str, account: UUID, *, granting: Sequence[str] = ()
    ) -> Loaded[Account]:
        """Raises `NotFound` for an account that is absent or not the caller's to touch, `NotSignedIn`.

        `granting` are roles that the account is to hold besides its own.
        """
        await self.require_standing(caller)
        loaded = await self.load(account)
        if not loaded.exists:
            raise NotFound
        roles = (*loaded.state.roles, *granting)
        self.gate.require(caller, action, file_of(account, loaded.state.agency, roles))
        return loaded

    async def require_standing(self, caller: Caller) -> None:
        """Raises `NotSignedIn` when the account was closed or suspended, or lost a role, after its token was signed.

        Other services learn of it when the token ends. Here accounts are made, so here it counts at once.
        """
        account = (await self.load(caller.account or UUID(int=0))).state
        if not account.live(self.time.now()) or not set(caller.roles) <= set(account.roles):
            raise NotSignedIn

    def name_digest(self, sign_in_name: str) -> bytes:
        """By which a sign-in name is found again. Raises `InvalidValue`."""
        return self.digester.digest("sign-in name", plain_sign_in_name(sign_in_name).encode())

    async def account_named(self, digest: bytes) -> UUID | None:
        """Who signs in with the name, open or closed."""
        return await self.reservations.holder(SIGN_IN_NAME, digest)

    async def pages(self, caller: Caller, action: str, question: str, accounts: Sequence[UUID]) -> list[AccountPage]:
        """Those that exist and are the caller's to read, with names; the read is on record before they are opened."""
        found = [each for each in [await self.load(account) for account in accounts] if each.exists]
        loaded = [each for each in found if self._may_read(caller, action, each)]
        described = {each.id: await self.described(each.id) for each in loaded}
        shown = list(described.values())
        # One account's page belongs to its history; a page of many belongs to none of them.
        case = shown[0].stream if len(shown) == 1 else uuid4()
        await self.reader.record(caller, question, case, shown)
        return [await self._page(each, described[each.id]) for each in loaded]

    def _may_read(self, caller: Caller, action: str, loaded: Loaded[Account]) -> bool:
        account = loaded.state
        return self.gate.may_touch(caller, action, file_of(loaded.id, account.agency, account.roles))

    async def described(self, account: UUID) -> Happening:
        """Whose account it is, sealed; the account exists."""
        told = await self.store.happenings(account)
        return next(happening for happening in told if isinstance(happening.event, AccountDescribed))

    async def _page(self, loaded: Loaded[Account], described: Happening) -> AccountPage:
        event = described.event
        if not isinstance(event, AccountDescribed):
            raise TypeError(event.NAME)
        return AccountPage(
            reference=loaded.id,
            version=loaded.version,
            agency=loaded.state.agency,
            roles=loaded.state.roles,
            counties=loaded.state.counties,
            status=loaded.state.phase,
            leaves_at=loaded.state.leaves_at,
            answer_by=loaded.state.answer_by,
            name=await self.reader.open(SealedText(event.name, described.event_id, "name")),
            sign_in_name=await self.reader.open(SealedText(event.sign_in_name, described.event_id, "sign_in_name")),
        )

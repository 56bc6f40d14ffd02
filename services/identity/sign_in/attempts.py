"""The attempts with a sign-in name, found by the name or by whose it is."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from services.identity.reservations import ATTEMPTS, SIGN_IN_NAME, Reservations
from services.identity.sign_in.state import Attempts, evolve
from services.kernel.store import EventStore, Kind, Loaded

ATTEMPTS_KIND = Kind("sign_in", Attempts(), evolve)


@dataclass(frozen=True)
class AttemptBook:
    """One stream for each name tried."""

    store: EventStore
    reservations: Reservations

    async def of_name(self, digest: bytes) -> Loaded[Attempts]:
        """Where there are none, a stream yet to be reserved."""
        stream = await self.reservations.holder(ATTEMPTS, digest)
        return await self.store.load(ATTEMPTS_KIND, stream or uuid4())

    async def of_account(self, account: UUID) -> Loaded[Attempts]:
        """The attempts with the name of an account."""
        digest = await self.reservations.value_of(SIGN_IN_NAME, account)
        return await self.of_name(digest or b"")

"""What somebody signs in with, opened for checking it. Nobody is shown it, so it is no read to be put on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec

from contracts.language import Event, Personal
from services.identity.account.decisions import App
from services.identity.account.events import AppSet, InvitationUsed, PasskeyAdded, PassphraseSet
from services.identity.reservations import RECOVERY_CODE, Reservations
from services.identity.sign_in import recovery
from services.identity.sign_in.passkey import Passkey
from services.kernel.keys import Digester, KeyStore
from services.kernel.sealing import CannotOpen
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening

E = TypeVar("E", bound=Event)


class KeptPasskey(NamedTuple):
    """A passkey as it was when it was made, under its reference."""

    reference: UUID
    passkey: Passkey


@dataclass(frozen=True)
class FactorBook:
    """What was set up with the latest invitation. A person whose key was destroyed has nothing to sign in with."""

    store: EventStore
    keys: KeyStore
    reservations: Reservations
    digester: Digester

    async def verifier(self, account: UUID) -> str | None:
        """Of the passphrase, if there is one."""
        for happening, event in await self._set_up(account, PassphraseSet):
            return await self._opened(happening, event.verifier, "verifier")
        return None

    async def app(self, account: UUID) -> App | None:
        """The authenticator app, if there is one."""
        for happening, event in await self._set_up(account, AppSet):
            secret = await self._opened(happening, event.secret, "secret")
            return App(secret, event.step) if secret is not None else None
        return None

    async def passkeys(self, account: UUID) -> Sequence[KeptPasskey]:
        """All there are."""
        kept = []
        for happening, event in await self._set_up(account, PasskeyAdded):
            text = await self._opened(happening, event.kept, "kept")
            if text is not None:
                kept.append(KeptPasskey(event.passkey, msgspec.json.decode(text, type=Passkey)))
        return kept

    def recovery_digest(self, account: UUID, code: str) -> bytes:
        """What is kept of a recovery code, however it is written."""
        return self.digester.digest("recovery code", account.bytes, recovery.plain(code).encode())

    async def has_recovery_code(self, account: UUID, digest: bytes) -> bool:
        """Whether the account was given the code, and has not used it."""
        return await self.reservations.holder(RECOVERY_CODE, digest) == account

    async def _set_up(self, account: UUID, kind: type[E]) -> Sequence[tuple[Happening, E]]:
        """Latest first."""
        found = []
        for happening in reversed(await self.store.happenings(account)):
            if isinstance(happening.event, InvitationUsed):
                break
            if isinstance(happening.event, kind):
                found.append((happening, happening.event))
        return found

    async def _opened(self, happening: Happening, sealed: Personal, field: str) -> str | None:
        try:
            return await self.keys.open(sealed, happening.event_id, field)
        except CannotOpen:
            return None


def text_of(passkey: Passkey) -> str:
    """How a passkey is kept."""
    return msgspec.json.encode(passkey).decode()

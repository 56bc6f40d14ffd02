"""What the routes for signing in work with: attempts by name, each on record before it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from contracts.language import Event, InvalidValue
from services.identity.account import decisions as account_decisions
from services.identity.account.accounts import Accounts
from services.identity.account.events import PassphraseSet
from services.identity.account.state import Account
from services.identity.reservations import ATTEMPTS, SIGN_IN_NAME, reserve
from services.identity.sign_in import decisions
from services.identity.sign_in.events import SignedIn
from services.identity.sign_in.passphrase import Passphrases
from services.identity.sign_in.state import Attempts, evolve
from services.identity.sign_in.tokens import TokenSigner
from services.kernel.batch import Effect, EffectRefused, StaleVersion, Stored
from services.kernel.http.gate import Gate
from services.kernel.keys import KeyStore
from services.kernel.sealing import CannotOpen
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

ATTEMPTS_KIND = Kind("sign_in", Attempts(), evolve)


class WrongCredentials(Exception):
    """The name or the passphrase was wrong: which of the two, nobody learns."""


class SignedToken(msgspec.Struct, frozen=True, kw_only=True):
    """Send the token with every request as `Authorization: Bearer …` until it expires; then sign in again."""

    token: str
    account: UUID
    agency: str
    roles: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True)
class SignIns:
    """Signs people in, sets their passphrases, keeps count of failures."""

    store: EventStore
    accounts: Accounts
    keys: KeyStore
    passphrases: Passphrases
    signer: TokenSigner
    time: TimeSource
    gate: Gate

    async def sign_in(self, sign_in_name: str, passphrase: str) -> SignedToken:
        """Raises `WrongCredentials`, `Refused` while locked, `Overloaded`."""
        digest = self._digest_of(sign_in_name)
        loaded = await self.attempts(digest)
        decisions.refuse_locked(loaded.state)
        account = await self._account(digest)
        right = await self._right(account, passphrase)
        while True:
            now = self.time.now()
            events = decisions.attempt(loaded.state, account.id if account.exists else None, now, right=right)
            effects = [] if loaded.exists else [reserve(ATTEMPTS, digest, loaded.id)]
            try:
                await self._append(loaded, events, effects, account.state if right else None, now)
            except (StaleVersion, EffectRefused):
                # Another attempt with this name came first; it may have locked it.
                loaded = await self.attempts(digest)
                continue
            return self._answer(events, account.state, now)

    async def set_passphrase(self, account: UUID, number: int, passphrase: str) -> Stored:
        """`number` is that of the invitation used. Raises `Refused`, `InvalidValue`, `Overloaded`."""
        loaded = await self.accounts.load(account)
        # Checked before the slow hash, so that nobody keeps the service busy with made-up codes.
        account_decisions.check_invitation(loaded.state, number, self.time.now())
        verifier = await self.passphrases.verifier_of(account_decisions.plain_passphrase(passphrase))
        while True:
            now = self.time.now()
            events = account_decisions.set_passphrase(loaded.state, number, verifier, now)
            try:
                return await self._append(loaded, events, (), loaded.state, now)
            except StaleVersion:
                loaded = await self.accounts.load(account)

    async def attempts(self, digest: bytes) -> Loaded[Attempts]:
        """The attempts with a name; where there are none, a stream yet to be reserved."""
        stream = await self.accounts.reservations.holder(ATTEMPTS, digest)
        return await self.store.load(ATTEMPTS_KIND, stream or uuid4())

    async def attempts_of(self, account: UUID) -> Loaded[Attempts]:
        """The attempts with the name of an account."""
        digest = await self.accounts.reservations.value_of(SIGN_IN_NAME, account)
        return await self.attempts(digest or b"")

    async def unlocked(self, digest: bytes, account: UUID) -> Sequence[Change]:
        """What unlocks a name for the account that gets it; nothing when it is not locked."""
        loaded = await self.attempts(digest)
        if not loaded.state.locked:
            return ()
        return [Change(loaded.id, loaded.version, decisions.unlock(loaded.state, account))]

    def _digest_of(self, sign_in_name: str) -> bytes:
        try:
            return self.accounts.name_digest(sign_in_name)
        except InvalidValue as error:
            # What can be nobody's name is wrong like any other wrong name, and needs no counting.
            raise WrongCredentials from error

    async def _account(self, digest: bytes) -> Loaded[Account]:
        """Nobody's account is looked up as well, so that it takes as long as somebody's."""
        return await self.accounts.load(await self.accounts.account_named(digest) or uuid4())

    async def _right(self, account: Loaded[Account], passphrase: str) -> bool:
        verifier = await self._verifier(account.id) if account.state.open else None
        try:
            plain = account_decisions.plain_passphrase(passphrase)
        except InvalidValue:
            plain, verifier = "", None
        return await self.passphrases.fits(plain, verifier)

    async def _verifier(self, account: UUID) -> str | None:
        """The latest; None when no passphrase was set, or the person's key was destroyed."""
        for happening in reversed(await self.store.happenings(account)):
            if isinstance(happening.event, PassphraseSet):
                try:
                    return await self.keys.open(happening.event.verifier, happening.event_id, "verifier")
                except CannotOpen:
                    return None
        return None

    async def _append(
        self,
        loaded: Loaded[Attempts] | Loaded[Account],
        events: Sequence[Event],
        effects: Sequence[Effect],
        by: Account | None,
        now: datetime,
    ) -> Stored:
        origin = Origin(
            actor=f"account:{by.account}" if by else "public",
            agency=by.agency if by else "",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=loaded.case or loaded.id,
            policy=self.gate.version,
        )
        return await self.store.append(Changes([Change(loaded.id, loaded.version, events)], effects), origin, now)

    def _answer(self, events: Sequence[Event], account: Account, now: datetime) -> SignedToken:
        match events:
            case [SignedIn() as signed_in]:
                token = self.signer.sign(account.account, account.agency, account.roles, now, signed_in.until)
                return SignedToken(
                    token=token,
                    account=account.account,
                    agency=account.agency,
                    roles=account.roles,
                    expires_at=signed_in.until,
                )
            case [_]:
                raise WrongCredentials
            case _:
                raise decisions.locked()

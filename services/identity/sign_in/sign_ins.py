"""What the routes for signing in work with: attempts by name, each on record before it is answered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, NoReturn
from uuid import UUID, uuid4

import msgspec

from contracts.language import Event, InvalidValue
from services.identity.account import decisions as account_decisions
from services.identity.account.accounts import Accounts
from services.identity.account.factors import FactorBook
from services.identity.account.state import Account
from services.identity.reservations import ATTEMPTS, CHALLENGE, RECOVERY_CODE, SIGN_IN_NAME, release, reserve
from services.identity.session.decisions import Means
from services.identity.session.sessions import Sessions, SignedSession, SignedToken
from services.identity.sign_in import decisions, totp
from services.identity.sign_in.attempts import AttemptBook
from services.identity.sign_in.challenges import Challenge, ChallengeNotValid, Challenges
from services.identity.sign_in.events import AppCodeUsed, PasskeyDoubted, PasskeyUsed, RecoveryCodeUsed
from services.identity.sign_in.passkey import Claim, PasskeyCopied, PasskeyNotValid, Passkeys
from services.identity.sign_in.passphrase import Passphrases
from services.identity.sign_in.state import Attempts
from services.kernel.batch import Effect, EffectRefused, StaleVersion
from services.kernel.http.gate import Gate
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

SIGN_IN = "sign in"
"""What a challenge is for."""


class WrongCredentials(Exception):
    """Something of what was given is wrong: what it is, nobody learns."""


class Shown(NamedTuple):
    """What somebody showed. `means` is None when something of it was wrong.

    `events` and `effects` go on record with the attempt: what was used fits no more.
    """

    means: Means | None
    events: Sequence[Event] = ()
    effects: Sequence[Effect] = ()


WRONG = Shown(None)

Judge = Callable[[Loaded[Account], Attempts], Awaitable[Shown]]
"""Says whether what somebody gave shows that the account is theirs. Asked again when another attempt came first."""


class PasskeyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`options` is for `PublicKeyCredential.parseRequestOptionsFromJSON`, within five minutes."""

    options: dict[str, Any]
    challenge: str


@dataclass(frozen=True)
class SignIns:
    """Signs people in, unlocks their sessions, keeps count of failures. `machine` tells the machine's own time."""

    store: EventStore
    accounts: Accounts
    factors: FactorBook
    book: AttemptBook
    sessions: Sessions
    passphrases: Passphrases
    passkeys: Passkeys
    challenges: Challenges
    time: TimeSource
    machine: TimeSource
    gate: Gate

    async def sign_in(self, sign_in_name: str, passphrase: str, code: str) -> SignedSession:
        """Raises `WrongCredentials`, `Refused` while locked, `Overloaded`."""
        return await self.enter(self._digest_of(sign_in_name), self._judge_of_passphrase(passphrase, code))

    def passkey_options(self) -> PasskeyOptions:
        """The same for everybody: nobody has said who they are."""
        challenge = self.challenges.new(SIGN_IN, self.machine.now())
        return PasskeyOptions(options=self.passkeys.request_options(challenge.signed), challenge=challenge.text)

    async def sign_in_with_passkey(self, challenge: str, credential: Mapping[str, Any]) -> SignedSession:
        """Raises `WrongCredentials`, `Refused` while locked."""
        claim, judge = self._judge_of_passkey(challenge, credential)
        digest = await self.accounts.reservations.value_of(SIGN_IN_NAME, claim.account)
        if digest is None:
            raise WrongCredentials
        return await self.enter(digest, judge)

    async def unlock_with_passphrase(self, secret: str, passphrase: str) -> SignedToken:
        """`secret` is the session's.

        Raises `NotSignedIn`, `WrongCredentials`, `Refused` when this failure locks, `Overloaded`.
        """
        return await self._unlock(secret, self._judge_of_passphrase(passphrase, None))

    async def unlock_with_passkey(self, secret: str, challenge: str, credential: Mapping[str, Any]) -> SignedToken:
        """As above."""
        _, judge = self._judge_of_passkey(challenge, credential)
        return await self._unlock(secret, judge)

    async def enter(self, digest: bytes, judge: Judge) -> SignedSession:
        """An attempt with a sign-in name, by its digest. Raises `WrongCredentials`, `Refused` while locked."""
        while True:
            try:
                return await self._attempt(digest, judge)
            except (StaleVersion, EffectRefused):
                # Another attempt with this name came first, and may have locked it or used the same code; or the
                # account has changed.
                continue

    async def unlocked(self, digest: bytes, account: UUID) -> Sequence[Change]:
        """What unlocks a name for the account that gets it; nothing when it is not locked."""
        loaded = await self.book.of_name(digest)
        if not loaded.state.locked:
            return ()
        return [Change(loaded.id, loaded.version, decisions.unlock(loaded.state, account))]

    async def _attempt(self, digest: bytes, judge: Judge) -> SignedSession:
        loaded = await self.book.of_name(digest)
        decisions.refuse_locked(loaded.state)
        account = await self._account(digest)
        shown, now = await judge(account, loaded.state), self.time.now()
        first = [] if loaded.exists else [reserve(ATTEMPTS, digest, loaded.id)]
        if shown.means is None:
            await self._fail(loaded, account, shown, now, first)
        if account.state.suspended_at(now):
            await self._refuse_suspended(loaded, account, shown, now, first)
        begun = self.sessions.begin(account.id, shown.means, now)
        events = [*shown.events, *decisions.succeed(loaded.state, account.id, begun.ends_at)]
        streams = [Change(loaded.id, loaded.version, events), begun.change]
        changes = Changes(streams, [*first, *shown.effects, *begun.effects], rests_on=[account])
        await self.store.append(changes, self._origin(loaded, account.state), now)
        signed = await self.sessions.signed(account.state, begun.ends_at, now)
        return SignedSession(session=begun.secret, **msgspec.structs.asdict(signed))

    async def _unlock(self, secret: str, judge: Judge) -> SignedToken:
        while True:
            try:
                return await self._unlock_once(secret, judge)
            except (StaleVersion, EffectRefused):
                continue

    async def _unlock_once(self, secret: str, judge: Judge) -> SignedToken:
        found = await self.sessions.find(secret)
        loaded = await self.book.of_account(found.account.id)
        shown, now = await judge(found.account, loaded.state), self.time.now()
        if shown.means is None:
            await self._fail(loaded, found.account, shown, now)
        unlocking = self.sessions.unlocking(found, shown.means, now)
        streams = [*unlocking.streams, Change(loaded.id, loaded.version, shown.events)]
        changes = Changes(streams, [*unlocking.effects, *shown.effects], rests_on=[found.account])
        await self.store.append(changes, self.sessions.origin(found), now)
        return await self.sessions.signed(found.account.state, found.session.state.ends_at, now)

    async def _fail(
        self,
        loaded: Loaded[Attempts],
        account: Loaded[Account],
        shown: Shown,
        now: datetime,
        effects: Sequence[Effect] = (),
    ) -> NoReturn:
        """Puts the failure on record. Raises `WrongCredentials`, or `Refused` when it locks."""
        failed = decisions.fail(loaded.state, account.id if account.exists else None, now)
        changes = Changes([Change(loaded.id, loaded.version, [*shown.events, *failed])], effects)
        await self.store.append(changes, self._origin(loaded), now)
        raise decisions.locked() if len(failed) > 1 else WrongCredentials

    async def _refuse_suspended(
        self,
        loaded: Loaded[Attempts],
        account: Loaded[Account],
        shown: Shown,
        now: datetime,
        effects: Sequence[Effect],
    ) -> NoReturn:
        """Told to whoever has shown that the account is theirs, and to nobody else. Raises `Refused`."""
        events = [*shown.events, *decisions.refuse_suspended(account.id)]
        changes = Changes([Change(loaded.id, loaded.version, events)], [*effects, *shown.effects], rests_on=[account])
        await self.store.append(changes, self._origin(loaded, account.state), now)
        raise decisions.suspended()

    def _digest_of(self, sign_in_name: str) -> bytes:
        try:
            return self.accounts.name_digest(sign_in_name)
        except InvalidValue as error:
            # What can be nobody's name is wrong like any other wrong name, and needs no counting.
            raise WrongCredentials from error

    async def _account(self, digest: bytes) -> Loaded[Account]:
        """Nobody's account is looked up as well, so that it takes as long as somebody's."""
        return await self.accounts.load(await self.accounts.account_named(digest) or uuid4())

    def _judge_of_passphrase(self, passphrase: str, code: str | None) -> Judge:
        """With a code at sign-in. The slow hash is made once for each state of the account, whoever else tries."""
        fits: dict[int, bool] = {}

        async def judge(account: Loaded[Account], attempts: Attempts) -> Shown:
            if account.version not in fits:
                fits[account.version] = await self._fits(account, passphrase)
            # Looked at even beside a wrong passphrase: a quicker answer would tell that it was wrong.
            shown = Shown(Means.PASSPHRASE) if code is None else await self.judge_code(account, attempts, code)
            return shown if fits[account.version] else WRONG

        return judge

    async def _fits(self, account: Loaded[Account], passphrase: str) -> bool:
        verifier = await self.factors.verifier(account.id) if account.state.belongs(self.time.now()) else None
        try:
            plain = account_decisions.plain_passphrase(passphrase)
        except InvalidValue:
            plain, verifier = "", None
        return await self.passphrases.fits(plain, verifier)

    async def judge_code(self, account: Loaded[Account], attempts: Attempts, code: str) -> Shown:
        """A code of the app, later than any used, or a recovery code: the second factor of a closed account is none."""
        if not account.state.belongs(self.time.now()):
            return WRONG
        app = await self.factors.app(account.id)
        if app is not None:
            step = totp.step_of(app.secret, code, self.machine.now(), max(app.step, attempts.step))
            if step is not None:
                return Shown(Means.APP, [AppCodeUsed(account=account.id, step=step)])
        digest = self.factors.recovery_digest(account.id, code)
        if await self.factors.has_recovery_code(account.id, digest):
            used = RecoveryCodeUsed(account=account.id)
            return Shown(Means.RECOVERY_CODE, [used], [release(RECOVERY_CODE, digest)])
        return WRONG

    def _judge_of_passkey(self, text: str, credential: Mapping[str, Any]) -> tuple[Claim, Judge]:
        """Whose passkey it says it is, and how to find out. Raises `WrongCredentials` for what cannot be looked at."""
        try:
            challenge = self.challenges.open(text, SIGN_IN, self.machine.now())
            claim = self.passkeys.claim(credential)
        except (ChallengeNotValid, PasskeyNotValid) as error:
            raise WrongCredentials from error

        async def judge(account: Loaded[Account], attempts: Attempts) -> Shown:
            if claim.account != account.id or not account.state.belongs(self.time.now()):
                return WRONG
            return await self._judge_passkey(claim, challenge, credential, attempts)

        return claim, judge

    async def _judge_passkey(
        self, claim: Claim, challenge: Challenge, credential: Mapping[str, Any], attempts: Attempts
    ) -> Shown:
        if await self.accounts.reservations.holder(CHALLENGE, challenge.mark) is not None:
            return WRONG
        once = [reserve(CHALLENGE, challenge.mark, claim.account)]
        for reference, kept in await self.factors.passkeys(claim.account):
            passkey = msgspec.structs.replace(kept, sign_count=attempts.counts.get(reference, kept.sign_count))
            try:
                count = self.passkeys.used(passkey, challenge.signed, credential)
            except PasskeyCopied:
                return Shown(None, [PasskeyDoubted(account=claim.account, passkey=reference)])
            except PasskeyNotValid:
                continue
            used = PasskeyUsed(account=claim.account, passkey=reference, sign_count=count)
            return Shown(Means.PASSKEY, [used], once)
        return WRONG

    def _origin(self, loaded: Loaded[Attempts], by: Account | None = None) -> Origin:
        return Origin(
            actor=f"account:{by.account}" if by else "public",
            agency=by.agency if by else "",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=loaded.case or loaded.id,
            policy=self.gate.version,
        )

"""What the routes for signing in by an agency's provider work with: from the first click to the session.

Nothing is kept of somebody on their way. `state` says itself which agency it is for and until when; nonce and PKCE
verifier are made from it with a key.
"""

import base64
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec

from contracts.language import InvalidValue
from services.identity.account.decisions import OPERATOR
from services.identity.account.state import Account
from services.identity.provider import decisions
from services.identity.provider.client import Asked, Identity, NotBelieved, Provider
from services.identity.provider.decisions import Failure, plain_person
from services.identity.reservations import (
    CHALLENGE,
    PROVIDER_PERSON,
    PROVIDER_SUBJECT,
    SIGN_IN_NAME,
    Reservations,
    release_all,
    reserve,
)
from services.identity.session.decisions import Means
from services.identity.session.sessions import SignedSession
from services.identity.sign_in.challenges import NOBODY, ChallengeNotValid, Challenges
from services.identity.sign_in.sign_ins import WRONG, Shown, SignIns, WrongCredentials
from services.identity.sign_in.state import Attempts
from services.kernel.batch import Effect, EffectRefused
from services.kernel.keys import Digester
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Origin

SECOND = "second"
"""What a state begins with that waits for a code of our own."""


class NotLetIn(Exception):
    """Whoever came from a provider is nobody here, or came with what is not good: which of these, nobody learns."""


class ProviderStart(msgspec.Struct, frozen=True, kw_only=True):
    """Lead the person to `address`. Keep `state` in their browser: finish only where it is the one that comes back."""

    address: str
    state: str


class CodeNeeded(msgspec.Struct, frozen=True, kw_only=True):
    """The provider asked for no second factor. Finish with this `state` and a code of ours within five minutes."""

    state: str


class _Known(NamedTuple):
    """Whose account it is, and the digest of who they are at the provider of their agency.

    `mark` is that of the state with which they come again to give a code of ours.
    """

    account: UUID
    subject: bytes
    agency: str
    mark: bytes = b""


@dataclass(frozen=True)
class ProviderSignIns:
    """`providers` by agency."""

    providers: Mapping[str, Provider]
    store: EventStore
    sign_ins: SignIns
    reservations: Reservations
    challenges: Challenges
    digester: Digester

    async def start(self, agency: str) -> ProviderStart:
        """Raises `InvalidValue` for an agency without a provider, `ProviderUnavailable`."""
        provider = self.providers.get(agency)
        if provider is None:
            raise InvalidValue("agency", "This agency has no sign-in of its own here. Use a passphrase or a passkey.")
        challenge = self.challenges.new(_purpose(agency), self.sign_ins.machine.now())
        state = f"{agency}.{challenge.text}"
        return ProviderStart(address=await provider.address(self._asked(state)), state=state)

    async def finish(self, state: str, code: str, issuer: str, own_code: str) -> SignedSession | CodeNeeded:
        """`own_code` is one of our own, empty where the person has not been asked for one.

        Raises `NotLetIn`, `WrongCredentials`, `Refused` while locked, `ProviderUnavailable`.
        """
        if state.startswith(f"{SECOND}."):
            return await self._enter(self._known_before(state), own_code, attested=False)
        provider = await self._provider_of(state)
        try:
            identity = await provider.identify(code, self._asked(state), issuer)
        except NotBelieved as error:
            await self._fail(provider.agency, error.failure)
            raise NotLetIn from error
        known = await self._known(provider, identity)
        if not identity.second_factor and not own_code:
            return CodeNeeded(state=self._state_of(known))
        return await self._enter(known, own_code, attested=identity.second_factor)

    def person_digest(self, agency: str, person: str) -> bytes:
        """By which somebody is known beforehand. Raises `InvalidValue`."""
        return self.digester.digest("provider person", agency.encode(), plain_person(person).encode())

    async def _provider_of(self, state: str) -> Provider:
        """Uses the state up. Raises `NotLetIn`."""
        agency, _, text = state.partition(".")
        provider = self.providers.get(agency)
        if provider is None:
            raise NotLetIn
        try:
            challenge = self.challenges.open(text, _purpose(agency), self.sign_ins.machine.now())
        except ChallengeNotValid as error:
            raise NotLetIn from error
        try:
            await self.store.append_beside([reserve(CHALLENGE, challenge.mark, NOBODY)], None)
        except EffectRefused as error:
            await self._fail(agency, Failure.STATE_USED)
            raise NotLetIn from error
        return provider

    async def _known(self, provider: Provider, identity: Identity) -> _Known:
        """Raises `NotLetIn`."""
        subject = self.digester.digest("provider subject", provider.issuer.encode(), identity.subject.encode())
        account = await self.reservations.holder(PROVIDER_SUBJECT, subject)
        if account is None:
            account = await self._not_seen_before(provider.agency, identity)
        if account is None:
            await self._fail(provider.agency, Failure.UNKNOWN)
            raise NotLetIn
        if (await self.sign_ins.accounts.load(account)).state.agency != provider.agency:
            # Not counted against the account: one agency's provider is not to lock another's people out.
            await self._fail(provider.agency, Failure.OTHER_AGENCY, account)
            raise NotLetIn
        return _Known(account, subject, provider.agency)

    async def _not_seen_before(self, agency: str, identity: Identity) -> UUID | None:
        """Whom an administrator named; else whose sign-in name is the e-mail address the provider has verified."""
        with contextlib.suppress(InvalidValue):
            person = self.person_digest(agency, identity.person)
            if (named := await self.reservations.holder(PROVIDER_PERSON, person)) is not None:
                return named
        try:
            digest = self.sign_ins.accounts.name_digest(identity.email)
        except InvalidValue:
            return None
        account = await self.sign_ins.accounts.account_named(digest)
        if account is None or not await self._goes_by_its_name(account):
            return None
        return account

    async def _goes_by_its_name(self, account: UUID) -> bool:
        """Not where it is linked to somebody there, or an administrator said to whom; an operator's never does.

        Who keeps an agency's addresses must not become who keeps the house.
        """
        held = [await self.reservations.value_of(kind, account) for kind in (PROVIDER_SUBJECT, PROVIDER_PERSON)]
        roles = (await self.sign_ins.accounts.load(account)).state.roles
        return held == [None, None] and OPERATOR not in roles

    async def _enter(self, known: _Known, own_code: str, *, attested: bool) -> SignedSession:
        """Raises `WrongCredentials`, `Refused` while locked."""

        async def judge(account: Loaded[Account], attempts: Attempts) -> Shown:
            linking = await self._linking(known)
            now = self.sign_ins.time.now()
            if account.id != known.account or not account.state.belongs(now) or linking is None:
                return WRONG
            once = [reserve(CHALLENGE, known.mark, known.account)] if known.mark else []
            if once and await self.reservations.holder(CHALLENGE, known.mark) is not None:
                return WRONG
            shown = Shown(Means.PROVIDER)
            if not attested:
                shown = await self.sign_ins.judge_code(account, attempts, own_code)
            if shown.means is None:
                return shown
            return Shown(Means.PROVIDER, [*linking.events, *shown.events], [*linking.effects, *shown.effects, *once])

        digest = await self.reservations.value_of(SIGN_IN_NAME, known.account)
        if digest is None:
            raise WrongCredentials
        return await self.sign_ins.enter(digest, judge)

    async def _linking(self, known: _Known) -> Shown | None:
        """What links the account, nothing where that is done; None where it is linked to somebody else there."""
        holder = await self.reservations.holder(PROVIDER_SUBJECT, known.subject)
        if holder is not None:
            return Shown(Means.PROVIDER) if holder == known.account else None
        if await self.reservations.value_of(PROVIDER_SUBJECT, known.account) is not None:
            return None
        effects: list[Effect] = [
            reserve(PROVIDER_SUBJECT, known.subject, known.account),
            release_all(PROVIDER_PERSON, known.account),
        ]
        return Shown(Means.PROVIDER, decisions.link(known.account, known.agency), effects)

    async def _fail(self, agency: str, failure: Failure, account: UUID | None = None) -> None:
        """On record in a stream of its own: it belongs to no name that was tried."""
        stream = uuid4()
        changes = Changes([Change(stream, 0, decisions.fail(account, agency, failure))])
        origin = Origin(
            actor="public",
            agency="",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=stream,
            policy=self.sign_ins.gate.version,
        )
        await self.store.append(changes, origin, self.sign_ins.time.now())

    def _asked(self, state: str) -> Asked:
        return Asked(state, nonce=self._made("nonce", state), verifier=self._made("verifier", state))

    def _made(self, what: str, state: str) -> str:
        """43 letters of 256 bits, as RFC 7636 wants a verifier."""
        digest = self.digester.digest(f"provider {what}", state.encode())
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _state_of(self, known: _Known) -> str:
        """Goes on with somebody the provider has named already."""
        challenge = self.challenges.new(
            _purpose(known.agency, known.subject), self.sign_ins.machine.now(), known.account
        )
        return f"{SECOND}.{known.agency}.{known.subject.hex()}.{challenge.text}"

    def _known_before(self, state: str) -> _Known:
        """Good again after a wrong code, which counts, until its five minutes are over. Raises `NotLetIn`."""
        try:
            _, agency, subject, text = state.split(".")
            digest = bytes.fromhex(subject)
            challenge = self.challenges.open(text, _purpose(agency, digest), self.sign_ins.machine.now())
        except (ValueError, ChallengeNotValid) as error:
            raise NotLetIn from error
        return _Known(challenge.account, digest, agency, challenge.mark)


def _purpose(agency: str, subject: bytes = b"") -> str:
    return f"provider {agency} {subject.hex()}"

"""Whoever was invited sets up what they sign in with: a passkey, or a passphrase and an authenticator app, or all.

No Idempotency-Key here: a digest of a body with a passphrase in it is not to be stored. An invitation is good once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, post

from contracts.language import InvalidValue
from services.identity.account import decisions
from services.identity.account.accounts import Accounts
from services.identity.account.decisions import App, Factors
from services.identity.account.events import AccountDescribed
from services.identity.account.factors import FactorBook, text_of
from services.identity.account.http import PRIVATE
from services.identity.account.invitation import Invitations
from services.identity.account.state import Account
from services.identity.reservations import RECOVERY_CODE, release_all, reserve
from services.identity.sign_in import recovery, totp
from services.identity.sign_in.challenges import ChallengeNotValid, Challenges
from services.identity.sign_in.compromised import why_refused
from services.identity.sign_in.door import SignInDoor
from services.identity.sign_in.passkey import PasskeyNotValid, Passkeys
from services.identity.sign_in.passphrase import Passphrases
from services.kernel.batch import StaleVersion, Stored
from services.kernel.http.caller import Caller
from services.kernel.http.commands import POSITION_HEADER
from services.kernel.http.reading import SealedText
from services.kernel.keys import Digester
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import TimeSource

NEW_PASSKEY = "new passkey"
"""What a challenge is for."""

Secret = Annotated[str, msgspec.Meta(max_length=1_000)]


class AnInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The invitation from the administrator."""

    invitation: Secret


class UseInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passphrase with the code that the app shows now, or a passkey with the challenge it was made for, or both.

    `passkey` is what the browser made of the options, as its `toJSON` writes it.
    """

    invitation: Secret
    passphrase: Secret | None = None
    totp_code: Secret | None = None
    passkey: dict[str, Any] | None = None
    challenge: Secret = ""


class ForApp(msgspec.Struct, frozen=True, kw_only=True):
    """For an authenticator app: the picture to be read with its camera (SVG), or the secret to be typed."""

    secret: str
    address: str
    picture: str


class SetUpOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to set up with. `passkey` is for `PublicKeyCredential.parseCreationOptionsFromJSON`, within five minutes."""

    account: UUID
    totp: ForApp
    passkey: dict[str, Any]
    challenge: str


class HaveSetUp(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation is used; sign in now. The recovery codes are told here, and never again: keep them on paper."""

    account: UUID
    recovery_codes: tuple[str, ...]
    position: int


@dataclass(frozen=True)
class SettingUp:
    """`machine` tells the machine's own time: an app knows no other."""

    store: EventStore
    accounts: Accounts
    invitations: Invitations
    factors: FactorBook
    digester: Digester
    passphrases: Passphrases
    compromised: frozenset[str]
    passkeys: Passkeys
    challenges: Challenges
    time: TimeSource
    machine: TimeSource

    async def options(self, invitation: str) -> SetUpOptions:
        """Changes nothing, and may be asked again: the app's secret stays the same. Raises `Refused`."""
        loaded, number = await self._invited(invitation)
        name = await self._own_name(loaded)
        address = totp.address(self._app_secret(loaded.id, number), name)
        challenge = self.challenges.new(NEW_PASSKEY, self.machine.now(), loaded.id)
        return SetUpOptions(
            account=loaded.id,
            totp=ForApp(secret=self._app_secret(loaded.id, number), address=address, picture=totp.picture(address)),
            passkey=self.passkeys.creation_options(loaded.id, name, [], challenge.signed),
            challenge=challenge.text,
        )

    async def use(self, asked: UseInvitation) -> HaveSetUp:
        """Raises `Refused`, `InvalidValue`, `Overloaded`. Whatever is refused leaves the invitation as it was."""
        loaded, number = await self._invited(asked.invitation)
        decisions.check_enough(
            passphrase=asked.passphrase is not None,
            app=asked.totp_code is not None,
            passkey=asked.passkey is not None,
        )
        codes = recovery.new_codes() if asked.totp_code is not None else ()
        factors = Factors(
            passkey=self._passkey(asked, loaded.id),
            app=self._app(asked, loaded.id, number),
            recovery_codes=len(codes),
            # Last, since it takes long.
            verifier=await self._verifier(asked, loaded),
        )
        while True:
            try:
                stored = await self._store(loaded, number, factors, codes)
            except StaleVersion:
                loaded = await self.accounts.load(loaded.id)
            else:
                return HaveSetUp(account=loaded.id, recovery_codes=codes, position=stored.position)

    async def _invited(self, invitation: str) -> tuple[Loaded[Account], int]:
        """Checked before anything slow, so that nobody keeps the service busy with made-up invitations."""
        loaded = await self.accounts.load(self.invitations.account_in(invitation))
        number = self.invitations.number_in(invitation, loaded.state)
        decisions.check_invitation(loaded.state, number, self.time.now())
        return loaded, number

    def _app_secret(self, account: UUID, number: int) -> str:
        return totp.secret_of(self.digester.digest("authenticator app", account.bytes, str(number).encode()))

    def _app(self, asked: UseInvitation, account: UUID, number: int) -> App | None:
        if asked.totp_code is None:
            return None
        secret = self._app_secret(account, number)
        step = totp.step_of(secret, asked.totp_code, self.machine.now(), 0)
        if step is None:
            raise InvalidValue(
                "totp_code", "This code does not fit. Type the one the app shows now, and see that its clock is right."
            )
        return App(secret, step)

    def _passkey(self, asked: UseInvitation, account: UUID) -> tuple[UUID, str] | None:
        if asked.passkey is None:
            return None
        try:
            challenge = self.challenges.open(asked.challenge, NEW_PASSKEY, self.machine.now())
            made = self.passkeys.created(challenge.signed, asked.passkey)
        except (ChallengeNotValid, PasskeyNotValid) as error:
            raise _no_passkey() from error
        if challenge.account != account:
            raise _no_passkey()
        return uuid4(), text_of(made)

    async def _verifier(self, asked: UseInvitation, loaded: Loaded[Account]) -> str | None:
        if asked.passphrase is None:
            return None
        plain = decisions.plain_passphrase(asked.passphrase)
        refused = why_refused(plain, self.compromised, await self._known_of(loaded))
        if refused is not None:
            raise InvalidValue("passphrase", refused)
        return await self.passphrases.verifier_of(plain)

    async def _store(self, loaded: Loaded[Account], number: int, factors: Factors, codes: Sequence[str]) -> Stored:
        now = self.time.now()
        events = decisions.set_up(loaded.state, number, factors, now)
        effects = [release_all(RECOVERY_CODE, loaded.id)]
        effects += [reserve(RECOVERY_CODE, self.factors.recovery_digest(loaded.id, code), loaded.id) for code in codes]
        origin = Origin(
            actor=f"account:{loaded.id}",
            agency=loaded.state.agency,
            command_id=uuid4(),
            causation_id=None,
            correlation_id=loaded.case or loaded.id,
            policy=self.accounts.gate.version,
        )
        changes = Changes([Change(loaded.id, loaded.version, events)], effects)
        return await self.store.append(changes, origin, now)

    async def _own_name(self, loaded: Loaded[Account]) -> str:
        """The sign-in name, for the person's own device to show; the agency where a court had it destroyed.

        That it was read is on record.
        """
        described = await self.accounts.described(loaded.id)
        whose = Caller(loaded.id, loaded.state.agency, loaded.state.roles)
        await self.accounts.reader.record(whose, "own invitation", loaded.id, [described])
        return await self._opened(described, "sign_in_name") or loaded.state.agency

    async def _known_of(self, loaded: Loaded[Account]) -> Sequence[str]:
        """What others know of the person, so that it makes no passphrase. It is shown to nobody."""
        described = await self.accounts.described(loaded.id)
        agency = self.accounts.jurisdiction.agencies[loaded.state.agency]
        own = [await self._opened(described, field) for field in ("name", "sign_in_name")]
        return [*own, agency.agency_id, agency.name, self.accounts.jurisdiction.state.state]

    async def _opened(self, described: Happening, field: str) -> str:
        event = described.event
        if not isinstance(event, AccountDescribed):
            raise TypeError(event.NAME)
        return await self.accounts.reader.open(SealedText(getattr(event, field), described.event_id, field)) or ""


class SetUpController(Controller):
    """Open to whoever has an invitation."""

    path = "/invitation"
    tags = ["Sign-in"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/options", opt={"action": "use_invitation"}, status_code=200)
    async def options(
        self, data: AnInvitation, setting_up: SettingUp, door: SignInDoor, request: Request[Any, Any, Any]
    ) -> Response[SetUpOptions]:
        """What an authenticator app and a passkey are made with."""
        door.count(request, data.invitation)
        return Response(await setting_up.options(data.invitation), headers=PRIVATE)

    @post("/", opt={"action": "use_invitation"}, status_code=200)
    async def use(
        self, data: UseInvitation, setting_up: SettingUp, door: SignInDoor, request: Request[Any, Any, Any]
    ) -> Response[HaveSetUp]:
        """Uses the invitation up. Whatever the person signed in with before is good no more."""
        door.count(request, data.invitation)
        done = await setting_up.use(data)
        return Response(done, headers={POSITION_HEADER: str(done.position), **PRIVATE})


def _no_passkey() -> InvalidValue:
    return InvalidValue(
        "passkey", "This passkey could not be made here, or it took more than five minutes. Try once more."
    )

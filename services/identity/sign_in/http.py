"""Signing in over HTTP. No Idempotency-Key here: a digest of a body with a passphrase in it is not to be stored."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from contracts.language import Refused
from services.identity.account.accounts import Accounts
from services.identity.account.http import PRIVATE
from services.identity.account.invitation import Invitations
from services.identity.sign_in import decisions
from services.identity.sign_in.decisions import SignInRefusal
from services.identity.sign_in.sign_ins import SignedToken, SignIns, WrongCredentials
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Done, Intent
from services.kernel.http.problems import MEDIA_TYPE, Problem, TooManyAttempts
from services.kernel.store import Change, Changes


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Capitals in the name make no difference; in the passphrase they do."""

    sign_in_name: str
    passphrase: str


class SetPassphrase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The invitation from the administrator, and at least 12 characters of one's own."""

    invitation: str
    passphrase: str


class PassphraseKept(msgspec.Struct, frozen=True, kw_only=True):
    """The passphrase is set. Sign in with it now."""

    account: UUID
    position: int


class SignInController(Controller):
    """Open to everybody, since nobody is signed in yet."""

    tags = ["Sign-in"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/sign-in", opt={"action": "sign_in"}, status_code=200)
    async def sign_in(self, data: Credentials, sign_ins: SignIns) -> Response[SignedToken] | Response[Problem]:
        """A token for twelve hours. Five failures within fifteen minutes lock until an administrator unlocks."""
        try:
            signed = await sign_ins.sign_in(data.sign_in_name, data.passphrase)
        except WrongCredentials:
            return _wrong()
        except Refused as refused:
            if refused.code == SignInRefusal.LOCKED:
                raise TooManyAttempts(refused.sentence) from refused
            raise
        return Response(signed, headers=PRIVATE)

    @post("/passphrase", opt={"action": "set_passphrase"}, status_code=200)
    async def set_passphrase(
        self, data: SetPassphrase, sign_ins: SignIns, invitations: Invitations
    ) -> Response[PassphraseKept]:
        """Uses an invitation up."""
        account = invitations.account_in(data.invitation)
        number = invitations.number_in(data.invitation, (await sign_ins.accounts.load(account)).state)
        stored = await sign_ins.set_passphrase(account, number, data.passphrase)
        headers = {POSITION_HEADER: str(stored.position), **PRIVATE}
        return Response(PassphraseKept(account=account, position=stored.position), headers=headers)

    @post("/accounts/{account:uuid}/unlock", opt={"action": "unlock"}, status_code=200)
    async def unlock(
        self, account: UUID, intent: Intent, commands: Commands, accounts: Accounts, sign_ins: SignIns
    ) -> Response[Done]:
        """After five failures. Ask the person first whether it was they who tried."""

        async def decide(now: datetime) -> Decided:
            loaded = await accounts.visible(intent.caller, "unlock", account)
            attempts = await sign_ins.attempts_of(account)
            events = decisions.unlock(attempts.state, account)
            changes = Changes([Change(attempts.id, attempts.version, events)])
            return Decided(changes, account, loaded.version, attempts.case or attempts.id, now)

        return await commands.run(intent, decide)


def _wrong() -> Response[Problem]:
    problem = Problem(
        type="urn:muster:problem:wrong-credentials",
        title="Not signed in",
        status=401,
        detail="The sign-in name or the passphrase is wrong. Check both and try again.",
    )
    headers = {"WWW-Authenticate": "Bearer", **PRIVATE}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)

"""Signing in over HTTP. No Idempotency-Key here: a digest of a body with a passphrase in it is not to be stored."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, post

from contracts.language import Refused
from services.identity.account.accounts import Accounts
from services.identity.account.http import PRIVATE
from services.identity.session.sessions import SignedSession
from services.identity.sign_in import decisions
from services.identity.sign_in.decisions import SignInRefusal
from services.identity.sign_in.door import SignInDoor
from services.identity.sign_in.sign_ins import PasskeyOptions, SignIns, WrongCredentials
from services.kernel.http.commands import Commands, Decided, Done, Intent
from services.kernel.http.problems import MEDIA_TYPE, Problem, TooManyAttempts
from services.kernel.store import Change, Changes

A = TypeVar("A")


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is the one the authenticator app shows now, or a recovery code.

    Capitals make no difference in the name; in the passphrase they do.
    """

    sign_in_name: str
    passphrase: str
    code: str


class PasskeyCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`credential` is what the browser made of the options with this challenge, as its `toJSON` writes it."""

    challenge: Annotated[str, msgspec.Meta(max_length=1_000)]
    credential: dict[str, Any]


class SignInController(Controller):
    """Open to everybody, since nobody is signed in yet. Whatever was wrong, the answer is the same."""

    tags = ["Sign-in"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/sign-in", opt={"action": "sign_in"}, status_code=200)
    async def sign_in(
        self, data: Credentials, sign_ins: SignIns, door: SignInDoor, request: Request[Any, Any, Any]
    ) -> Response[SignedSession] | Response[Problem]:
        """A session for twelve hours, and its first token.

        Five failures within fifteen minutes lock until an administrator unlocks.
        """
        door.count(request, data.sign_in_name)
        return await answered(sign_ins.sign_in(data.sign_in_name, data.passphrase, data.code))

    @post("/sign-in/passkey/options", opt={"action": "sign_in"}, status_code=200)
    async def passkey_options(self, sign_ins: SignIns) -> Response[PasskeyOptions]:
        """What a passkey is to sign, for signing in or unlocking."""
        return Response(sign_ins.passkey_options(), headers=PRIVATE)

    @post("/sign-in/passkey", opt={"action": "sign_in"}, status_code=200)
    async def sign_in_with_passkey(
        self, data: PasskeyCredential, sign_ins: SignIns, door: SignInDoor, request: Request[Any, Any, Any]
    ) -> Response[SignedSession] | Response[Problem]:
        """The same, with a passkey alone: the device has verified who holds it."""
        door.count(request, data.challenge)
        return await answered(sign_ins.sign_in_with_passkey(data.challenge, data.credential))

    @post("/accounts/{account:uuid}/unlock", opt={"action": "unlock"}, status_code=200)
    async def unlock(
        self, account: UUID, intent: Intent, commands: Commands, accounts: Accounts, sign_ins: SignIns
    ) -> Response[Done]:
        """After five failures. Ask the person first whether it was they who tried."""

        async def decide(now: datetime) -> Decided:
            loaded = await accounts.visible(intent.caller, "unlock", account)
            attempts = await sign_ins.book.of_account(account)
            events = decisions.unlock(attempts.state, account)
            changes = Changes([Change(attempts.id, attempts.version, events)])
            return Decided(changes, account, loaded.version, attempts.case or attempts.id, now)

        return await commands.run(intent, decide)


async def answered(asked: Awaitable[A]) -> Response[A] | Response[Problem]:
    """What somebody gets who shows who they are, or why not."""
    try:
        return Response(await asked, headers=PRIVATE)
    except WrongCredentials:
        return _wrong()
    except Refused as refused:
        if refused.code == SignInRefusal.LOCKED:
            raise TooManyAttempts(refused.sentence) from refused
        raise


def _wrong() -> Response[Problem]:
    problem = Problem(
        type="urn:muster:problem:wrong-credentials",
        title="Not signed in",
        status=401,
        detail="Something of what you gave is wrong, or came too late. Check all of it and try again.",
    )
    headers = {"WWW-Authenticate": "Bearer", **PRIVATE}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)

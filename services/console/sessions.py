"""Who sits at a browser: its cookie holds a session's secret, for which the identity service gives a token each minute.

The console keeps no session of its own. What it remembers are tokens that hold for a minute; after a restart it asks
for others. Nobody but the identity service decides whether a session goes on, is locked or has ended.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import httpx
import msgspec

from services.console.asking import ANSWERS_WITHIN_SECONDS, Peers, problem_in, refusal_in
from services.kernel.http.caller import Caller, TokenReader
from services.kernel.http.problems import NotSignedIn
from services.kernel.time_source import TimeSource

T = TypeVar("T")

IDENTITY = "identity"
REMEMBERED = 10_000
ASKED_WITHIN = timedelta(seconds=ANSWERS_WITHIN_SECONDS)
LOCKED = "urn:muster:problem:session-locked"


class Locked(Exception):
    """Nobody used the session for half an hour: whoever goes on says first that it is they."""


class Signed(NamedTuple):
    """Somebody signed in, and the token to ask in their name with."""

    caller: Caller
    token: str


class SignedToken(msgspec.Struct, frozen=True):
    """What the identity service answers for a session."""

    token: str
    token_expires_at: datetime
    session_ends_at: datetime


class SignedSession(SignedToken, frozen=True):
    """What it answers to a sign-in: `session` is the secret for the cookie."""

    session: str


class _Held:
    """A session's latest token. `for_use` is False when it was fetched for a page that renews itself."""

    def __init__(self) -> None:
        self.asking = asyncio.Lock()
        self.signed: SignedToken | None = None
        self.caller: Caller | None = None
        self.for_use = False


class Sessions:
    """Sessions by their secrets."""

    def __init__(self, peers: Peers, tokens: TokenReader, time: TimeSource) -> None:
        self._peers = peers
        self._tokens = tokens
        self._time = time
        self._held: OrderedDict[bytes, _Held] = OrderedDict()

    async def sign_in(self, sign_in_name: str, passphrase: str, code: str) -> SignedSession:
        """Raises `Refusal` (401 for whatever is wrong, 429 while locked), `Unreachable`."""
        body = {"sign_in_name": sign_in_name, "passphrase": passphrase, "code": code}
        return await self._post("/sign-in", body, SignedSession)

    async def passkey_options(self) -> msgspec.Raw:
        """What the browser is to sign, as the identity service says it."""
        return await self._post("/sign-in/passkey/options", {}, msgspec.Raw)

    async def sign_in_with_passkey(self, challenge: str, credential: Mapping[str, Any]) -> SignedSession:
        """Raises `Refusal`, `Unreachable`."""
        return await self._post("/sign-in/passkey", {"challenge": challenge, "credential": credential}, SignedSession)

    async def unlock(self, secret: str, passphrase: str) -> None:
        """Raises `Refusal` (401 also for a session that is over), `Unreachable`."""
        await self._unlock(secret, {"passphrase": passphrase})

    async def unlock_with_passkey(self, secret: str, challenge: str, credential: Mapping[str, Any]) -> None:
        """The same."""
        await self._unlock(secret, {"challenge": challenge, "credential": credential})

    async def sign_out(self, secret: str) -> None:
        """Also of a session that is over. Raises `Unreachable`."""
        self._forget(secret)
        await self._peers.ask("DELETE", IDENTITY, "/session", headers=_by(secret))

    async def signed(self, secret: str, *, active: bool) -> Signed:
        """Whose session it is. `active` is False where a page renews itself: that keeps no session from locking.

        Raises `NotSignedIn`, `Locked`, `Unreachable`.
        """
        held = self._of(secret)
        async with held.asking:
            if held.signed is None or not self._holds(held.signed) or (active and not held.for_use):
                held.signed = None
                held.signed = await self._renewed(secret, active=active)
                held.caller = self._tokens.read(held.signed.token)
                held.for_use = active
            if held.caller is None:
                raise NotSignedIn
            return Signed(held.caller, held.signed.token)

    def last_account(self, secret: str) -> UUID | None:
        """Whose session it was when it was last good here."""
        held = self._held.get(_digest(secret))
        return held.caller.account if held and held.caller else None

    async def _unlock(self, secret: str, shown: object) -> None:
        await self._post("/session/unlock", shown, SignedToken, secret)
        self._forget(secret)

    async def _renewed(self, secret: str, *, active: bool) -> SignedToken:
        answer = await self._peers.ask("POST", IDENTITY, "/session/token", headers=_by(secret), json={"active": active})
        if answer.status_code == httpx.codes.OK:
            return msgspec.json.decode(answer.content, type=SignedToken)
        raise Locked if problem_in(answer).type == LOCKED else NotSignedIn

    async def _post(self, path: str, body: object, kind: type[T], secret: str = "") -> T:
        answer = await self._peers.ask("POST", IDENTITY, path, headers=_by(secret), content=msgspec.json.encode(body))
        if not answer.is_success:
            raise refusal_in(answer)
        return msgspec.json.decode(answer.content, type=kind)

    def _holds(self, signed: SignedToken) -> bool:
        """Until everything asked with it can have been answered: one that runs out on the way is turned away there."""
        return self._time.lasting(ASKED_WITHIN) < signed.token_expires_at

    def _of(self, secret: str) -> _Held:
        key = _digest(secret)
        held = self._held.setdefault(key, _Held())
        self._held.move_to_end(key)
        if len(self._held) > REMEMBERED:
            self._held.popitem(last=False)
        return held

    def _forget(self, secret: str) -> None:
        self._held.pop(_digest(secret), None)


def _by(secret: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    return headers | {"Authorization": f"Session {secret}"} if secret else headers


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

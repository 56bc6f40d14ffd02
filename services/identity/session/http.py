"""Sessions over HTTP: fresh tokens, unlocking, signing out. The secret comes as `Authorization: Session …`."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, post
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from contracts.language import InvalidValue
from services.identity.account.http import PRIVATE
from services.identity.session.sessions import LockedSession, Sessions, SignedToken
from services.identity.sign_in.door import SignInDoor
from services.identity.sign_in.http import answered
from services.identity.sign_in.sign_ins import SignIns
from services.kernel.http.gate import SESSION_SCHEME
from services.kernel.http.problems import MEDIA_TYPE, NotSignedIn, Problem


class WantToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`active` is false where a page renews itself: that nobody asked for it keeps no session from locking."""

    active: bool = True


class Unlock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The passphrase of whoever signed in; or their passkey, as at sign-in."""

    passphrase: str | None = None
    challenge: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    credential: dict[str, Any] | None = None


def with_secret(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Raises `NotSignedIn` where no secret comes, whatever else is wrong with the request."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SESSION_SCHEME or not secret.strip():
        raise NotSignedIn
    connection.state.secret = secret.strip()


class SessionController(Controller):
    """For whoever signed in and has the session's secret."""

    path = "/session"
    guards = [with_secret]  # noqa: RUF012  # Litestar reads a class attribute
    tags = ["Sessions"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/token", opt={"action": "renew_token"}, status_code=200)
    async def token(
        self, data: WantToken, sessions: Sessions, request: Request[Any, Any, Any]
    ) -> Response[SignedToken] | Response[Problem]:
        """A token for a minute. After half an hour without use the session is locked and gives none."""
        try:
            signed = await sessions.token(request.state.secret, active=data.active)
        except LockedSession:
            return _locked()
        return Response(signed, headers=PRIVATE)

    @post("/unlock", opt={"action": "unlock_session"}, status_code=200)
    async def unlock(
        self, data: Unlock, sign_ins: SignIns, door: SignInDoor, request: Request[Any, Any, Any]
    ) -> Response[SignedToken] | Response[Problem]:
        """A token again, for whoever shows that it is they. A failure counts like one at sign-in."""
        secret = request.state.secret
        door.count(request, secret)
        if data.credential is not None:
            return await answered(sign_ins.unlock_with_passkey(secret, data.challenge, data.credential))
        if data.passphrase is None:
            raise InvalidValue("passphrase", "Give your passphrase, or use your passkey.")
        return await answered(sign_ins.unlock_with_passphrase(secret, data.passphrase))

    @delete("/", opt={"action": "sign_out"}, status_code=204)
    async def sign_out(self, sessions: Sessions, request: Request[Any, Any, Any]) -> None:
        """Ends the session. The last token holds until its minute is over."""
        await sessions.sign_out(request.state.secret)


def _locked() -> Response[Problem]:
    problem = Problem(
        type="urn:muster:problem:session-locked",
        title="Locked",
        status=401,
        detail="Nobody used this session for half an hour, so it is locked. Unlock it to go on where you were.",
    )
    headers = {"WWW-Authenticate": "Session", **PRIVATE}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)

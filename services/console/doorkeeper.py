"""The guard of every route: is this our own page asking, who sits there, and may they use it at all.

The browser has one cookie, with the session's secret. What changes something is a form of our own: the browser says so
(`Sec-Fetch-Site`, else `Origin`), and the form holds a token that nobody can make who does not know the cookie.
"""

import base64
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from services.console.frame.seen_by import seeing
from services.console.looking_back import OnlyLookedAt, asks_for_the_past, past_in
from services.console.sessions import Sessions
from services.kernel.http.caller import PUBLIC
from services.kernel.http.gate import OPEN, Gate, action_of
from services.kernel.http.looking_back import REPLAY
from services.kernel.http.problems import NeverAllowed, NotSignedIn
from services.kernel.keys import Digester

FORM_TOKEN = "form_token"  # noqa: S105, RUF100 - the name of a field
SENT = "sent"
"""Where the fields lie in a request's state once the form is known to be ours."""

RENEWAL_HEADER = "muster-renewal"
"""Sent by the script with which a page renews itself: nobody asked for it, so it keeps no session from locking."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class OtherAddress(Exception):
    """The page was opened under another address than the house's own, to which cookies and passkeys are bound."""


class NotOurForm(Exception):
    """What was sent did not come from a form of this session."""


class Door:
    """How the browser and this process know each other."""

    def __init__(self, origin: str, digester: Digester) -> None:
        self.origin = origin
        self.host = urlsplit(origin).netloc
        self.secure = urlsplit(origin).scheme == "https"
        self._digester = digester

    @property
    def cookie_name(self) -> str:
        """Browsers take the prefixed name from this very host over TLS alone."""
        return "__Host-session" if self.secure else "session"

    def secret_in(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        """Empty where nobody has signed in."""
        return connection.cookies.get(self.cookie_name, "")

    def cookie(self, secret: str) -> Cookie:
        """Goes with the browser; the identity service decides how long it is good for."""
        return Cookie(self.cookie_name, path="/", value=secret, httponly=True, samesite="strict", secure=self.secure)

    def no_cookie(self) -> Cookie:
        """Takes it away again."""
        return Cookie(
            self.cookie_name, path="/", value="", max_age=0, httponly=True, samesite="strict", secure=self.secure
        )

    def form_token(self, secret: str) -> str:
        """Binds a form to a session. Without one there is nothing to ride on, and the token binds nothing."""
        return base64.urlsafe_b64encode(self._digester.digest("form", secret.encode())).decode()

    async def require_own_form(self, request: Request[Any, Any, Any]) -> None:
        """Raises `NotOurForm`."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
        # Under our own referrer policy a browser may name no origin at all, and says `null`.
        ours = site == "same-origin" and origin in {"", "null", self.origin}
        if not ours and (site is not None or origin != self.origin):
            raise NotOurForm
        form = {name: each for name, each in (await request.form()).multi_items() if isinstance(each, str)}
        request.state[SENT] = form
        sent = form.get(FORM_TOKEN, "")
        if not hmac.compare_digest(sent.encode(), self.form_token(self.secret_in(request)).encode()):
            raise NotOurForm


class Doorkeeper:
    """Litestar's guard. What it finds lies in the request's state: `caller`, `token` to ask others with, and `past`
    where they look back.
    """

    def __init__(self, gate: Gate, door: Door, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self._gate = gate
        self._now = now
        self._door = door
        self._sessions = sessions

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Raises `OtherAddress`, `NotOurForm`, `NotSignedIn`, `Locked`, `NeverAllowed`, `Unreachable`, `NoMoment`,
        `NoSuchRole`, `OnlyLookedAt`.

        The form first: what was typed is to be kept when the session turns out to be over.
        """
        action = action_of(handler)
        if action == OPEN:
            return
        if connection.headers.get("host") != self._door.host:
            raise OtherAddress
        connection.state.caller, connection.state.token = PUBLIC, ""
        if isinstance(connection, Request) and connection.method not in READING:
            await self._door.require_own_form(connection)
        open_to_all = self._gate.may_use(PUBLIC, action)
        secret = self._door.secret_in(connection)
        if secret and not open_to_all:
            active = RENEWAL_HEADER not in connection.headers
            signed = await self._sessions.signed(secret, active=active)
            connection.state.caller, connection.state.token = signed
        if not open_to_all and asks_for_the_past(connection, handler):
            self._look_back(connection, action)
        elif not self._gate.may_use(connection.state.caller, action):
            raise NeverAllowed if connection.state.caller.account else NotSignedIn

    def _look_back(self, connection: ASGIConnection[Any, Any, Any, Any], action: str) -> None:
        caller = connection.state.caller
        if not self._gate.may_use(caller, REPLAY):
            raise NeverAllowed if caller.account else NotSignedIn
        if isinstance(connection, Request) and connection.method not in READING:
            raise OnlyLookedAt
        past = past_in(connection, caller, self._now())
        if not self._gate.may_use(past.caller, action):
            raise NeverAllowed
        connection.state.past, connection.state.caller = seeing(past, connection.query_params, self._gate), past.caller

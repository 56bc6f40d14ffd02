"""A page as of a past moment: any GET route with `as_of`, or `at_position`, in its address.

Two rights are asked. The caller's roles must give them `replay`; and what they are shown then is what the policies give
`auditor_of_the_past`, a role that nobody holds and that looks at no present. Whoever is shut out of a case today sees
nothing of its past either. With a role that is re-enacted it is what that role was shown then, too (`reenacting.py`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast, get_args

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from contracts.language import InvalidValue
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, action_of
from services.kernel.http.moments import moment_in
from services.kernel.http.problems import NeverAllowed, NotSignedIn
from services.kernel.http.reenacting import AS_AGENCY, AS_COUNTY, AS_ROLE, require_reenacted, standing_in
from services.kernel.past.fixed import NotOfThePast
from services.kernel.past.log import By
from services.kernel.past.pasts import Asked, Pasts

AS_OF, AT_POSITION, BY = "as_of", "at_position", "by"
REPLAY = "replay"
ROLE = "auditor_of_the_past"
LONGEST_NUMBER = 18

DESCRIBED = (
    f"Auditors ask any GET route that is open to `{ROLE}` as of a past moment. `{AS_OF}` is the moment with its zone,"
    f" and `{BY}` is recorded, for what was known then (by itself), or happened, for what was true then. In its place"
    f" `{AT_POSITION}` is the last position of this service's log that counts. With `{AS_ROLE}` and `{AS_AGENCY}`, and"
    f" `{AS_COUNTY}` for who works in one county, they are answered what somebody in that role was shown then, by the"
    " policies in force at the moment, and nothing beyond what they themselves may see."
)

Connection = ASGIConnection[Any, Any, Any, Any]


class LooksBack:
    """What the guard of all routes does with a request for a past moment."""

    def __init__(self, gate: Gate, now: Callable[[], datetime], pasts: Callable[[], Pasts]) -> None:
        self._gate = gate
        self._now = now
        self._pasts = pasts

    def asked(self, connection: Connection, handler: BaseRouteHandler) -> bool:
        """Whether this is one; not of a route that has an `as_of` of its own."""
        named = connection.query_params
        return (AS_OF in named or AT_POSITION in named) and not handler.opt.get("looks_back_itself")

    async def prepare(self, connection: Connection, handler: BaseRouteHandler, caller: Caller) -> None:
        """Has the route handed what was known then. Raises `NotSignedIn`, `NeverAllowed`, `InvalidValue`."""
        if caller.account is None or not self._gate.may_use(caller, REPLAY):
            raise NeverAllowed if caller.account else NotSignedIn
        looking = looking_back(caller)
        if cast("dict[str, Any]", connection.scope)["method"] != "GET":
            raise InvalidValue(AS_OF, "A past moment can be looked at, and nothing in it can be changed.")
        if not self._gate.may_use(looking, action_of(handler)):
            raise NeverAllowed
        at, by = asked_in(connection.query_params, self._now())
        standing = standing_in(connection.query_params)
        if standing is not None:
            require_reenacted(self._gate, caller, standing)
        past = await self._pasts().given(Asked(at, by, caller.account, standing))
        # A role that is re-enacted had not every page there is.
        if not cast("Gate", past["gate"]).may_use(looking, action_of(handler)):
            raise NeverAllowed
        connection.state.caller = looking
        connection.state.past = past


def looking_back(caller: Caller) -> Caller:
    """They themselves, so that what shuts them out does, in the one role."""
    return msgspec.structs.replace(caller, roles=(ROLE,), places=None)


def asked_in(named: Any, now: datetime) -> tuple[datetime | int, By]:
    """Raises `InvalidValue`."""
    by = named.get(BY, "recorded")
    if by not in get_args(By):
        raise InvalidValue(BY, "Say recorded, for what was known then, or happened, for what was true then.")
    if AT_POSITION not in named:
        return moment_in(AS_OF, named[AS_OF], now), cast("By", by)
    position = named[AT_POSITION]
    if AS_OF in named or by != "recorded":
        raise InvalidValue(AT_POSITION, "Give a moment or a position, and a position only for what was known then.")
    if not (position.isascii() and position.isdigit() and len(position) <= LONGEST_NUMBER):
        raise InvalidValue(AT_POSITION, "Give a position in the log, a whole number.")
    return int(position), "recorded"


def of_its_moment(request: Request[Any, Any, Any], name: str, present: dict[str, object]) -> object:
    """What a route asks for by its name. Raises `NotOfThePast` for what a past moment does not have."""
    past = getattr(request.state, "past", None)
    if past is None:
        return present[name]
    if name not in past:
        raise NotOfThePast
    return past[name]

"""A page as of a past moment: any page that auditors have there, with `as_of` in its address.

Handler and template are those of the present, so that it cannot tell another story. The guard alone decides: whoever
looks back does so in the one role that there is for it, sends nothing, and has every service asked as of that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast, get_args

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from contracts.language import InvalidValue
from services.kernel.http.caller import Caller
from services.kernel.http.looking_back import AS_OF, BY, looking_back
from services.kernel.http.moments import moment_in
from services.kernel.http.reenacting import Standing
from services.kernel.past.log import By

COMPARED_WITH = "compared_with"
BEFORE: Final = "before"
"""In the place of a moment: whatever is one step before the page's."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing is on record from before, and at the beginning of the calendar there is no hour earlier."""

Connection = ASGIConnection[Any, Any, Any, Any]


class NoMoment(Exception):
    """The address names no moment that has come, or no way to look at one."""


class NoSuchRole(Exception):
    """The address names no role that this person may re-enact."""


class OnlyLookedAt(Exception):
    """Something was to be done at a past moment."""


@dataclass(frozen=True)
class Past:
    """`themselves` is who looks back, in the roles they have in the present, and `standing` whose eyes they do it with,
    where these are not their own. What the page says otherwise than at the moment `against` is marked; None where
    nothing is.
    """

    moment: datetime
    by: By
    themselves: Caller
    against: datetime | Literal["before"] | None = None
    standing: Standing | None = None

    @property
    def caller(self) -> Caller:
        """The same in the role of the past, and in none of their others."""
        return looking_back(self.themselves)

    @property
    def asked(self) -> Mapping[str, str]:
        """As an address of a service says it."""
        return asked_as(self.moment, self.by)

    @property
    def kept(self) -> Mapping[str, str]:
        """As an address of a page says it, with what it is compared with."""
        return {**self.asked, **compared_as(self.against)}


def questions_of(past: Past) -> Mapping[str, str]:
    """What every question to a service says."""
    return {**past.asked, **(past.standing.asked if past.standing else {})}


def asked_as(moment: datetime, by: By) -> Mapping[str, str]:
    """A moment to the microsecond, since that is how events are told apart."""
    return {AS_OF: written(moment), BY: by}


def compared_as(against: datetime | Literal["before"] | None) -> Mapping[str, str]:
    """In an address."""
    return {} if against is None else {COMPARED_WITH: written(against) if isinstance(against, datetime) else against}


def written(moment: datetime) -> str:
    """In an address."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def asks_for_the_past(connection: Connection, handler: BaseRouteHandler) -> bool:
    """Not of a page that has an `as_of` of its own."""
    return AS_OF in connection.query_params and not handler.opt.get("looks_back_itself")


def past_in(connection: Connection, caller: Caller, now: datetime) -> Past:
    """Raises `NoMoment`."""
    by = connection.query_params.get(BY, "recorded")
    if by not in get_args(By):
        raise NoMoment
    moment = _moment(AS_OF, connection.query_params[AS_OF], now)
    against = connection.query_params.get(COMPARED_WITH, "")
    compared = _moment(COMPARED_WITH, against, now) if against not in {"", BEFORE} else None
    return Past(moment, cast("By", by), caller, against=BEFORE if against == BEFORE else compared)


def _moment(name: str, written_: str, now: datetime) -> datetime:
    try:
        moment = moment_in(name, written_, now)
    except InvalidValue as error:
        raise NoMoment from error
    if moment < EARLIEST:
        raise NoMoment
    return moment

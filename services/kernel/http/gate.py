"""The one gate: every route and every record is asked of Cedar, and what no policy permits is denied.

Two steps. A route that the caller's roles never use answers 403. A record the caller may not see answers 404, the same
as one that does not exist; a forbid on a record outranks every permit.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

import cedarpy
import msgspec
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler

from contracts.language import InvalidValue
from services.kernel.http.caller import PUBLIC, Caller, TokenReader
from services.kernel.http.problems import NeverAllowed, NotFound, NotSignedIn
from services.kernel.http.scope import Columns, Scope, scope_of

R = TypeVar("R")

ZERO = "\x00"
ANY = UUID(int=0)

AT_ONCE = 200
"""Rows judged before others of the process have their turn: a page of a list, some 25 ms."""

REMEMBERED = 10_000
"""Answers of who may use which route: of the policies and of what a token says of its caller, and of nothing else."""

RECORDS_REMEMBERED = 2_000
"""Answers of who may touch a record as it stands, some 1 MB. A record that changed is another one."""

log = logging.getLogger(__name__)

OPEN = "open"
"""A route that tells nothing of any case: health, and the description of the interface."""

SESSION_SCHEME = "session"
"""A session's secret is judged by the routes it is for; to the gate, whoever sends one is nobody yet."""


class Record(msgspec.Struct, frozen=True):
    """What a policy may know of a record: attributes that are sets of accounts, sets of roles, or words.

    In a set of roles may stand a role, a role of one agency (`of_agency`), or the id of one account. `in_role` says
    which of the accounts have their part in it as holders of which role; no policy looks at it.
    """

    kind: str
    id: UUID
    accounts: Mapping[str, Sequence[UUID]] = {}
    roles: Mapping[str, Sequence[str]] = {}
    words: Mapping[str, str] = {}
    in_role: Mapping[str, Sequence[UUID]] = {}


class Gate:
    """Policies of one service, parsed once: those in its file, or a text the log has kept of another day."""

    def __init__(self, policies: str) -> None:
        self.policies = policies
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._stated = tuple(json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"].values())
        self.names_records = bool(_named_kinds(self._stated) - {"Action", "Role"})
        # The same few people ask for the same pages again and again; one page's navigation alone asks a dozen times.
        self._uses = lru_cache(maxsize=REMEMBERED)(self._may_use)
        self._touches = lru_cache(maxsize=RECORDS_REMEMBERED)(self._may_touch)
        self.version = hashlib.sha256(policies.encode()).hexdigest()[:12]

    def reads_as(self, caller: Caller) -> Caller:
        """Whose own pages are meant where nobody else's are named: the caller's."""
        return caller

    def may_use(self, caller: Caller, action: str) -> bool:
        """Whether any role of the caller may use the route at all."""
        return self._uses(caller, action)

    def _may_use(self, caller: Caller, action: str) -> bool:
        return self._ask(caller, action, "Route", action, {})

    def may_touch(self, caller: Caller, action: str, record: Record) -> bool:
        """Whether the caller may do this to this record."""
        return self._touches(caller, action, self._alike(record))

    def _may_touch(self, caller: Caller, action: str, alike: bytes) -> bool:
        record = msgspec.json.decode(alike, type=Record)
        attributes: dict[str, Any] = dict(record.words)
        for name, accounts in record.accounts.items():
            attributes[name] = [_entity("Account", str(account)) for account in accounts]
        for name, roles in record.roles.items():
            attributes[name] = [_entity("Role", role) for role in roles]
        return self._ask(caller, action, record.kind, str(record.id), attributes)

    async def shown(
        self, caller: Caller, action: str, rows: Sequence[R], record_of: Callable[[R], Record]
    ) -> Sequence[R]:
        """The rows of a list that the caller may see: the last word, row by row."""
        seen: list[R] = []
        decided: dict[bytes, bool] = {}
        for first in range(0, len(rows), AT_ONCE):
            if first:
                await asyncio.sleep(0)
            for row in rows[first : first + AT_ONCE]:
                record = record_of(row)
                alike = self._alike(record)
                if alike not in decided:
                    decided[alike] = self.may_touch(caller, action, record)
                if decided[alike]:
                    seen.append(row)
        return seen

    def scope(self, caller: Caller, action: str, columns: Columns) -> Scope:
        """What of a list to ask the database for: the rows that `may_touch` would permit. Raises `NotInSql`."""
        return scope_of(self._stated, caller, action, columns)

    def require(self, caller: Caller, action: str, record: Record) -> None:
        """Raises `NotFound` for a record that is not the caller's to touch."""
        if not self.may_touch(caller, action, record):
            raise NotFound

    def _alike(self, record: Record) -> bytes:
        """Records for which this is the same are judged the same: it is all that the policies can know of them.

        Which one it is matters where policies name one, and where it may be the caller: an account.
        """
        whichever = not self.names_records and record.kind != "Account"
        return msgspec.json.encode(msgspec.structs.replace(record, id=ANY) if whichever else record)

    def _ask(self, caller: Caller, action: str, kind: str, id_: str, attributes: Mapping[str, Any]) -> bool:
        principal = (
            {"type": "Account", "id": str(caller.account)} if caller.account else {"type": "Public", "id": "anyone"}
        )
        roles = [{"type": "Role", "id": role} for role in caller.standings]
        entities: list[dict[Any, Any]] = [
            {"uid": principal, "attrs": _of_caller(caller), "parents": roles},
            {"uid": {"type": kind, "id": id_}, "attrs": dict(attributes), "parents": []},
        ]
        request = {
            "principal": f'{principal["type"]}::"{principal["id"]}"',
            "action": f'Action::"{action}"',
            "resource": f'{kind}::"{id_}"',
            "context": {},
        }
        answer = cedarpy.is_authorized(request, self._policies, entities)
        if answer.diagnostics.errors:
            # Cedar passes over a policy it cannot evaluate, a forbid too: that must not open what it closes.
            log.error("policy not evaluated", extra={"action": action, "kind": kind})
            return False
        return bool(answer.allowed)


def _of_caller(caller: Caller) -> dict[str, Any]:
    """What a policy may know of the caller beside their roles."""
    return {
        "agency": caller.agency,
        "everywhere": caller.places is None,
        "places": list(caller.places or ()),
    }


def _named_kinds(stated: Any) -> set[str]:
    """Of what the policies mention by name: `Role::"auditor"` is of the kind Role."""
    if isinstance(stated, Mapping):
        own = {stated["type"]} if isinstance(stated.get("type"), str) and "id" in stated else set()
        return own.union(*map(_named_kinds, stated.values()))
    return set().union(*map(_named_kinds, stated)) if isinstance(stated, list | tuple) else set()


def _entity(kind: str, id_: str) -> dict[str, dict[str, str]]:
    return {"__entity": {"type": kind, "id": id_}}


class OtherMoments(Protocol):
    """What is done with a request for another moment than the present."""

    def asked(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> bool:
        """Whether it is one."""

    async def prepare(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler, caller: Caller
    ) -> None:
        """Asks the gate in its own way. Raises `NotSignedIn`, `NeverAllowed`, `InvalidValue`."""


class RouteGuard:
    """Litestar's guard for every route: reads the caller, and asks the gate by the route's action."""

    def __init__(self, gate: Gate, tokens: Callable[[], TokenReader], others: OtherMoments | None = None) -> None:
        """`tokens` are read by the one of the running service."""
        self._gate = gate
        self._tokens = tokens
        self._others = others

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Raises `NotSignedIn`, `NeverAllowed`; for an address that nothing stored can match, `NotFound` and
        `InvalidValue`.
        """
        # Even if it awaited nothing: Litestar gives a guard that is not async a thread, at each request.
        action = action_of(handler)
        if action == OPEN:
            return
        caller = self._caller(connection)
        if self._others and self._others.asked(connection, handler):
            await self._others.prepare(connection, handler, caller)
            _require_text(connection)
            return
        if not self._gate.may_use(caller, action):
            raise NeverAllowed if caller.account else NotSignedIn
        _require_text(connection)
        connection.state.caller = caller

    def _caller(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
        header = connection.headers.get("authorization")
        if header is None:
            return PUBLIC
        scheme, _, token = header.partition(" ")
        if scheme.lower() == SESSION_SCHEME:
            return PUBLIC
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        return self._tokens().read(token.strip())


def _require_text(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """No text in PostgreSQL holds a zero byte, and a statement that is given one fails."""
    if any(isinstance(each, str) and ZERO in each for each in connection.path_params.values()):
        raise NotFound
    for name, value in connection.query_params.multi_items():
        if ZERO in value:
            raise InvalidValue(name, "This holds a character that no text here has.")


def require_actions(app: Litestar) -> None:
    """Raises for a route that asks the gate for nothing: such a service does not start."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            action_of(handler)


def action_of(handler: BaseRouteHandler) -> str:
    """The action a route asks the gate for. A route without one is a fault found at start-up."""
    action = handler.opt.get("action")
    if isinstance(action, str):
        return action
    # The framework's own routes: the description of the interface, and which methods a path has.
    if handler.fn.__module__.startswith("litestar."):
        return OPEN
    raise ImproperlyConfiguredException(f"The route {handler} asks the gate for nothing.")

"""Every route of every service asks the gate, by an action its policies know; who has no role is refused."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from litestar import Litestar, get
from litestar.exceptions import ImproperlyConfiguredException

from deploy.topology import SERVICES
from services import kernel
from services.kernel.http.gate import OPEN, action_of, require_actions
from tests.architecture.wired import definition_of
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats

HEALTH = frozenset({"GET /health/live", "GET /health/ready", "GET /metrics"})
"""Tell nothing of any case, and are open to everyone on the machine."""

PUBLIC: Mapping[str, frozenset[str]] = {
    "identity": frozenset({"POST /sign-in", "POST /passphrase", "POST /first-administrator"}),
    "tips": frozenset({"POST /receipts"}),
    "rapid_assessment": frozenset(),
    "audit": frozenset(),
    "forensic_clinic": frozenset(),
    "prosecution": frozenset(),
}
"""For whoever has no account, or is not signed in yet: a code, a passphrase or a receipt decides."""

ANY_ACCOUNT: Mapping[str, frozenset[str]] = {
    "identity": frozenset({"GET /accounts/me", "GET /agencies"}),
    "tips": frozenset(),
    "rapid_assessment": frozenset(),
    "audit": frozenset(),
    "forensic_clinic": frozenset(),
    "prosecution": frozenset(),
}
"""For whoever is signed in, whatever their roles."""

ACTION = re.compile(r'Action::"([a-z_]+)"')
VALUES = {"uuid": str(UUID(int=1)), "int": "1", "str": "example"}
NOBODY_KNOWS = "an_action_nobody_knows"


class Route(NamedTuple):
    """`action` is None for one that is open to everyone."""

    method: str
    path: str
    action: str | None

    @property
    def describes(self) -> bool:
        """Whether it tells what the interface is; the framework's own routes."""
        return self.path == "/schema" or self.path.startswith("/schema/")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def url(self) -> str:
        """With an example for every parameter."""
        return re.sub(r"\{[^:}]+:(\w+)\}", lambda found: VALUES[found[1]], self.path)


def routes_of(app: Litestar) -> Iterator[Route]:
    """All but the description of the interface, and OPTIONS, which tells what methods a path has."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            action = action_of(handler)
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                found = Route(str(method), route.path, None if action == OPEN else action)
                if not (found.describes and found.action is None):
                    yield found


def unknown_actions(routes: Iterable[Route], policies: str) -> list[str]:
    """Routes nobody could ever use: no policy names their action."""
    known = set(ACTION.findall(policies))
    return [f"{route} asks for {route.action}" for route in routes if route.action and route.action not in known]


@asynccontextmanager
async def running(
    service: str, database: Database, nats_server: Nats
) -> AsyncIterator[tuple[RunningService, list[Route]]]:
    """The service, and its routes as it serves them."""
    async with running_service(definition_of(service), database, nats_server) as found:
        transport: Any = found.http._transport
        yield found, sorted(routes_of(transport.app))


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
async def test_every_route_asks_the_gate_and_refuses_who_has_no_role(
    service: str, database: Database, nats_server: Nats
) -> None:
    policies = definition_of(service).policies.read_text()
    async with running(service, database, nats_server) as (found, routes):
        assert unknown_actions(routes, policies) == []
        assert {str(route) for route in routes if route.action is None} == HEALTH
        stranger = {str(each) for each in routes if not await refuses(found, each, None, 401)}
        assert stranger == HEALTH | PUBLIC[service]
        roleless = {str(each) for each in routes if not await refuses(found, each, Person(()), 403)}
        assert roleless == HEALTH | PUBLIC[service] | ANY_ACCOUNT[service]
        forged = {str(each) for each in routes if not await refuses(found, each, "forged", 401)}
        assert forged == HEALTH
        unheard_of = {str(each) for each in routes if not await refuses(found, each, Person(("no_such_role",)), 403)}
        assert unheard_of == roleless
        assert found.names() == [], "a refused request changed something"


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_no_policy_grants_what_nothing_asks_for(service: str) -> None:
    definition = definition_of(service)
    folders = (definition.policies.parent, Path(kernel.__path__[0]))
    code = "".join(file.read_text() for folder in folders for file in sorted(folder.rglob("*.py")))
    assert [
        each for each in sorted(set(ACTION.findall(definition.policies.read_text()))) if f'"{each}"' not in code
    ] == []


def test_a_route_whose_action_no_policy_names_is_found() -> None:
    policies = definition_of("tips").policies.read_text()
    known, unknown = Route("POST", "/tips", "receive_tip"), Route("GET", "/tips/{tip:uuid}", NOBODY_KNOWS)
    assert unknown_actions([known, unknown, Route("GET", "/health/live", None)], policies) == [
        f"GET /tips/{{tip:uuid}} asks for {NOBODY_KNOWS}"
    ]
    assert unknown.url == f"/tips/{UUID(int=1)}"


def test_a_service_with_a_route_that_asks_for_nothing_does_not_start() -> None:
    @get("/unguarded", sync_to_thread=False)
    def unguarded() -> str:
        return "read by anyone"

    with pytest.raises(ImproperlyConfiguredException, match="asks the gate for nothing"):
        require_actions(Litestar(route_handlers=[unguarded], openapi_config=None))


async def refuses(service: RunningService, route: Route, by: Person | str | None, status: int) -> bool:
    """Whether the caller is turned away with this status, whatever else is wrong with the request."""
    headers = {"Idempotency-Key": f"a key for {route}"}
    if by is not None:
        headers["Authorization"] = f"Bearer {by if isinstance(by, str) else service.token(by)}"
    answer = await service.http.request(route.method, route.url, headers=headers)
    assert answer.status_code == 503 or answer.status_code < 500, f"{route}: {answer.text}"
    return answer.status_code == status

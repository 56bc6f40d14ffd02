"""Every route of every service asks the gate, by an action its policies know; who has no role is refused."""

import csv
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar, get
from litestar.exceptions import ImproperlyConfiguredException

from contracts.jurisdictions import load_mississippi
from deploy.topology import SERVICES
from services import kernel
from services.kernel.http.gate import Gate, require_actions
from services.kernel.http.looking_back import ROLE as OF_THE_PAST
from tests.architecture.make_table import (
    NO_ROLE,
    NOBODY,
    TABLE,
    Route,
    Stated,
    answer_to,
    callers,
    routes_of,
    rows,
    table,
)
from tests.architecture.make_table import routes as routes_served_by
from tests.architecture.wired import definition_of, definitions
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats

HEALTH = frozenset(
    {
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /proof/checkpoint",
        "GET /proof/checkpoints/{size:int}",
        "GET /proof/stamp",
    }
)
"""Tell nothing of any case, and are open to everyone on the machine."""

PUBLIC: Mapping[str, frozenset[str]] = {
    "identity": frozenset(
        {
            "POST /sign-in",
            "POST /sign-in/passkey/options",
            "POST /sign-in/passkey",
            "GET /sign-in/providers",
            "POST /sign-in/provider/start",
            "POST /sign-in/provider/finish",
            "POST /invitation/options",
            "POST /invitation",
            "POST /first-administrator",
        }
    ),
    "tips": frozenset({"POST /public-tips", "POST /receipts", "POST /receipts/additions"}),
    "rapid_assessment": frozenset(
        {
            "POST /asks/look",
            "POST /asks/acceptance",
            "POST /asks/decline",
            "POST /replies",
            "POST /drills/page/look",
            "POST /drills/page/answer",
        }
    ),
    "audit": frozenset(
        {"POST /witness/add-checkpoint", "POST /witness/compare", "POST /witness/rows", "POST /witness/lost"}
    ),
    "forensic_clinic": frozenset(
        {
            "POST /calendar-feeds",
            "GET /fhir/metadata",
            "POST /survivor-pages",
            "POST /survivor-pages/again",
            "POST /survivor-pages/questions",
            "POST /survivor-pages/choices",
            "POST /survivor-pages/report",
            "POST /survivor-pages/pin",
            "POST /survivor-pages/closing",
        }
    ),
    "prosecution": frozenset(),
}
"""For whoever has no account, or is not signed in yet: a code, a passphrase or a receipt decides."""

ANY_ACCOUNT: Mapping[str, frozenset[str]] = {
    "identity": frozenset(
        {
            "GET /accounts/me",
            "GET /agencies",
            "POST /agencies/export",
            "POST /incidents",
            "GET /incidents/{incident:uuid}",
            "GET /incidents/{incident:uuid}/clocks",
            "GET /incidents/{incident:uuid}/clocks/{clock:str}",
        }
    ),
    "tips": frozenset({"GET /rules"}),
    "rapid_assessment": frozenset({"GET /standing"}),
    "audit": frozenset(),
    "forensic_clinic": frozenset(),
    "prosecution": frozenset(),
}
"""For whoever is signed in, whatever their roles."""

BY_SESSION: Mapping[str, frozenset[str]] = {
    "identity": frozenset({"POST /session/token", "POST /session/unlock", "DELETE /session"})
}
"""For whoever has the secret of a session; a token opens none of them, whoever's it is."""

ACTION = re.compile(r'Action::"([a-z_]+)"')
VALUES = {"uuid": str(UUID(int=1)), "int": "1", "str": "example"}
NOBODY_KNOWS = "an_action_nobody_knows"
ROLES = sorted(load_mississippi().roles)


def example(route: Route) -> str:
    """Its address with an example for every parameter."""
    return re.sub(r"\{[^:}]+:(\w+)\}", lambda found: VALUES[found[1]], route.path)


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
        by_session = BY_SESSION.get(service, frozenset())
        assert roleless == HEALTH | PUBLIC[service] | ANY_ACCOUNT[service] | by_session
        assert not [
            each for each in routes if str(each) in by_session and not await refuses(found, each, Person(()), 401)
        ]
        forged = {str(each) for each in routes if not await refuses(found, each, "forged", 401)}
        assert forged == HEALTH
        unheard_of = {str(each) for each in routes if not await refuses(found, each, Person(("no_such_role",)), 403)}
        assert unheard_of == roleless
        taken = ["operation.list_exported"] * 2 * len(ANY_ACCOUNT[service] & {"POST /agencies/export"})
        assert found.names() == taken, "a refused request changed something"
        assert set(routes) == set(routes_served_by(definition_of(service))), "the table is of other routes"


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
    assert example(unknown) == f"/tips/{UUID(int=1)}"


@pytest.fixture(scope="module")
def made() -> Sequence[Mapping[str, str]]:
    return list(rows())


def test_the_table_of_who_may_use_what_is_checked_in(made: Sequence[Mapping[str, str]]) -> None:
    hint = "Run python -m tests.architecture.make_table, and look at what became open, and to whom."
    assert TABLE.read_text() == table(made), hint


def test_nothing_is_granted_of_which_no_record_is_ever_given(made: Sequence[Mapping[str, str]]) -> None:
    assert [row for row in made if "in vain" in row.values()] == []


def test_the_table_tells_what_the_policies_say() -> None:
    cells = {
        (row["service"], row["method"], row["path"]): row for row in csv.DictReader(TABLE.read_text().splitlines())
    }
    persons = cells["tips", "GET", "/tips/{tip:uuid}/persons"]
    teams = cells["rapid_assessment", "GET", "/teams"]
    release = cells["rapid_assessment", "POST", "/teams/{team:uuid}/seats/{seat:str}/release"]
    handing_in = cells["tips", "POST", "/tips"]
    receipts = cells["tips", "POST", "/receipts"]

    assert {role for role in ROLES if persons[role] == "yes"} == {"cps_intake", "cps_coordinator"}
    assert {role for role in ROLES if persons[role] == "records"} == {
        "cps_investigator", "trafficking_investigator", "law_enforcement", "prosecutor",
        "forensic_nurse",
    }  # fmt: skip
    assert (teams["cps_coordinator"], teams["victim_advocate"], teams["operator"]) == ("yes", "records", "no")
    assert (release["cps_coordinator"], release["victim_advocate"]) == ("yes", "records")
    # Nobody can be given the role in which a past moment is looked at; it sees every team, and acts on none.
    assert OF_THE_PAST not in ROLES
    assert (teams[OF_THE_PAST], release[OF_THE_PAST], persons[OF_THE_PAST]) == ("yes", "no", "no")
    # Whoever hands a tip in reads none.
    assert (handing_in["agency_reporter"], handing_in["administrator"]) == ("yes", "no")
    assert {receipts[NOBODY], receipts[NO_ROLE]} == {"yes"}
    assert {cells[each.name, "GET", "/operator/parked"]["operator"] for each in SERVICES} == {"yes"}


def test_a_role_that_is_given_more_changes_the_table() -> None:
    (tips,) = (each for each in definitions() if each.name == "tips")
    more = 'permit (principal in Role::"task_force", action == Action::"read_persons", resource is Route);'
    policies = tips.policies.read_text()
    was, becomes = stated_for(policies), stated_for(policies + more)

    assert {each: becomes[each] for each in becomes if becomes[each] != was[each]} == {
        ("read_persons", "task_force"): "records"
    }


def test_a_service_with_a_route_that_asks_for_nothing_does_not_start() -> None:
    @get("/unguarded", sync_to_thread=False)
    def unguarded() -> str:
        return "read by anyone"

    with pytest.raises(ImproperlyConfiguredException, match="asks the gate for nothing"):
        require_actions(Litestar(route_handlers=[unguarded], openapi_config=None, logging_config=None))


def stated_for(policies: str) -> Mapping[tuple[str, str], str]:
    """The cells of two routes about a tip."""
    gate, stated = Gate(policies), Stated.in_text(policies)
    return {
        (action, name): answer_to(gate, stated, caller, action, about_record=True)
        for action in ("read_tip", "read_persons")
        for name, caller in callers().items()
    }


async def refuses(service: RunningService, route: Route, by: Person | str | None, status: int) -> bool:
    """Whether the caller is turned away with this status, whatever else is wrong with the request."""
    headers = {"Idempotency-Key": f"a key for {route}"}
    if by is not None:
        headers["Authorization"] = f"Bearer {by if isinstance(by, str) else service.token(by)}"
    answer = await service.http.request(route.method, example(route), headers=headers)
    assert answer.status_code == 503 or answer.status_code < 500, f"{route}: {answer.text}"
    return answer.status_code == status

"""Every page of the console asks the gate by an action its policies know, and none is granted that nothing asks for."""

import ast
import re

from deploy.topology import SERVICES
from services.console.application import NAME, POLICIES
from services.kernel.http.caller import PUBLIC, Caller
from services.kernel.http.gate import Gate
from tests.architecture.make_table import SOMEBODY, routes_of_the_console
from tests.architecture.test_imports import ROOT, imported
from tests.browser.pages import LOOKS, OTHERS

ACTION = re.compile(r'Action::"([a-z_]+)"')
OPEN_TO_ALL = {
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /assets/{print_:str}/{name:str}",
}
"""Tell nothing of any case."""
NOBODY_SIGNED_IN = {
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/passkey",
    "GET /answer",
    "POST /answer",
    "POST /answer/accept",
    "POST /answer/decline",
    "POST /answer/drill",
    "POST /sign-in/passkey/options",
    "GET /unlock",
    "POST /unlock",
    "POST /unlock/passkey",
    "POST /sign-out",
    "POST /language",
    "GET /welcome",
    "POST /welcome",
    "GET /welcome/back",
    "POST /welcome/back",
    "GET /welcome/mine",
    "POST /welcome/mine",
    "POST /welcome/mine/question",
    "POST /welcome/mine/choices",
    "POST /welcome/mine/choice",
    "POST /welcome/mine/pin",
    "POST /welcome/mine/closing",
    "GET /set-up",
    "POST /set-up",
    "POST /set-up/passphrase",
    "POST /set-up/passkey",
    "POST /set-up/passkey/options",
    "GET /first-administrator",
    "GET /calendar/feed/{secret:str}",
    "POST /first-administrator",
}
"""What was typed decides, or nothing of anybody is told."""


def test_every_page_asks_by_an_action_its_policies_know_and_nothing_else_is_granted() -> None:
    policies = POLICIES.read_text()
    asked = {route.action for route in routes_of_the_console() if route.action}
    code = "".join(file.read_text() for file in sorted(POLICIES.parent.rglob("*")) if file.suffix in {".py", ".html"})
    granted = set(ACTION.findall(policies))
    assert asked <= granted
    assert {each for each in granted - asked if f'"{each}"' not in code} == set()


def test_nobody_and_whoever_has_no_role_are_given_no_page_of_a_case() -> None:
    gate, routes = Gate(POLICIES.read_text()), routes_of_the_console()
    assert {str(route) for route in routes if route.action is None} == OPEN_TO_ALL
    stranger = {str(route) for route in routes if route.action and gate.may_use(PUBLIC, route.action)}
    assert stranger == NOBODY_SIGNED_IN
    roleless = {str(route) for route in routes if route.action and gate.may_use(Caller(SOMEBODY), route.action)}
    assert roleless == NOBODY_SIGNED_IN | {
        "GET /",
        "POST /export/{name:str}",
        "GET /clocks/{clock:str}",
        "GET /incidents/new",
        "GET /rules",
        "POST /incidents/new",
        "GET /incidents/{incident:uuid}",
    }


def test_the_console_reaches_for_no_service_and_for_no_database() -> None:
    reached = {
        name
        for file in sorted((ROOT / "services" / NAME).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        for name in imported(node, "services.console")
    }
    of_services = tuple(f"services.{each.name}" for each in SERVICES)
    assert {name for name in reached if name.startswith((*of_services, "psycopg", "eventsourcing", "deploy"))} == set()


def test_every_page_is_looked_at_in_a_browser() -> None:
    answered = {route.path for route in routes_of_the_console() if route.method == "GET"}
    assert OTHERS.keys() <= answered
    assert {look.route for look in LOOKS} == answered - OTHERS.keys(), "tests/browser/pages.py says where to look"

"""Writes who may use which route: `python -m tests.architecture.make_table` makes docs/who-may-use-what.csv.

Made from the routes as the services serve them and from their policies; tests/architecture compares it. A row for each
route, a column for each role, and one each for somebody signed in without a role and for nobody:

- `yes`: the role uses the route, for every record there is, if it is about one at all;
- `records`: it uses the route for those records that the policies give it, and is answered for others as if there
  were none;
- `in vain`: it may use the route, and no record is ever given to it. There must be none of these;
- `no`: it is refused.

The last role is nobody's in the present: in it auditors look at a past moment.
Whoever is kept out of a case is kept out whatever stands here. What closes a route to a role that may use it, a code
or a passphrase say, does not stand here either.
"""

import ast
import csv
import io
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import cedarpy
from litestar import Litestar, Router

from contracts.jurisdictions import load_mississippi
from services.console.application import BESIDE_PAGES, NAME, POLICIES
from services.console.pages import PAGES
from services.kernel.definition import Definition
from services.kernel.http.caller import PUBLIC, Caller
from services.kernel.http.gate import OPEN, Gate, Record, action_of
from services.kernel.http.health import HealthController
from services.kernel.http.looking_back import REPLAY
from services.kernel.http.looking_back import ROLE as OF_THE_PAST
from services.kernel.http.observing import MetricsController
from services.kernel.http.operator import OperatorController
from services.kernel.http.proofs import ProofController
from tests.architecture.wired import definitions, wiring_of

TABLE = Path(__file__).parents[2] / "docs" / "who-may-use-what.csv"
SOMEBODY = UUID(int=1)
NO_ROLE = "(no role)"
NOBODY = "(not signed in)"

# Whoever gives up a seat of their own is asked for less than whoever takes it from another.
LESS: Mapping[str | None, str] = {"release": "release_own_seat"}
"""What a route may ask of a record in place of its own action."""


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


def routes_of(app: Litestar) -> Iterator[Route]:
    """All but the description of the interface, and OPTIONS, which tells what methods a path has."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            action = action_of(handler)
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                found = Route(str(method), route.path, None if action == OPEN else action)
                if not (found.describes and found.action is None):
                    yield found


def routes(definition: Definition) -> Sequence[Route]:
    """The service's routes, by path, without starting it."""
    with tempfile.TemporaryDirectory() as folder:
        own = wiring_of(definition, Path(folder)).routes
    # What is handed to the routes is not there: nothing is served here.
    kernels = (HealthController, MetricsController, OperatorController, ProofController)
    app = Litestar([*kernels, Router(path="/", route_handlers=own)], logging_config=None)
    return sorted(set(routes_of(app)), key=lambda route: (route.path, route.method))


def routes_of_the_console() -> Sequence[Route]:
    """Its pages and what stands beside them, by path."""
    app = Litestar([*BESIDE_PAGES, *PAGES], openapi_config=None, logging_config=None)
    return sorted(set(routes_of(app)), key=lambda route: (route.path, route.method))


def named_in_code(definition: Definition) -> set[str]:
    """The words a service's code uses elsewhere than as what a route is for: the actions it asks of a record."""
    return _named_in(definition.policies.parent)


@cache
def _named_in(folder: Path) -> set[str]:
    found: set[str] = set()
    for file in sorted(folder.rglob("*.py")):
        of_routes: set[int] = set()
        # What holds a part comes before it.
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "opt":
                of_routes |= {id(part) for part in ast.walk(node)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in of_routes:
                found.add(node.value)
    return found


@dataclass(frozen=True, eq=False)
class Stated:
    """What policies say in the form Cedar gives programs to read."""

    policies: Sequence[Mapping[str, Any]]

    @classmethod
    def in_text(cls, policies: str) -> "Stated":
        return cls(tuple(json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"].values()))

    def of_records(self) -> set[str]:
        """The actions that some record is permitted for."""
        permits = [each for each in self.policies if each["effect"] == "permit"]
        scopes = [each["action"] for each in permits if each["resource"].get("entity_type") != "Route"]
        return {one["id"] for scope in scopes for one in scope.get("entities", [scope.get("entity")])}

    @cached_property
    def kinds(self) -> list[str]:
        """Of records."""
        found = {each["resource"]["entity_type"] for each in self.policies if each["resource"]["op"] == "is"}
        return sorted(found - {"Route"})

    @cached_property
    def permit(self) -> Mapping[str, set[str]]:
        """By what Cedar does with them, the attributes of records that policies look at which permit something."""
        return self._attributes("permit")

    @cached_property
    def forbid(self) -> Mapping[str, set[str]]:
        """As `permit`, of policies that forbid something."""
        return self._attributes("forbid")

    def _attributes(self, effect: str) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        ahead: list[Any] = [each["conditions"] for each in self.policies if each["effect"] == effect]
        while ahead:
            part = ahead.pop()
            if isinstance(part, dict):
                ahead += part.values()
                for does, sides in part.items():
                    for which, side in sides.items() if isinstance(sides, dict) else ():
                        if isinstance(side, dict) and side.get(".", {}).get("left") == {"Var": "resource"}:
                            # What is looked for in a set of the caller's is a word, as what is compared.
                            done = "==" if (does, which) == ("contains", "right") else does
                            found.setdefault(done, set()).add(side["."]["attr"])
            elif isinstance(part, list):
                ahead += part
        return found


def callers() -> Mapping[str, Caller]:
    """One for each column, who works in certain counties."""
    roles = {role: Caller(SOMEBODY, "AGENCY", (role,), ("AGENCY",)) for role in sorted(load_mississippi().roles)}
    of_the_past = {OF_THE_PAST: Caller(SOMEBODY, "AGENCY", (OF_THE_PAST,))}
    return roles | of_the_past | {NO_ROLE: Caller(SOMEBODY, "AGENCY"), NOBODY: PUBLIC}


def nobodys(stated: Stated) -> Sequence[Record]:
    """A record of each kind that has to do with nobody: whoever may touch it may touch all."""
    names = {name for found in (stated.permit, stated.forbid) for each in found.values() for name in each}
    return [Record(kind, UUID(int=0), accounts=dict.fromkeys(names, ())) for kind in stated.kinds]


def wholly_of(caller: Caller, stated: Stated) -> Sequence[Record]:
    """A record of each kind in which the caller, and the caller's agency and roles, have every part there is."""
    looked_at = stated.permit
    mine = [caller.account] if caller.account else []
    words = looked_at.get("==", set()) | looked_at.get("!=", set())
    accounts = dict.fromkeys(looked_at.get("contains", set()), mine) | {
        name: [] for each in stated.forbid.values() for name in each
    }
    return [
        Record(
            kind,
            caller.account or UUID(int=0),
            accounts=accounts,
            roles=dict.fromkeys(looked_at.get("in", set()), caller.roles),
            words=dict.fromkeys(words, caller.agency),
        )
        for kind in stated.kinds
    ]


def rows() -> Iterator[Mapping[str, str]]:
    """The table."""
    for definition in definitions():
        policies = definition.policies.read_text()
        gate, stated = Gate(policies), Stated.in_text(policies)
        asked = stated.of_records() & named_in_code(definition)
        served = routes(definition)
        cells = {
            action: {
                name: answer_to(gate, stated, caller, action, about_record=action in asked)
                for name, caller in callers().items()
            }
            for action in {route.action for route in served}
        }
        for route in served:
            row = {"service": definition.name, "method": route.method, "path": route.path, "action": route.action or ""}
            back = route.method == "GET" and gate.may_use(callers()["auditor"], REPLAY)
            yield row | cells[route.action] | ({} if back else {OF_THE_PAST: "no"})
    yield from _rows_of_the_console()


def _rows_of_the_console() -> Iterator[Mapping[str, str]]:
    """It has no records: what a page shows is decided by the services it asks."""
    policies = POLICIES.read_text()
    gate, stated = Gate(policies), Stated.in_text(policies)
    for route in routes_of_the_console():
        cells = {
            name: answer_to(gate, stated, caller, route.action, about_record=False)
            for name, caller in callers().items()
        }
        row = {"service": NAME, "method": route.method, "path": route.path, "action": route.action or ""}
        yield row | cells | ({} if route.method == "GET" and route.action else {OF_THE_PAST: "no"})


def answer_to(gate: Gate, stated: Stated, caller: Caller, action: str | None, *, about_record: bool) -> str:
    """One cell."""
    if action is None:
        return "yes"
    if not gate.may_use(caller, action):
        return "no"
    if not about_record or any(gate.may_touch(caller, action, each) for each in nobodys(stated)):
        return "yes"
    least = LESS.get(action, action)
    theirs = any(gate.may_touch(caller, asked, each) for asked in (action, least) for each in wholly_of(caller, stated))
    return "records" if theirs else "in vain"


def table(made: Iterable[Mapping[str, str]]) -> str:
    """As it must be checked in."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["service", "method", "path", "action", *callers()], lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue()


def main() -> None:
    """Writes it when it differs."""
    made = table(rows())
    if not TABLE.exists() or TABLE.read_text() != made:
        TABLE.write_text(made)
        sys.stdout.write(f"{TABLE.name} changed: look at what became open, and to whom\n")


if __name__ == "__main__":
    main()

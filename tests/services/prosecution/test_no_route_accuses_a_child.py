"""Every route by which a minor could become an accused, each refused. The routes are found, so that a new one counts.

A count is folded from one event alone, made in one function alone, which asks the rule. Whatever route comes to that
function is found in the code, and again by what its body holds, and then tried with every offence and every age.
"""

import ast
import inspect
import tempfile
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Litestar, Router
from msgspec import inspect as of_types

from services.prosecution.case import charges, state
from services.prosecution.case.events import CountAgeCorrected, CountFiled
from services.prosecution.main import DEFINITION
from tests.architecture.wired import wiring_of
from tests.services.prosecution.given import CHARGING
from tests.services.prosecution.house import ACT_ON, PROSECUTOR, House, ok

FOLDER = Path(state.__file__).parents[1]
FLAGGED = [each for each, offence in CHARGING.offences.items() if offence.minor_never_accused == "yes"]
# What of a body can say of what somebody is accused, and how old they were.
OF_A_CHARGE = frozenset({"offence", "age_at_act"})


class Charging(NamedTuple):
    """A route that makes a count: what answers it, its path, and the type of its body."""

    handler: str
    path: str
    body: Any


@cache
def command_routes() -> Sequence[Charging]:
    """Every route of the service that changes something."""
    with tempfile.TemporaryDirectory() as folder:
        handlers = wiring_of(DEFINITION, Path(folder)).routes
    app = Litestar([Router(path="/", route_handlers=handlers)], openapi_config=None, logging_config=None)
    found: list[Charging] = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods & {"POST", "PUT", "PATCH", "DELETE"}:
                body = inspect.signature(handler.fn, eval_str=True).parameters.get("data")
                found.append(Charging(handler.fn.__qualname__, route.path, body.annotation if body else None))
    return found


def charging_routes() -> Sequence[Charging]:
    """Those whose body says of what somebody is accused."""
    return [each for each in command_routes() if OF_A_CHARGE & set(fields_below(each.body))]


def fields_below(type_: Any, seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """Every field of a body, however deep."""
    ahead: list[Any] = [of_types.type_info(type_)] if type_ is not None else []
    while ahead:
        found = ahead.pop()
        if isinstance(found, of_types.StructType):
            if found.cls in seen:
                continue
            seen |= {found.cls}
            for field in found.fields:
                yield field.encode_name
                ahead.append(field.type)
        inner = (getattr(found, name, None) for name in ("type", "item_type", "key_type", "value_type"))
        ahead.extend(each for each in inner if each is not None)
        for name in ("types", "item_types"):
            ahead.extend(getattr(found, name, ()))


@cache
def functions() -> list[tuple[str, str, list[ast.Call]]]:
    """File, name with its class, and calls, of every function of the service."""
    found: list[tuple[str, str, list[ast.Call]]] = []
    for file in sorted(FOLDER.rglob("*.py")):
        for node in ast.parse(file.read_text()).body:
            for part in node.body if isinstance(node, ast.ClassDef) else (node,):
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    of = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
                    calls = [each for each in ast.walk(part) if isinstance(each, ast.Call)]
                    found.append((str(file.relative_to(FOLDER)), f"{of}{part.name}", calls))
    return found


def calling(*names: str) -> set[tuple[str, str]]:
    """File and name of each function that calls one of these, by whatever prefix, or hands it on to be called.

    Not where a name is only looked for: in a pattern, an `isinstance`, or a type.
    """
    return {(file, name) for file, name, calls in functions() if any(_meant(each, names) for each in calls)}


def _meant(call: ast.Call, names: Collection[str]) -> bool:
    handed_on = call.args if _word(call.func) != "isinstance" else []
    return any(_word(each) in names for each in (call.func, *handed_on))


def _word(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def test_a_count_is_folded_from_one_event_which_one_function_makes_after_asking_the_rule() -> None:
    telling = {
        event for event in DEFINITION.events if OF_A_CHARGE & {each.name for each in msgspec.structs.fields(event)}
    }
    assert telling == {CountFiled, CountAgeCorrected}, "another event says of what somebody is accused: try its route"
    assert calling("Count") == {("case/state.py", "_on_counts")}
    assert calling("CountFiled") == {("case/charges.py", "_filed")}
    assert calling("CountAgeCorrected") == {("case/charges.py", "_aged")}
    made = ast.parse(inspect.getsource(charges._filed)).body[0]
    assert isinstance(made, ast.FunctionDef)
    # Asked as a statement of its own, so under no condition, and before the event is made.
    asked = [n for n, each in enumerate(made.body) if "_may_be_accused(offence, age" in ast.unparse(each)]
    ends = [n for n, each in enumerate(made.body) if isinstance(each, ast.Return)]
    assert isinstance(made.body[asked[0]], ast.Expr)
    assert asked[0] < ends[0] == len(made.body) - 1


def test_the_routes_that_charge_are_those_that_reach_it_and_those_whose_body_names_an_offence() -> None:
    deciding = {name for _, name in calling("_filed")}
    assert deciding == {"add_accused", "file_count", "supersede"}
    reaching = calling(*deciding) - {("case/charges.py", name) for name in deciding}
    assert {name for _, name in reaching} == {each.handler for each in charging_routes()}
    assert len(command_routes()) > 40, "the table of routes was read"


class Tried(NamedTuple):
    """An accused as the case has them, what is said of their age, and why it is refused."""

    accused: str
    other_count: str
    born: str | None
    stated: str | None
    code: str

    def at(self, case: UUID, route: Charging) -> str:
        """The route's address for this accused."""
        path = route.path.removeprefix("/cases/{case:uuid}")
        return f"/cases/{case}{path.replace('{accused:uuid}', self.accused).replace('{count:uuid}', self.other_count)}"

    def body(self, route: Charging, offence: str) -> dict[str, Any]:
        """What the route takes of all that is known; one that asks for more is to be told of here."""
        count = {"offence": offence, "act_on": ACT_ON} | ({"age_at_act": self.stated} if self.stated else {})
        known = count | {"accused": self.accused, "name": "Example", "born": self.born, "counts": [count]}
        taken = {field.encode_name for field in msgspec.structs.fields(route.body)}
        return {name: value for name, value in known.items() if name in taken}


async def test_each_of_them_refuses_every_marked_offence_to_a_child_and_to_an_unknown_age(house: House) -> None:
    case = await house.accepted()
    tried: list[Tried] = []
    for born, stated, code in (
        ("2010-01-01", None, "minor_never_accused"),
        (None, "under_18", "minor_never_accused"),
        (None, None, "age_not_known"),
    ):
        # Of an offence that is not marked anybody is accused.
        counts = [{"offence": "MS-97-1-1", "act_on": ACT_ON}]
        ok(await house.act(case, "accused", {"name": "Example", "born": born, "counts": counts}))
        shown = (await house.page(case))["accused"][-1]
        tried.append(Tried(shown["accused"], shown["counts"][0]["count"], born, stated, code))
    version, filed = (await house.page(case))["version"], house.service.names().count("count.filed")
    assert charging_routes()
    for route in charging_routes():
        for each in tried:
            for offence in FLAGGED:
                sent = each.body(route, offence)
                answer = await house.service.post(each.at(case, route), sent, by=PROSECUTOR, version=version)
                told = answer.json()
                refused = (answer.status_code, told.get("code"), told.get("rule"))
                assert refused == (409, each.code, "minor_never_accused"), (route, sent, answer.text)
                assert "97-29-49(4)" in told["citation"]
    assert (await house.page(case))["version"] == version, "a refused command changes nothing"
    assert house.service.names().count("count.filed") == filed

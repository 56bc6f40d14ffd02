"""The interface as OpenAPI, made true to what the kernel does on every route: its refusals and its headers."""

from collections.abc import Collection
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.openapi.plugins import JsonRenderPlugin

from services.kernel.http.caller import PUBLIC
from services.kernel.http.gate import OPEN, Gate, action_of
from services.kernel.http.problems import MEDIA_TYPE, Problem

Operation = tuple[str, str]
"""A method, in small letters, and a path."""

REFUSALS = {
    "400": "The request cannot be read.",
    "401": "Nobody is signed in.",
    "403": "The caller's roles never use this.",
    "404": "Absent, or not the caller's to see.",
    "422": "A value cannot be right.",
    "503": "A part is down for the moment: try again after as many seconds as Retry-After says.",
}
REFUSALS_OF_COMMANDS = {
    "409": "A rule does not allow this; its name and citation are told where there are any.",
    "412": "Changed since the caller read it.",
    "429": "Too many attempts.",
}
ALWAYS_SENT = frozenset({"Idempotency-Key"})


class Description(JsonRenderPlugin):
    """Serves the document. Without plugins the framework serves pages that load scripts from elsewhere."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, complete(openapi_schema, self._public(request.app)))

    def _public(self, app: Litestar) -> set[Operation]:
        """What the policies let be used by whoever comes."""
        return {
            (method.lower(), route.path_format)
            for route in app.routes
            for handler in getattr(route, "route_handlers", ())
            for method in handler.http_methods
            if (action := action_of(handler)) == OPEN or self._gate.may_use(PUBLIC, action)
        }


def complete(document: dict[str, Any], public: Collection[Operation]) -> dict[str, Any]:
    """The framework's document with each route's refusals in place of those the framework thinks it gives."""
    components = document["components"]
    _, problem = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    schemas = components.get("schemas", {}) | problem
    for name in _taken(document["paths"], schemas):
        # A body with a member nobody knows is refused, which the framework does not tell.
        if "properties" in schemas[name]:
            schemas[name] = schemas[name] | {"additionalProperties": False}
    paths = {
        path: {
            method: _operation(method, each) | ({"security": []} if (method, path) in public else {})
            for method, each in methods.items()
        }
        for path, methods in document["paths"].items()
    }
    return document | {"paths": paths, "components": components | {"schemas": schemas}}


def _operation(method: str, described: dict[str, Any]) -> dict[str, Any]:
    refusals = REFUSALS if method == "get" else REFUSALS | REFUSALS_OF_COMMANDS
    # The 400 that the framework adds by itself is not ours; one that a route states is.
    own = {
        status: each
        for status, each in described["responses"].items()
        if status != "400" or "application/json" not in each.get("content", {})
    }
    parameters = [
        each | {"required": True} if each["name"] in ALWAYS_SENT else each for each in described.get("parameters", [])
    ]
    responses = {status: _refusal(words) for status, words in refusals.items()}
    for status, each in own.items():
        # What a route refuses in a form of its own is refused as a problem all the same before the route is reached.
        before = responses.get(status, {}).get("content", {})
        responses[status] = each | ({"content": before | each.get("content", {})} if before else {})
    return described | {"responses": responses} | ({"parameters": parameters} if parameters else {})


def _taken(paths: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """The schemas that a request's body is made of."""
    ahead = [each["requestBody"] for methods in paths.values() for each in methods.values() if "requestBody" in each]
    found: set[str] = set()
    while ahead:
        part = ahead.pop()
        if isinstance(part, dict):
            ahead += part.values()
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                ahead.append(schemas[name])
        elif isinstance(part, list):
            ahead += part
    return found


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}

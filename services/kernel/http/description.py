"""The interface as OpenAPI, made true to what the kernel does on every route: its refusals and its headers."""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from services.kernel.http.problems import MEDIA_TYPE, Problem

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

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, complete(openapi_schema))


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with each route's refusals in place of those the framework thinks it gives."""
    components = document["components"]
    _, problem = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    schemas = components.get("schemas", {}) | problem
    paths = {
        path: {method: _operation(method, each) for method, each in methods.items()}
        for path, methods in document["paths"].items()
    }
    return document | {"paths": paths, "components": components | {"schemas": schemas}}


def _operation(method: str, described: dict[str, Any]) -> dict[str, Any]:
    refusals = REFUSALS if method == "get" else REFUSALS | REFUSALS_OF_COMMANDS
    own = {status: each for status, each in described["responses"].items() if status != "400"}
    parameters = [
        each | {"required": True} if each["name"] in ALWAYS_SENT else each for each in described.get("parameters", [])
    ]
    responses = {status: _refusal(words) for status, words in refusals.items()} | own
    return described | {"responses": responses} | ({"parameters": parameters} if parameters else {})


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}

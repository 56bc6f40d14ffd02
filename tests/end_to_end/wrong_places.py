"""Planted words where none belong: in addresses, queries, headers, and bodies that are wrong or cannot be read."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import httpx
import jwt
import msgspec

from contracts.jurisdictions import load_mississippi
from deploy.embedded.keys import IDENTITY, SIGNING_KEY
from deploy.topology import SERVICES
from services.kernel.http.caller import ALGORITHM, AUDIENCE
from tests.attacks.target import METHODS, Operation
from tests.end_to_end.planting import Plants, in_sample
from tests.end_to_end.town import Town, ok

AT_ONCE = 8
HEADERS = (("Authorization",), ("If-Match", "Muster-At-Least", "traceparent", "tracestate", "baggage", "User-Agent"))
"""Those that may be wrong at once without one keeping the others from being read."""

ONE_IN = 4
"""Of so many operations one is tried in `make test`."""

HEADERS_ONE_IN = 4
"""Headers are read by the kernel, for every operation alike: of so many that are tried one is sent wrong ones."""

WRITTEN_IN_THE_OPEN = frozenset({"/operator/persons/{person}/destroy-key"})
"""Takes the number of a court's order, which stands on record unsealed; who copies it there is shown no case."""


class Sent(NamedTuple):
    """One request."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes


async def typed_wrongly(town: Town, client: httpx.AsyncClient, plants: Plants) -> None:
    """Operations of every service, by somebody who passes every gate of a route: in `make attack` all there are."""
    turn = asyncio.Semaphore(AT_ONCE)
    token = _everyone(town)

    async def one(sent: Sent) -> None:
        async with turn:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex} | sent.headers
            await client.request(sent.method, sent.url, headers=headers, content=sent.content)

    operations: dict[bytes, Operation] = {}
    for service in SERVICES:
        for each in await _operations(town, client, service.name):
            # What the kernel has in every service is tried in the first.
            operations.setdefault(msgspec.json.encode([each.method, each.path, each.described]), each)
    tried = [each for each in operations.values() if in_sample(each.name, ONE_IN)]
    everything = [
        sent
        for number, each in enumerate(tried)
        for sent in _wrong(each, town.stack.url(each.service), plants, HEADERS if number % HEADERS_ONE_IN == 0 else ())
    ]
    await asyncio.gather(*(one(sent) for sent in everything))


def _wrong(operation: Operation, url: str, plants: Plants, headers_sent: Sequence[Sequence[str]]) -> Iterator[Sent]:
    def word(place: str) -> str:
        return plants.word(f"{place} of {operation.name}")

    def sent(path: str = "", headers: dict[str, str] | None = None, content: bytes = b"{}") -> Sent:
        headers = {"Content-Type": "application/json", "If-Match": '"1"'} | (headers or {})
        return Sent(operation.method.upper(), f"{url}{path or _path(operation)}", headers, content)

    if operation.parameters("path"):
        yield sent(_path(operation, word("the path")))
    asked = [*operation.parameters("query"), "q"]
    yield sent(f"{_path(operation)}?{'&'.join(f'{name}={word(name)}' for name in asked)}")
    for names in headers_sent:
        yield sent(headers={name: word(name) for name in names})
    schema = operation.body()
    if schema is not None and operation.path not in WRITTEN_IN_THE_OPEN:
        said = httpx.Request("POST", url, json=_filled(schema, operation.schemas, word("the body"))).content
        yield sent(content=said)
        yield sent(content=f'{{"name": "{word("a body cut off")}'.encode())
        yield sent(content=f'{{"{word("the name of a member")}": 1}}'.encode())


def _path(operation: Operation, value: str | None = None) -> str:
    path = operation.path
    for name in operation.parameters("path"):
        path = path.replace(f"{{{name}}}", quote(value or str(uuid4())))
    return path


def _filled(schema: dict[str, Any], schemas: dict[str, Any], word: str) -> Any:
    """A body of the right shape in which every value is the word."""
    if "$ref" in schema:
        return _filled(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, word)
    if "properties" in schema:
        return {name: _filled(each, schemas, word) for name, each in schema["properties"].items()}
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        return [_filled(schema["items"], schemas, word)]
    return word


async def _operations(town: Town, client: httpx.AsyncClient, service: str) -> list[Operation]:
    described = ok(await client.get(f"{town.stack.url(service)}/schema/openapi.json")).json()
    schemas = described["components"].get("schemas", {})
    return [
        Operation(service, method, path, methods[method], schemas)
        for path, methods in described["paths"].items()
        for method in METHODS
        if method in methods
    ]


def _everyone(town: Town) -> str:
    """A token as the identity service would sign it, of somebody who holds every role at once."""
    claims = {
        "sub": str(uuid4()),
        "agency": "MDCPS",
        "roles": sorted(load_mississippi().roles),
        "iat": int(town.now.timestamp()),
        "exp": int((town.now + timedelta(hours=12)).timestamp()),
        "aud": AUDIENCE,
    }
    key = (town.stack.folder.secrets / IDENTITY / SIGNING_KEY).read_bytes()
    return jwt.encode(claims, key, algorithm=ALGORITHM)

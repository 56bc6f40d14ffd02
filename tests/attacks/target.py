"""The house as an attacker meets it: every service's own description, and callers of every role and of none."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from contracts.jurisdictions import load_mississippi
from deploy.embedded.keys import IDENTITY, SIGNING_KEY
from deploy.topology import SERVICES
from services.kernel.http.caller import ALGORITHM, AUDIENCE
from tests.chaos.house import House

AGENCY = "MDCPS"
METHODS = ("get", "post", "put", "patch", "delete")
REFERENCES_KEPT = 40
# A demonstration goes half an hour a second.
LONG = timedelta(days=400)


class Operation(NamedTuple):
    """One method of one path, as the service describes it; `schemas` are what it refers to."""

    service: str
    method: str
    path: str
    described: dict[str, Any]
    schemas: dict[str, Any]

    @property
    def name(self) -> str:
        """How a report names it."""
        return f"{self.service} {self.method.upper()} {self.path}"

    def parameters(self, place: str) -> list[str]:
        """The names of its parameters in the path, the query or the headers."""
        return [each["name"] for each in self.described.get("parameters", []) if each["in"] == place]

    def references_taken(self) -> list[str]:
        """Which of its path's parameters are references."""
        return [
            each["name"]
            for each in self.described.get("parameters", [])
            if each["in"] == "path" and each["schema"].get("format") == "uuid"
        ]

    def body(self) -> dict[str, Any] | None:
        """The schema of its body; None when it takes none."""
        content = self.described.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema


class Target:
    """One running house, and what the attacker knows of it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._key = _signing_key(house)
        self._roles = tuple(sorted(load_mississippi().roles))
        self.descriptions = {service.name: self._described(service.name) for service in SERVICES}
        self.everyone = self.token(*self._roles)
        self.each_role = [self.token(role) for role in self._roles]
        self.references = self._references()

    def operations(self) -> Iterator[Operation]:
        """All of all services."""
        for service, described in self.descriptions.items():
            schemas = described["components"].get("schemas", {})
            for path, methods in described["paths"].items():
                for method in METHODS:
                    if method in methods:
                        yield Operation(service, method, path, methods[method], schemas)

    def of_each_kind(self) -> Iterator[Operation]:
        """As above; of those that the kernel has in every service, the first service's only."""
        seen: set[tuple[str, str, bytes]] = set()
        for operation in self.operations():
            kind = (operation.method, operation.path, msgspec.json.encode(operation.described))
            if kind not in seen:
                seen.add(kind)
                yield operation

    def token(self, *roles: str) -> str:
        """As the identity service would sign it, of somebody who holds these roles all at once."""
        now = self.house.told()
        claims = {
            "sub": str(uuid4()),
            "agency": AGENCY,
            "roles": list(roles),
            "iat": int(now.timestamp()),
            "exp": int((now + LONG).timestamp()),
            "aud": AUDIENCE,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def _references(self) -> list[str]:
        """What exists, as the lists show it to somebody who may see them all."""
        found: set[str] = set()
        headers = {"Authorization": f"Bearer {self.everyone}"}
        # One for all: to read the machine's authorities for each would be most of what this costs.
        with httpx.Client(headers=headers, timeout=20.0, trust_env=False) as http:
            for operation in self.operations():
                if operation.method != "get" or "{" in operation.path:
                    continue
                answer = http.get(f"{self.house.url(operation.service)}{operation.path}")
                if answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/json"):
                    found.update(_references_in(answer.json()))
        return sorted(found)[:REFERENCES_KEPT]

    def _described(self, service: str) -> dict[str, Any]:
        answer = httpx.get(f"{self.house.url(service)}/schema/openapi.json", trust_env=False)
        described: dict[str, Any] = json.loads(answer.content)
        return described


def _signing_key(house: House) -> Ed25519PrivateKey:
    key = load_pem_private_key((house.folder / "secrets" / IDENTITY / SIGNING_KEY).read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _references_in(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for value in told.values():
            yield from _references_in(value)
    elif isinstance(told, list):
        for value in told:
            yield from _references_in(value)
    elif isinstance(told, str) and len(told) == 36:
        try:
            yield str(UUID(told))
        except ValueError:
            return

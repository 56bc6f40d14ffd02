"""Whoever shows who they are too often waits, whatever they show; somebody else does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.identity.main import DEFINITION
from services.identity.sign_in import door
from services.kernel.http.limits import Rate
from tests.services.identity.house import PASSPHRASE, SIGN_IN_NAME
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats

FEW = Rate(3, timedelta(hours=1))
HERE, ELSEWHERE, ANOTHER = "127.0.0.1", "198.51.100.7", "198.51.100.8"
NAMED = {"sign_in_name": SIGN_IN_NAME, "passphrase": PASSPHRASE, "code": "000000"}
# What is tried, and the same with another target.
TARGETS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("/sign-in", NAMED, {"sign_in_name": "another@example.org"}),
    ("/sign-in/passkey", {"challenge": "one", "credential": {}}, {"challenge": "another"}),
    ("/sign-in/provider/finish", {"state": "one"}, {"state": "another"}),
    ("/session/unlock", {"passphrase": PASSPHRASE}, {}),
    ("/invitation/options", {"invitation": "one"}, {"invitation": "another"}),
    ("/invitation", {"invitation": "one", "passphrase": PASSPHRASE}, {"invitation": "another"}),
    (
        "/first-administrator",
        {"code": "one", "name": "Example", "sign_in_name": SIGN_IN_NAME, "agency": "MDCPS"},
        {"code": "another"},
    ),
]


@pytest.fixture
async def identity(
    database: Database, nats_server: Nats, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningService]:
    monkeypatch.setattr(door, "PER_TARGET", FEW)
    monkeypatch.setattr(door, "PER_ADDRESS", FEW)
    async with running_service(DEFINITION, database, nats_server) as running:
        yield running


@asynccontextmanager
async def somebody_at(identity: RunningService, address: str) -> AsyncIterator[httpx.AsyncClient]:
    own: Any = identity.http._transport
    transport = httpx.ASGITransport(app=own.app, client=(address, 1234), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://identity") as client:
        yield client


async def tried(client: httpx.AsyncClient, path: str, body: dict[str, Any], number: int, session: str = "one") -> int:
    headers = {"Idempotency-Key": f"the-key-of-try-{number}", "Authorization": f"Session {session}"}
    answer = await client.post(path, json=body, headers=headers)
    if answer.status_code == 429:
        assert answer.json()["type"] == "urn:muster:problem:too-many-requests"
        assert 0 < int(answer.headers["Retry-After"]) <= FEW.per.total_seconds()
    return answer.status_code


@pytest.mark.parametrize(("path", "body", "other"), TARGETS, ids=lambda each: each if isinstance(each, str) else "")
async def test_one_target_is_tried_a_few_times_from_wherever(
    identity: RunningService, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    before = identity.names()
    async with somebody_at(identity, HERE) as client:
        statuses = [await tried(client, path, body, number) for number in range(FEW.many + 1)]
        assert 429 not in statuses[:-1], statuses
        assert statuses[-1] == 429
        # With other capitals it is the same name; nor does another address help.
        async with somebody_at(identity, ELSEWHERE) as elsewhere:
            shouted = body | ({"sign_in_name": SIGN_IN_NAME.upper()} if path == "/sign-in" else {})
            assert await tried(elsewhere, path, shouted, 8) == 429
        assert await tried(client, path, body | other, 9, session="another") != 429
    assert "session.started" not in identity.names()[len(before) :]


async def test_an_address_elsewhere_is_counted_and_the_consoles_is_not(identity: RunningService) -> None:
    body = {"agency": "MDCPS"}
    async with (
        somebody_at(identity, ELSEWHERE) as client,
        somebody_at(identity, ANOTHER) as another,
        somebody_at(identity, HERE) as console,
    ):
        path = "/sign-in/provider/start"
        assert [await tried(client, path, body, number) for number in range(FEW.many + 1)][-1] == 429
        assert await tried(client, "/sign-in/passkey", {"challenge": "new", "credential": {}}, 7) == 429
        assert await tried(another, path, body, 8) != 429
        assert 429 not in [await tried(console, path, body, number) for number in range(FEW.many + 3)]


async def test_a_header_that_names_another_address_changes_nothing(identity: RunningService) -> None:
    async with somebody_at(identity, ELSEWHERE) as client:
        statuses = []
        for number in range(FEW.many + 1):
            client.headers["X-Forwarded-For"] = f"203.0.113.{number}"
            client.headers["Forwarded"] = f"for=203.0.113.{number}"
            statuses.append(await tried(client, "/sign-in/provider/start", {"agency": "MDCPS"}, number))
    assert statuses[-1] == 429

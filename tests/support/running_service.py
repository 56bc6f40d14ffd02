"""One service as it really runs, for its tests: its tables, streams and secrets, spoken to over its own HTTP interface.

It runs in the test's process, on a fresh database and the real message server; time is turned by hand.
"""

import asyncio
import base64
import contextlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

import httpx
import jwt
import msgspec
import nats
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from litestar import Litestar
from nats.aio.client import Client
from psycopg import conninfo

import services
from contracts.language import Event
from deploy.embedded.keys import FIRST_ADMINISTRATOR, SIGNING_KEY, VERIFY_KEY
from deploy.embedded.streams import make_streams, published
from deploy.topology import LISTENERS, Listener, stream_name
from services.kernel.definition import Definition
from services.kernel.http.caller import ALGORITHM, AUDIENCE
from services.kernel.http.commands import AT_LEAST_HEADER, POSITION_HEADER
from services.kernel.install import install_tables
from services.kernel.messages import headers_of, subject_of
from services.kernel.operations import PoliciesSet, RecordShown
from services.kernel.service import application
from services.kernel.settings import DatabaseSettings, NatsSettings, Settings
from services.kernel.stored_form import Happening, Logged, Origin, Registry, StructMapper, stamp_recorded_at
from services.kernel.time_source import TimeFile, write_time_file
from tests.support.left_behind import LogLines, WholeLog
from tests.support.servers import LOGIN, PASSWORD, Database, Nats

T = TypeVar("T")
Copies = Callable[[], AbstractContextManager[Database]]

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
FIRST_CODE = "code-of-the-first-administrator-of-a-test"
ORIGIN_OF_TESTS = "account:00000000-0000-4000-8000-000000000000"


class Person(msgspec.Struct, frozen=True):
    """Somebody who signs in. Tests say who calls by handing one over. `places` where they work, None for everywhere."""

    roles: tuple[str, ...]
    agency: str = "MDCPS"
    account: UUID = msgspec.field(default_factory=uuid4)
    places: tuple[str, ...] | None = None


class HandTurnedTime:
    """The service's source of time: a demonstration folder's file, held and turned by the test."""

    def __init__(self, file: Path, told: datetime) -> None:
        self._file = file
        self._told = told
        self._writes = 0
        self._write()

    def now(self) -> datetime:
        """The moment the service is told."""
        return self._told

    def turn(self, by: timedelta) -> datetime:
        """Moves time on, and answers the new moment. The service sees it at its next look."""
        self._told += by
        self._write()
        return self._told

    def _write(self) -> None:
        write_time_file(self._file, TimeFile("held", told=self._told))
        # Readers go by the time of change, and two writes may fall on one tick of the file system.
        self._writes += 1
        stamp = self._file.stat().st_mtime_ns + self._writes
        os.utime(self._file, ns=(stamp, stamp))


class Upstream:
    """Stands in for another service's relay: publishes events to its stream as that service would."""

    def __init__(self, service: str, server: Client, time: HandTurnedTime) -> None:
        self._service = service
        self._server = server
        self._time = time
        self._position = 0
        self._versions: dict[UUID, int] = {}

    async def tell(
        self, stream: UUID, event: Event, *, happened_at: datetime | None = None, case: UUID | None = None
    ) -> UUID:
        """Publishes the next event of a stream under `evt.`, and answers its id."""
        self._position += 1
        self._versions[stream] = self._versions.get(stream, 0) + 1
        happening = Happening(
            stream=stream,
            version=self._versions[stream],
            event_id=uuid4(),
            happened_at=happened_at or self._time.now(),
            origin=Origin(
                actor=ORIGIN_OF_TESTS,
                agency="MDCPS",
                command_id=uuid4(),
                causation_id=None,
                correlation_id=case or stream,
                policy="tests",
            ),
            event=event,
        )
        mapper = StructMapper(Registry.of([type(event)]), lambda unsealed, _: unsealed)
        stored = mapper.to_stored_event(happening)
        state = stamp_recorded_at(stored.state, self._time.now())
        await self.tell_raw(Logged(stream, happening.version, stored.topic, state, id=self._position))
        return happening.event_id

    async def tell_raw(self, notification: Logged) -> None:
        """Publishes a row as it is: for events of unknown name or newer version."""
        subject = subject_of(self._service, notification.topic, frozenset({notification.topic}))
        await self._server.jetstream().publish(
            subject,
            notification.state,
            stream=stream_name(self._service),
            headers=headers_of(self._service, notification),
        )


class RunningService:
    """What a test may do with a running service. Answers are httpx responses, whatever their status."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        http: httpx.AsyncClient,
        time: HandTurnedTime,
        key: Ed25519PrivateKey,
        server: Client,
        lines: LogLines,
    ) -> None:
        self.settings = settings
        self.database = database
        self.http = http
        self.time = time
        self.key = key
        self.log = WholeLog(database.owner)
        self._server = server
        self._lines = lines

    def token(self, person: Person, *, lasts: timedelta = timedelta(hours=12)) -> str:
        """A token as the identity service would sign it."""
        now = self.time.now()
        claims = {
            "sub": str(person.account),
            "agency": person.agency,
            "roles": list(person.roles),
            "places": person.places,
            "iat": int(now.timestamp()),
            "exp": int((now + lasts).timestamp()),
            "aud": AUDIENCE,
        }
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        by: Person | str | None = None,
        key: str | None = None,
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A command: `by` is a person or a token, `key` its Idempotency-Key (a new one each time), `version` If-Match.

        `body` is sent as JSON; bytes are sent as they are.
        """
        sent = {"Idempotency-Key": key or secrets.token_hex(8), "Content-Type": "application/json", **self._by(by)}
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        content = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return await self.http.post(path, content=content, headers=sent | dict(headers or {}))

    async def get(
        self,
        path: str,
        *,
        by: Person | str | None = None,
        after: httpx.Response | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """A question; `after` is the answer to a command it must already show."""
        sent = self._by(by)
        if after is not None:
            sent[AT_LEAST_HEADER] = after.headers[POSITION_HEADER]
        return await self.http.get(path, headers=sent, params=params)

    def upstream(self, service: str) -> Upstream:
        """Another service whose stream this one reads."""
        return Upstream(service, self._server, self.time)

    def rows(self) -> Sequence[tuple[UUID, int, str, dict[str, Any]]]:
        """The whole log in order: stream, version, name, decoded state."""
        return [(stream, version, name, msgspec.json.decode(state)) for stream, version, name, state in self.log.rows()]

    def names(self) -> Sequence[str]:
        """The names of what happened, in order."""
        return [name for _, _, name, _ in self.happened()]

    def happened(self) -> Sequence[tuple[UUID, int, str, dict[str, Any]]]:
        """The log in order, but for the policies put on record at a start, and for who was shown which record."""
        return [row for row in self.rows() if row[2] not in {PoliciesSet.NAME, RecordShown.NAME}]

    def everything_stored(self) -> str:
        """Every row of every table and view, as text: for tests that look for what must not be there."""
        with psycopg.connect(self.database.admin) as connection:
            tables = connection.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'views')"
            ).fetchall()
            found: list[str] = []
            for (table,) in tables:
                # Bytes as text where they are text, so that a name inside them is found.
                rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608, RUF100 - names from the catalogue
                found.extend(_as_text(value) for row in rows for value in row)
        return "\n".join(found)

    def log_lines(self) -> str:
        """What the process has logged since it started, as it would be written."""
        return "\n".join(self._lines.lines)

    def _by(self, by: Person | str | None) -> dict[str, str]:
        if by is None:
            return {}
        token = by if isinstance(by, str) else self.token(by)
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def running_service(
    definition: Definition,
    database: Database,
    nats_server: Nats,
    *,
    at: datetime = NOON,
    beside: RunningService | None = None,
    founded: "Founded[Any] | None" = None,
    told: Callable[[Settings], Settings] = lambda settings: settings,
) -> AsyncIterator[RunningService]:
    """Starts the service with its jobs (relay, timers, views, followers), and ends it in order.

    Whoever is known to the service `beside` it is known to this one too. It has the secrets of the one that was
    `founded`, of whose database it has a copy. `told` makes the settings it starts with from the usual ones, and may
    add to its secrets.
    """
    with tempfile.TemporaryDirectory(prefix="muster-service-") as name, LogLines(definition.name) as lines:
        folder = Path(name)
        key = founded.key if founded else beside.key if beside else Ed25519PrivateKey.generate()
        if founded:
            shutil.copytree(founded.secrets, folder, dirs_exist_ok=True)
        else:
            _write_secrets(folder, nats_server.seeds[definition.name], key)
        time = HandTurnedTime(folder / "time.json", at)
        settings = told(_settings(definition.name, folder, database, nats_server))
        if database.begun != definition.name:
            own_tables = Path(services.__path__[0]) / definition.name / "tables.sql"
            install_tables(database.owner, LOGIN, own_tables.read_text() if own_tables.exists() else None)
        server = await nats.connect(nats_server.url, nkeys_seed_str=nats_server.admin_seed)
        try:
            await make_streams(server, *_heard_by(definition.name))
            # As at the start of a house.
            known = await published(server, definition.name)
            settings = msgspec.structs.replace(settings, published=known)
            async with (
                _started(definition, settings) as app,
                httpx.AsyncClient(transport=_transport(app), base_url="http://muster.test") as http,
            ):
                running = RunningService(settings, database, http, time, key, server, lines)
                with contextlib.closing(running.log):
                    yield running
        finally:
            await server.close()


def _heard_by(service: str) -> tuple[list[str], list[Listener]]:
    """Whose streams a service by itself needs, and how it listens. To make all of a house is a third of a start."""
    listeners = [each for each in LISTENERS if each.service == service]
    return [service, *dict.fromkeys(each.upstream for each in listeners)], listeners


class Founded(Generic[T]):
    """A service that was started, given what all tests of a folder begin with, and ended: they begin with a copy of it.

    `copied` makes a copy of its database; `given` is what was given it.
    """

    def __init__(self, copied: Copies, secrets: Path, key: Ed25519PrivateKey, given: T) -> None:
        self.copied = copied
        self.secrets = secrets
        self.key = key
        self.given = given


class _Startable:
    """An application that may be started. To put its routes together takes longer than all else of a start."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.settings: Settings | None = None
        self.app = application(definition, self._read)

    def _read(self) -> Settings:
        assert self.settings
        return self.settings


_IDLE: list[_Startable] = []
"""Ended in order, to be started again by the next test."""


@asynccontextmanager
async def _started(definition: Definition, settings: Settings) -> AsyncIterator[Litestar]:
    at_hand = next((each for each in _IDLE if each.definition is definition), None)
    if at_hand:
        _IDLE.remove(at_hand)
    startable = at_hand or _Startable(definition)
    startable.settings = settings
    async with lifespan_in_a_task(startable.app):
        yield startable.app
    _IDLE.append(startable)


def _transport(app: Litestar) -> httpx.ASGITransport:
    asgi: Any = app  # both speak ASGI; only the spelling of their types differs
    return httpx.ASGITransport(app=asgi, raise_app_exceptions=False)


@asynccontextmanager
async def lifespan_in_a_task(app: Litestar) -> AsyncIterator[None]:
    """Start-up and shut-down in one task, as the framework asks; a fixture's two halves run in two."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    living = asyncio.create_task(live())
    ready = asyncio.create_task(started.wait())
    await asyncio.wait([living, ready], return_when=asyncio.FIRST_COMPLETED)
    if living.done():
        ready.cancel()
        await living
    try:
        yield
    finally:
        stop.set()
        await living


def says(word: str, text: str) -> bool:
    """Whether the word stands in the text by itself. Three letters are met with in what is sealed, now and then."""
    return re.search(rf"\b{word}\b", text) is not None


def _write_secrets(folder: Path, seed: str, key: Ed25519PrivateKey) -> None:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name in ("wrapping-1.key", "digest.key"):
        (folder / name).write_bytes(base64.b64encode(secrets.token_bytes(32)))
    (folder / SIGNING_KEY).write_bytes(private)
    (folder / VERIFY_KEY).write_bytes(public)
    (folder / FIRST_ADMINISTRATOR).write_text(FIRST_CODE)
    (folder / "nats.seed").write_text(seed)
    (folder / "database.password").write_text(PASSWORD)


def _settings(service: str, folder: Path, database: Database, nats_server: Nats) -> Settings:
    login = conninfo.conninfo_to_dict(database.login)
    return Settings(
        service=service,
        http_host="127.0.0.1",
        http_port=0,
        origin="http://localhost:8101",
        database=DatabaseSettings(
            str(login["host"]), int(str(login["port"])), database.name, str(login["user"]), folder / "database.password"
        ),
        nats=NatsSettings(nats_server.url, folder / "nats.seed"),
        data_kind="demonstration",
        secrets=folder,
        verify_key_file=folder / VERIFY_KEY,
        peers={},
        time_file=folder / "time.json",
    )


def _as_text(value: object) -> str:
    return bytes(value).decode("utf-8", "backslashreplace") if isinstance(value, bytes | memoryview) else str(value)

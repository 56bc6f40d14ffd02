"""The console as it really runs, among stand-ins for the other services that remember what they were asked.

Its message server is the real one. What the services themselves answer is tried in tests/browser, on a whole house.
"""

import base64
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import jwt
import msgspec
import nats
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from litestar import Litestar

from deploy.embedded.streams import make_streams
from deploy.topology import LISTENERS, SERVICES
from services.console.application import application
from services.console.doorkeeper import Door
from services.console.pages import PAGES
from services.kernel.http.caller import ALGORITHM, AUDIENCE
from services.kernel.keys import Digester
from services.kernel.settings import NatsSettings, ProcessSettings
from tests.support.running_service import HandTurnedTime, Person, lifespan_in_a_task
from tests.support.servers import Nats

ORIGIN = "http://localhost:8107"
NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
COORDINATOR = Person(("cps_coordinator",), agency="MDCPS-HTC")
INTAKE = Person(("cps_intake",))
ADVOCATE = Person(("victim_advocate",), agency="CVP")
ISSUER = Person(("credential_issuer",), agency="AG-BVA")
REPORTER = Person(("agency_reporter",), agency="MDHS-APS")
OPERATOR = Person(("operator",))
TASK_FORCE = Person(("task_force",), agency="CVP-TF")
NURSE = Person(("forensic_nurse",), agency="BRIDGE")
CLINIC = Person(("clinic_coordinator",), agency="BRIDGE")
POLICE = Person(("law_enforcement",), agency="LOCAL-LE")
LABORATORY = Person(("laboratory",), agency="MS-LAB")
INVESTIGATOR = Person(("cps_investigator",))
PROSECUTOR = Person(("prosecutor",), agency="DA-07")
AUDITOR = Person(("auditor",), agency="AG-PID")
PEOPLE = {
    "coordinator@example.org": COORDINATOR,
    "intake@example.org": INTAKE,
    "advocate@example.org": ADVOCATE,
    "issuer@example.org": ISSUER,
    "reporter@example.org": REPORTER,
    "operator@example.org": OPERATOR,
    "task_force@example.org": TASK_FORCE,
    "nurse@example.org": NURSE,
    "clinic@example.org": CLINIC,
    "police@example.org": POLICE,
    "laboratory@example.org": LABORATORY,
    "prosecutor@example.org": PROSECUTOR,
    "investigator@example.org": INVESTIGATOR,
    "auditor@example.org": AUDITOR,
    "passkey": COORDINATOR,
}
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
OURS = {"Sec-Fetch-Site": "same-origin"}
NOT_FOUND = {"type": "urn:muster:problem:not-found", "title": "Not found", "status": 404, "detail": "Nothing."}
ENDED = {"type": "urn:muster:problem:not-signed-in", "title": "Sign in first", "status": 401, "detail": "Sign in."}
LOCKED = ENDED | {"type": "urn:muster:problem:session-locked"}
WRONG = ENDED | {"type": "urn:muster:problem:wrong-credentials"}
STORED = {"reference": str(UUID(int=7)), "version": 2, "position": 9}


class Asked(NamedTuple):
    """What a service was asked, by whose token."""

    method: str
    service: str
    path: str
    body: Any
    headers: httpx.Headers
    params: Mapping[str, str]


Answer = Callable[[Asked], tuple[int, Any]]


class Others(httpx.AsyncBaseTransport):
    """Every other service: it answers what a test put there, and 404 for the rest."""

    def __init__(self, key: Ed25519PrivateKey, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now
        self.forget()

    def forget(self) -> None:
        """Nothing was asked, nobody is signed in, and nothing is answered."""
        self.asked: list[Asked] = []
        self.answers: dict[tuple[str, str, str], Answer] = {}
        self.sessions: dict[str, Person] = {}
        self.refused: dict[str, Mapping[str, Any]] = {}
        self.down: set[str] = set()
        self.people = dict(PEOPLE)

    def say(self, method: str, service: str, path: str, body: Any, status: int = 200) -> None:
        """From now on this is the answer."""
        self.answers[method, service, path] = lambda _: (status, body)

    @property
    def commands(self) -> list[Asked]:
        """What was asked to change something; to renew a token changes nothing, nor to ask for a nurse's calendar."""
        reads = {"/session/token", "/calendar-feeds"}
        return [each for each in self.asked if each.method != "GET" and each.path not in reads]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service = request.url.host
        if service in self.down:
            raise httpx.ConnectError("down")
        content = await request.aread()
        body = msgspec.json.decode(content) if content else None
        asked = Asked(request.method, service, request.url.path, body, request.headers, dict(request.url.params))
        self.asked.append(asked)
        status, answer = self._answer(asked)
        if isinstance(answer, bytes):
            return httpx.Response(
                status, content=answer, headers={"Content-Disposition": 'attachment; filename="a.csv"'}
            )
        return httpx.Response(status, content=b"" if answer is None else msgspec.json.encode(answer))

    def _answer(self, asked: Asked) -> tuple[int, Any]:  # noqa: PLR0911  # one answer each, read from top to bottom
        found = self.answers.get((asked.method, asked.service, asked.path))
        if found is not None:
            return found(asked)
        secret = asked.headers.get("authorization", "").removeprefix("Session ")
        match (asked.method, asked.path):
            case ("POST", "/sign-in" | "/sign-in/passkey"):
                return self._signed_in(asked.body)
            case ("POST", "/session/token"):
                if secret in self.refused:
                    return 401, self.refused[secret]
                return (200, self._token(self.sessions[secret])) if secret in self.sessions else (401, ENDED)
            case ("POST", "/session/unlock"):
                self.refused.pop(secret, None)
                return 200, self._token(self.sessions[secret])
            case ("DELETE", "/session"):
                self.sessions.pop(secret, None)
                return 204, None
            case _:
                return 404, NOT_FOUND

    def _signed_in(self, body: Mapping[str, Any]) -> tuple[int, Any]:
        who = self.people.get(body.get("sign_in_name", "passkey"))
        if who is None or body.get("credential") == {} or body.get("passphrase", "right") != "right":
            return 401, WRONG
        secret = secrets.token_urlsafe(32)
        self.sessions[secret] = who
        return 200, self._token(who) | {"session": secret}

    def _token(self, who: Person) -> dict[str, Any]:
        now = self._now()
        until = now + timedelta(minutes=1)
        claims = {
            "sub": str(who.account),
            "agency": who.agency,
            "roles": list(who.roles),
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
            "aud": AUDIENCE,
        }
        return {
            "token": jwt.encode(claims, self._key, algorithm=ALGORITHM),
            "token_expires_at": until.isoformat(),
            "session_ends_at": (now + timedelta(hours=12)).isoformat(),
        }


class Browser:
    """Somebody's browser: it keeps cookies, follows nothing by itself, and says where a form came from."""

    def __init__(self, console: "Console", http: httpx.AsyncClient) -> None:
        self.console = console
        self.http = http

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def form_token(self, page: str = "/sign-in") -> str:
        """As a page holds it."""
        found = FORM_TOKEN.search((await self.http.get(page)).text)
        assert found, f"{page} has no form"
        return found[1]

    async def post(self, path: str, fields: Mapping[str, str], *, token: str | None = None) -> httpx.Response:
        """A form of this session's own, unless another token is given."""
        if token is None:
            token = self.console.door.form_token(self.secret)
        return await self.http.post(path, data={"form_token": token, **fields}, headers=OURS)

    async def sign_in(self, name: str = "coordinator@example.org", **more: str) -> httpx.Response:
        fields = {"sign_in_name": name, "passphrase": "right", "code": "123456"} | more
        return await self.post("/sign-in", fields)

    @property
    def secret(self) -> str:
        """What the cookie holds."""
        return self.http.cookies.get(self.console.door.cookie_name) or ""


class Console:
    """The running console."""

    def __init__(self, app: Litestar, others: Others, time: HandTurnedTime, settings: ProcessSettings) -> None:
        self.app = app
        self.others = others
        self.time = time
        self.settings = settings
        self.door = Door(settings.origin, Digester(settings.secrets / "digest.key"))

    def begin_anew(self) -> None:
        """As it was when it started."""
        self.others.forget()
        self.time.turn(NOW - self.time.now())

    @asynccontextmanager
    async def browser(self, host: str = "", address: str = "127.0.0.1") -> AsyncIterator[Browser]:
        asgi: Any = self.app  # both speak ASGI; only the spelling of their types differs
        transport = httpx.ASGITransport(app=asgi, raise_app_exceptions=False, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=host or self.settings.origin) as http:
            yield Browser(self, http)


@asynccontextmanager
async def running(
    folder: Path, nats_server: Nats, *, origin: str = ORIGIN, kind: str = "demonstration"
) -> AsyncIterator[Console]:
    """Started and ended in order."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "verify-key.pem").write_bytes(public)
    (folder / "nats.seed").write_text(nats_server.seeds["console"])
    (folder / "digest.key").write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    time = HandTurnedTime(folder / "time.json", NOW)
    settings = ProcessSettings(
        service="console",
        http_host="127.0.0.1",
        http_port=0,
        origin=origin,
        nats=NatsSettings(nats_server.url, folder / "nats.seed"),
        data_kind="demonstration" if kind == "demonstration" else "real",
        secrets=folder,
        verify_key_file=folder / "verify-key.pem",
        peers={each.name: f"http://{each.name}" for each in SERVICES},
        time_file=folder / "time.json" if kind == "demonstration" else None,
    )
    others = Others(key, time.now if kind == "demonstration" else lambda: datetime.now(UTC))
    server = await nats.connect(nats_server.url, nkeys_seed_str=nats_server.admin_seed)
    try:
        await make_streams(server, [each.name for each in SERVICES], LISTENERS)
        app = application(settings, PAGES, others)
        async with lifespan_in_a_task(app):
            yield Console(app, others, time, settings)
    finally:
        await server.close()


def a_case(others: Others, tip: UUID | None = None, **more: Any) -> UUID:
    """A case of which the services tell a little."""
    tip = tip or uuid4()
    team = {
        "reference": str(UUID(int=5)),
        "version": 4,
        "phase": "open",
        "county": "Hinds",
        "received_at": (NOW - timedelta(hours=20)).isoformat(),
        "due_at": (NOW + timedelta(hours=4)).isoformat(),
        "formed_at": None,
        "late": False,
        "seats": {
            seat: {"filled": False, "asked": False, "proposed": None, "held_by": None, "lapsed": False}
            for seat in ("cps_investigator", "trafficking_investigator", "victim_advocate")
        },
        "empty_seats": ["cps_investigator", "trafficking_investigator", "victim_advocate"],
        "contact": {"duty_open": True, "made_at": None, "attempts_recorded": 0, "steps_planned": 0},
        "contact_version": 1,
    } | more
    others.say("GET", "rapid_assessment", f"/teams/of-tip/{tip}", team)
    others.say("GET", "rapid_assessment", f"/teams/{team['reference']}/history", [])
    others.say("GET", "rapid_assessment", "/notices", [])
    others.say("GET", "rapid_assessment", "/on-call", [])
    return tip

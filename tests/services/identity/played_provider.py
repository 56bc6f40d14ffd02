"""A provider that says whatever a test has it say, over real HTTP: what no real one can be brought to do."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry

from services.identity.provider.client import Asked
from services.identity.provider.configuration import ProviderFile, SecondFactor

CLIENT = "muster"
SECRET = "an invented client's s:cret+"  # noqa: S105, RUF100 - of no client anywhere
ASKED = Asked(state="example-state", nonce="example-nonce", verifier="v" * 43)
REDIRECT = "http://localhost:8101/sign-in/provider"


@dataclass
class PlayedProvider:
    """`claims` replace those of a good ID token, None leaves one out; `answers` replace whole answers by path."""

    address: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    served_keys: KeySet | None = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    slow: float = 0.0
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)

    def file(self, folder: Path, **more: Any) -> ProviderFile:
        """As it is configured here."""
        secret = folder / "client.secret"
        secret.write_text(SECRET)
        return ProviderFile(
            "MDCPS", self.address, CLIENT, secret, second_factor=SecondFactor(("mfa",), ("gold",)), **more
        )

    def id_token(self) -> str:
        now = int(time.time())
        good = {
            "iss": self.address,
            "sub": "subject-1",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": ASKED.nonce,
            "email": "one@cps.example",
            "email_verified": True,
        }
        claims = {name: value for name, value in (good | self.claims).items() if value is not None}
        every = JWSRegistry(algorithms=list(JWSRegistry.algorithms))
        return jwt.encode(self.header, claims, self.key, registry=every)

    def answer(self, path: str) -> tuple[int, bytes]:
        if path in self.answers:
            return self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                found: Any = {
                    "issuer": self.address,
                    "authorization_endpoint": f"{self.address}/authorize?tenant=one",
                    "token_endpoint": f"{self.address}/token",
                    "jwks_uri": f"{self.address}/keys",
                } | self.metadata
            case "/keys":
                found = (self.served_keys or KeySet([self.key])).as_dict(private=False)
            case "/token":
                found = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.id_token()}
            case "/userinfo":
                found = {"sub": "subject-1"} | self.userinfo
            case _:
                return 404, b""
        return 200, json.dumps(found).encode()


@contextmanager
def played() -> Iterator[PlayedProvider]:
    """Listens until the test is over."""
    provider = PlayedProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(provider.slow)
            length = int(self.headers.get("Content-Length", "0"))
            body = parse_qs(self.rfile.read(length).decode())
            provider.asked.append((self.path, body, self.headers.get("Authorization", "")))
            status, answer = provider.answer(self.path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Tests need no second log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

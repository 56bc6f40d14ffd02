"""A real OpenID Connect provider, Canaille, running beside the tests; people sign in by its own pages."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from canaille import create_app
from canaille.backends import Backend
from canaille.core.endpoints.auth import email as canaille_email
from canaille.oidc import provider as canaille_provider
from joserfc.jwk import RSAKey
from pytest_iam import Server

from services.identity.provider.configuration import FOLDER
from tests.support.servers import free_ports

ORIGIN = "http://localhost:8101"
PASSWORD = "four plain example words"  # noqa: S105, RUF100 - of nobody


class RealProvider:
    """Its clients are agencies. `verified` are the e-mail addresses it vouches for, which Canaille itself does not."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.verified: set[str] = set()

    def client(self, agency: str) -> None:
        """Makes Muster known to it once more, for an agency."""
        with self.server.app.app_context():
            made = self.server.models.Client(
                client_id=f"muster-{agency}",
                client_secret=f"secret of {agency}",
                client_name="Muster",
                client_uri=ORIGIN,
                redirect_uris=[f"{ORIGIN}/sign-in/provider"],
                grant_types=["authorization_code"],
                response_types=["code"],
                scope=["openid", "email", "profile"],
                token_endpoint_auth_method="client_secret_basic",
            )
            self.server.backend.save(made)
            made.audience = [made]
            self.server.backend.save(made)

    def file(self, agency: str, **more: Any) -> dict[str, Any]:
        """What the house is told of it."""
        return provider_file(agency, self.server.url.rstrip("/"), f"muster-{agency}", **more)

    def person(self, email: str, *, verified: bool = True) -> str:
        """Somebody new there, by their name."""
        name = f"user-{uuid4().hex[:8]}"
        self.server.random_user(user_name=name, emails=[email], password=PASSWORD, display_name=f"shown-{name}")
        if verified:
            self.verified.add(email)
        return name

    def change_email(self, name: str, email: str) -> None:
        """As its administrator would."""
        with self.server.app.app_context():
            user = self.server.backend.get(self.server.models.User, user_name=name)
            self.server.backend.update(user, emails=[email])
            self.server.backend.save(user)
        self.verified.add(email)

    def rotate_keys(self) -> None:
        """Signs with a new key from now on, and shows the old no more."""
        self.server.app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [a_key()]

    async def come_back(self, address: str, name: str, *, second_factor: bool = False) -> dict[str, str]:
        """Types into the provider's pages; what it sends the browser back to us with."""
        factors = ["password", *(["email"] if second_factor else [])]
        self.server.app.config["CANAILLE"]["AUTHENTICATION_FACTORS"] = factors
        async with httpx.AsyncClient(trust_env=False) as browser:
            page = await self._followed(browser, await browser.get(address))
            page = await self._followed(browser, await browser.post(page.url, data={"login": name}))
            page = await self._followed(browser, await browser.post(page.url, data={"password": PASSWORD}))
            if second_factor:
                page = await self._followed(browser, await browser.post(page.url, data={"otp": self._mailed(name)}))
        parts = urlsplit(page.headers.get("location", ""))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ORIGIN}/sign-in/provider", page.text
        return {key: value for key, (value,) in parse_qs(parts.query).items()}

    def _mailed(self, name: str) -> str:
        with self.server.app.app_context():
            return str(self.server.backend.get(self.server.models.User, user_name=name).one_time_password)

    async def _followed(self, browser: httpx.AsyncClient, page: httpx.Response) -> httpx.Response:
        """To the next page of the provider's, or to where it sends people away."""
        while page.is_redirect:
            onward = page.url.join(page.headers["location"])
            if str(onward).startswith(ORIGIN):
                break
            page = await browser.get(onward)
        return page


def provider_file(agency: str, issuer: str, client: str, **more: Any) -> dict[str, Any]:
    return {"agency": agency, "issuer": issuer, "client_id": client, "client_secret_file": f"{agency}.secret"} | more


def configure(secrets: Path, *files: dict[str, Any]) -> None:
    """Writes providers' files, and the clients' secrets beside them, into a service's secrets."""
    folder = secrets / FOLDER
    folder.mkdir(mode=0o700)
    for each in files:
        (folder / f"{each['agency']}.json").write_text(json.dumps(each))
        secret = folder / each["client_secret_file"]
        secret.touch(0o600)
        secret.write_text(f"secret of {each['agency']}")


def a_key() -> Mapping[str, object]:
    """For the provider to sign with."""
    return RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    """Listens on loopback until the tests are over."""
    (port,) = free_ports(1)
    before = os.environ.get("AUTHLIB_INSECURE_TRANSPORT")
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    app = create_app(
        config={
            "TESTING": True,
            "ENV_FILE": None,
            "SECRET_KEY": uuid4().hex,
            "WTF_CSRF_ENABLED": False,
            "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"localhost:{port}",
            "CANAILLE": {
                "DATABASE": "memory",
                "JAVASCRIPT": False,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [a_key()]},
        }
    )
    backend = Backend.instance
    query = backend.do_query

    def query_all(model: Any, *given: Any, **wanted: Any) -> list[Any]:
        """Canaille's store in memory answers what fits any of the wishes, where its databases answer what fits all."""
        found = query(model, *given, **wanted)
        if "code" not in wanted:
            return list(found)
        return [each for each in found if each.code == wanted["code"] and each.client.id == wanted["client"].id]

    backend.do_query = query_all
    server = Server(app, port, backend)
    provider = RealProvider(server)
    claims_of = canaille_provider.generate_user_claims

    def claims_with_vouching(user: Any, *given: Any) -> dict[str, Any]:
        claims: dict[str, Any] = claims_of(user, *given)
        return claims | {"email_verified": claims.get("email") in provider.verified}

    canaille_provider.generate_user_claims = claims_with_vouching
    send = canaille_email.send_one_time_password_mail
    # No mail leaves this machine; what would stand in it is looked up.
    canaille_email.send_one_time_password_mail = lambda address, code: True
    thread = threading.Thread(target=server.httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        canaille_provider.generate_user_claims = claims_of
        canaille_email.send_one_time_password_mail = send
        server.httpd.shutdown()
        thread.join()
        server.httpd.server_close()
        if before is None:
            del os.environ["AUTHLIB_INSECURE_TRANSPORT"]
        else:
            os.environ["AUTHLIB_INSECURE_TRANSPORT"] = before

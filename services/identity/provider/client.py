"""One agency's OpenID Connect provider, asked by the authorization code flow with PKCE (RFC 7636).

What comes back is believed after its ID token was checked: by the provider's keys, for us, for this sign-in, and fresh,
by the machine's own clock.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar
from urllib.parse import quote

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from services.identity.provider.configuration import ProviderFile, SecondFactor, is_here, is_safe
from services.identity.provider.decisions import Failure

ANSWERS_WITHIN_SECONDS = 5.0
KEPT_SECONDS = 3600.0
LEEWAY = timedelta(seconds=60)
SIGNED_IN_WITHIN = timedelta(hours=12)
"""C79: after twelve hours people sign in again, at their provider too (NIST SP 800-53 IA-11)."""

# With the provider's own key pairs only: a secret we share with it, or no signature at all, proves nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

T = TypeVar("T")

log = logging.getLogger(__name__)


class ProviderUnavailable(Exception):
    """It does not answer, or not as a provider does. Nothing is decided about whoever comes from it."""


class NotBelieved(Exception):
    """What came does not show who somebody is."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


class Asked(NamedTuple):
    """What one sign-in is known by: `state` and `nonce` go with the person, `verifier` from us to the provider only."""

    state: str
    nonce: str
    verifier: str


class Identity(NamedTuple):
    """Who came: `subject` is the provider's own word for them, `person` the one administrators use, if it was told.

    `email` is empty unless the provider has verified it. `second_factor` says whether it asked for one.
    """

    subject: str
    person: str
    email: str
    second_factor: bool


class Provider:
    """`redirect` is the address the provider sends people back to; `machine` tells the machine's own time."""

    def __init__(self, file: ProviderFile, redirect: str, machine: Callable[[], datetime]) -> None:
        self.agency = file.agency
        self.issuer = file.issuer
        self._file = file
        self._redirect = redirect
        self._machine = machine
        self._trust = file.trust()
        self._metadata = Kept(self._fetch_metadata)
        self._keys = Kept(self._fetch_keys)

    async def address(self, asked: Asked) -> str:
        """Where the person signs in. Raises `ProviderUnavailable`."""
        # Here, since few houses have a provider to ask, and each would start with the whole library.
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415

        metadata = await self._metadata.get()
        parameters = {
            "response_type": "code",
            "client_id": self._file.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid email" if self._file.person in {"sub", "email"} else "openid email profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier),
            "code_challenge_method": "S256",
            "max_age": str(int(SIGNED_IN_WITHIN.total_seconds())),
        }
        if self._file.second_factor.acr:
            parameters["acr_values"] = " ".join(self._file.second_factor.acr)
        return str(httpx.URL(metadata["authorization_endpoint"]).copy_merge_params(parameters))

    async def identify(self, code: str, asked: Asked, issuer: str) -> Identity:
        """Who came back with `code`; `issuer` is the one the answer named, empty when it named none.

        Raises `NotBelieved`, `ProviderUnavailable`.
        """
        metadata = await self._metadata.get()
        named = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.issuer and (issuer or named):
            # RFC 9207: a code of another provider, led here to be handed to this one.
            raise NotBelieved(Failure.ISSUER)
        tokens = await self._tokens(metadata, code, asked)
        claims = await self._claims(tokens, asked.nonce)
        told = await self._more(metadata, tokens, claims)
        email = told.get("email") if told.get("email_verified") is True else ""
        return Identity(
            subject=claims["sub"],
            person=_text(told.get(self._file.person)),
            email=_text(email),
            second_factor=_attested(claims, self._file.second_factor),
        )

    async def _tokens(self, metadata: Mapping[str, Any], code: str, asked: Asked) -> Mapping[str, Any]:
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": asked.verifier,
        }
        try:
            name, secret = self._file.client_id, self._file.client_secret()
        except OSError as error:
            self._unavailable("client_secret_file", type(error).__name__)
        by = metadata.get("token_endpoint_auth_methods_supported")
        if not isinstance(by, list) or "client_secret_basic" in by:
            # Each is written as in a form first (RFC 6749, 2.3.1).
            basic = httpx.BasicAuth(quote(name, safe=""), quote(secret, safe=""))
            answer = await self._ask("POST", metadata["token_endpoint"], data=body, auth=basic)
        else:
            body |= {"client_id": name, "client_secret": secret}
            answer = await self._ask("POST", metadata["token_endpoint"], data=body)
        found = _object(answer)
        if answer.status_code == httpx.codes.BAD_REQUEST and found.get("error") == "invalid_grant":
            raise NotBelieved(Failure.CODE)
        if not answer.is_success:
            self._unavailable("token_endpoint", str(answer.status_code))
        return found

    async def _claims(self, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """Of the ID token, once it is believed."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415  # as in `address`

        now = self._machine()
        try:
            token = await self._opened(_text(tokens.get("id_token")))
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._file.client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._file.client_id,
                    "access_token": tokens.get("access_token"),
                    "max_age": SIGNED_IN_WITHIN.total_seconds(),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=int(LEEWAY.total_seconds()))
            fresh = claims["auth_time"] >= (now - SIGNED_IN_WITHIN - LEEWAY).timestamp()
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log.info("ID token not believed", extra={"agency": self.agency, "why": type(error).__name__})
            raise NotBelieved(Failure.ID_TOKEN) from error
        if not fresh or not _text(claims["sub"]):
            raise NotBelieved(Failure.ID_TOKEN)
        return dict(claims)

    async def _opened(self, id_token: str) -> jwt.Token:
        """Signed by one of the provider's keys; they are asked for anew when it is none of those we know."""
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(id_token, await self._keys.get(), registry=registry)
        except InvalidKeyIdError:
            self._keys.forget()
            return jwt.decode(id_token, await self._keys.get(), registry=registry)

    async def _more(
        self, metadata: Mapping[str, Any], tokens: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Many a provider says a person's e-mail only when it is asked for who they are (OpenID Connect Core, 5.4)."""
        address = metadata.get("userinfo_endpoint")
        if address is None or ("email" in claims and self._file.person in claims):
            return claims
        bearer = {"Authorization": f"Bearer {_text(tokens.get('access_token'))}"}
        answer = await self._ask("GET", address, headers=bearer)
        if not answer.is_success:
            self._unavailable("userinfo_endpoint", str(answer.status_code))
        told = _object(answer)
        if told.get("sub") != claims["sub"]:
            raise NotBelieved(Failure.ID_TOKEN)
        return {**told, **claims}

    async def _fetch_metadata(self) -> Mapping[str, Any]:
        answer = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        found = _object(answer) if answer.is_success else {}
        if found.get("issuer") != self.issuer:
            self._unavailable("issuer", str(answer.status_code))
        wanted = [*ENDPOINTS, *(["userinfo_endpoint"] if "userinfo_endpoint" in found else [])]
        for endpoint in wanted:
            if not is_safe(_text(found.get(endpoint))):
                self._unavailable(endpoint, "missing or without TLS")
        return found

    async def _fetch_keys(self) -> KeySet:
        answer = await self._ask("GET", (await self._metadata.get())["jwks_uri"])
        try:
            found: Any = _object(answer)
            return KeySet.import_key_set(found)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            self._unavailable("jwks_uri", type(error).__name__)

    async def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        try:
            async with (
                asyncio.timeout(ANSWERS_WITHIN_SECONDS),
                httpx.AsyncClient(
                    verify=self._trust,
                    timeout=ANSWERS_WITHIN_SECONDS,
                    headers={"Accept": "application/json"},
                    # Agencies may let nothing out but through their proxy; to this machine itself there is none.
                    trust_env=not is_here(httpx.URL(address).host),
                ) as client,
            ):
                return await client.request(method, address, **more)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            self._unavailable("address", type(error).__name__)

    def _unavailable(self, what: str, why: str) -> NoReturn:
        log.warning("provider not available", extra={"agency": self.agency, "part": what, "why": why})
        self._metadata.forget()
        raise ProviderUnavailable


class Kept(Generic[T]):
    """What is asked for once in an hour, as long as nobody says to forget it."""

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._found: T | None = None
        self._until = 0.0

    async def get(self) -> T:
        """Raises what fetching it raises."""
        if self._found is None or time.monotonic() > self._until:
            self._found = await self._fetch()
            self._until = time.monotonic() + KEPT_SECONDS
        return self._found

    def forget(self) -> None:
        """It is asked for again when it is next wanted."""
        self._found = None


def _attested(claims: Mapping[str, Any], second_factor: SecondFactor) -> bool:
    said = claims.get("amr")
    return claims.get("acr") in second_factor.acr or bool(
        isinstance(said, list) and any(word in second_factor.amr for word in said)
    )


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    """What was said in JSON; nothing where it was no object."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

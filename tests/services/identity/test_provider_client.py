"""What is believed of what a provider says, and what never: against one that says whatever it is told to."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from joserfc.jwk import ECKey, KeySet

from services.identity.provider import client
from services.identity.provider.client import (
    SIGNED_IN_WITHIN,
    Identity,
    NotBelieved,
    Provider,
    ProviderUnavailable,
)
from services.identity.provider.decisions import Failure
from tests.services.identity.played_provider import ASKED, CLIENT, REDIRECT, SECRET, PlayedProvider, played


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlayedProvider]:
    # A slow machine is no provider that is down.
    monkeypatch.setattr(client, "ANSWERS_WITHIN_SECONDS", 60.0)
    with played() as playing:
        yield playing


def ours(provider: PlayedProvider, folder: Path, at: datetime | None = None, **more: Any) -> Provider:
    return Provider(provider.file(folder, **more), REDIRECT, lambda: at or datetime.now(UTC))


async def doubt(provider: Provider, issuer: str = "") -> Failure:
    with pytest.raises(NotBelieved) as error:
        await provider.identify("a-code", ASKED, issuer)
    return error.value.failure


async def test_the_address_asks_for_a_code_bound_to_us_and_to_this_sign_in(
    provider: PlayedProvider, tmp_path: Path
) -> None:
    address = urlsplit(await ours(provider, tmp_path).address(ASKED))
    assert f"http://{address.netloc}{address.path}" == f"{provider.address}/authorize"
    assert {name: value for name, (value,) in parse_qs(address.query).items()} == {
        "tenant": "one",
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": "openid email",
        "state": ASKED.state,
        "nonce": ASKED.nonce,
        # By RFC 7636, appendix A, of a verifier of 43 times v.
        "code_challenge": "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM",
        "code_challenge_method": "S256",
        "max_age": "43200",
        "acr_values": "gold",
    }


async def test_whom_a_good_answer_names_is_believed(provider: PlayedProvider, tmp_path: Path) -> None:
    found = await ours(provider, tmp_path, person="email").identify("a-code", ASKED, provider.address)
    assert found == Identity("subject-1", "one@cps.example", "one@cps.example", second_factor=False)
    path, body, authorization = next(each for each in provider.asked if each[0] == "/token")
    assert path == "/token"
    assert body == {
        "grant_type": ["authorization_code"],
        "code": ["a-code"],
        "redirect_uri": [REDIRECT],
        "code_verifier": [ASKED.verifier],
    }
    name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    assert (name, secret) == (CLIENT, quote(SECRET, safe=""))


async def test_a_provider_that_takes_the_secret_in_the_body_only_is_given_it_there(
    provider: PlayedProvider, tmp_path: Path
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await ours(provider, tmp_path).identify("a-code", ASKED, "")
    _, body, authorization = next(each for each in provider.asked if each[0] == "/token")
    assert (body["client_id"], body["client_secret"], authorization) == ([CLIENT], [SECRET], "")


@pytest.mark.parametrize(
    ("claims", "attested"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "gold"}, True),
        ({"amr": ["pwd"]}, False),
        ({"acr": "silver"}, False),
        ({"acr": ""}, False),
        ({}, False),
    ],
)
async def test_a_second_factor_counts_only_where_the_provider_says_the_word(
    provider: PlayedProvider, tmp_path: Path, claims: dict[str, Any], attested: bool
) -> None:
    provider.claims = claims
    assert (await ours(provider, tmp_path).identify("a-code", ASKED, "")).second_factor == attested


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
async def test_an_e_mail_the_provider_has_not_verified_is_none(
    provider: PlayedProvider, tmp_path: Path, verified: object
) -> None:
    provider.claims = {"email_verified": verified}
    assert (await ours(provider, tmp_path).identify("a-code", ASKED, "")).email == ""


NOW = time.time()


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"exp": int(NOW) - 120},
        {"exp": None},
        {"exp": "never"},
        {"iat": int(NOW) + 3600},
        {"nbf": int(NOW) + 3600},
        {"nonce": "another-nonce"},
        {"nonce": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"auth_time": None},
        {"auth_time": "yesterday"},
        {"auth_time": int(NOW - SIGNED_IN_WITHIN.total_seconds()) - 120},
        {"amr": "mfa"},
    ],
)
async def test_an_id_token_that_is_not_for_us_here_and_now_is_not_believed(
    provider: PlayedProvider, tmp_path: Path, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert await doubt(ours(provider, tmp_path)) == Failure.ID_TOKEN


async def test_clocks_may_be_a_minute_apart_and_no_more(provider: PlayedProvider, tmp_path: Path) -> None:
    provider.claims = {"exp": int(time.time()) + 10}
    now = datetime.now(UTC)
    await ours(provider, tmp_path, now + timedelta(seconds=60)).identify("a-code", ASKED, "")
    assert await doubt(ours(provider, tmp_path, now + timedelta(seconds=80))) == Failure.ID_TOKEN


async def test_no_signature_and_no_shared_secret_proves_anything(provider: PlayedProvider, tmp_path: Path) -> None:
    provider.served_keys = KeySet([provider.key])
    unsigned = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, {"iss": provider.address, "sub": "subject-1", "aud": CLIENT})
    )
    for token in (f"{unsigned}.", "", "x", "a.b.c", "{}"):
        provider.answers["/token"] = (200, json.dumps({"access_token": "a", "id_token": token}).encode())
        assert await doubt(ours(provider, tmp_path)) == Failure.ID_TOKEN
    del provider.answers["/token"]
    provider.answers["/token"] = (200, json.dumps({"access_token": "a", "id_token": _shared(provider)}).encode())
    assert await doubt(ours(provider, tmp_path)) == Failure.ID_TOKEN
    del provider.answers["/token"]
    provider.key = ECKey.generate_key("P-256", {"kid": "one"})
    assert await doubt(ours(provider, tmp_path)) == Failure.ID_TOKEN


def _shared(provider: PlayedProvider) -> str:
    """Signed with the public key, which everybody has, as if it were a secret we share."""
    header = base64.urlsafe_b64encode(b'{"alg": "HS256", "kid": "one"}').rstrip(b"=")
    signed = header + b"." + provider.id_token().split(".")[1].encode()
    mac = hmac.new(provider.key.as_pem(private=False), signed, "sha256").digest()
    return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


async def test_a_new_key_is_asked_for_once_and_an_unknown_one_is_not_believed(
    provider: PlayedProvider, tmp_path: Path
) -> None:
    asking = ours(provider, tmp_path)
    await asking.identify("a-code", ASKED, "")
    await asking.identify("a-code", ASKED, "")
    assert _asked_for(provider, "/keys") == 1
    provider.key, provider.header = ECKey.generate_key("P-256", {"kid": "two"}), {"alg": "ES256", "kid": "two"}
    await asking.identify("a-code", ASKED, "")
    assert _asked_for(provider, "/keys") == 2
    provider.served_keys, provider.header = KeySet([provider.key]), {"alg": "ES256", "kid": "three"}
    assert await doubt(asking) == Failure.ID_TOKEN
    assert _asked_for(provider, "/keys") == 3


async def test_a_code_the_provider_refuses_is_not_believed(provider: PlayedProvider, tmp_path: Path) -> None:
    provider.answers["/token"] = (400, b'{"error": "invalid_grant"}')
    assert await doubt(ours(provider, tmp_path)) == Failure.CODE


async def test_a_code_of_another_provider_is_not_handed_to_this_one(provider: PlayedProvider, tmp_path: Path) -> None:
    asking = ours(provider, tmp_path)
    assert await doubt(asking, "https://elsewhere.example") == Failure.ISSUER
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert await doubt(ours(provider, tmp_path)) == Failure.ISSUER
    assert _asked_for(provider, "/token") == 0


async def test_what_the_id_token_does_not_say_is_asked_for(provider: PlayedProvider, tmp_path: Path) -> None:
    provider.metadata = {"userinfo_endpoint": f"{provider.address}/userinfo"}
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"email": "one@cps.example", "email_verified": True, "preferred_username": "one"}
    asking = ours(provider, tmp_path, person="preferred_username")
    assert "profile" in await asking.address(ASKED)
    found = await asking.identify("a-code", ASKED, "")
    assert (found.person, found.email) == ("one", "one@cps.example")
    assert provider.asked[-1][2] == "Bearer an-access-token"
    provider.userinfo = {"sub": "subject-2"}
    assert await doubt(asking) == Failure.ID_TOKEN


DOWN: dict[str, tuple[str, tuple[int, bytes]]] = {
    "no metadata": ("/.well-known/openid-configuration", (404, b"")),
    "metadata of a portal": ("/.well-known/openid-configuration", (200, b"<html>Sign in to the network</html>")),
    "metadata of nothing": ("/.well-known/openid-configuration", (200, b"[]")),
    "metadata led elsewhere": ("/.well-known/openid-configuration", (302, b"")),
    "tokens at fault": ("/token", (500, b"")),
    "tokens refused to us": ("/token", (401, b'{"error": "invalid_client"}')),
    "too many": ("/token", (429, b"")),
    "keys at fault": ("/keys", (503, b"")),
    "keys of nothing": ("/keys", (200, b'{"keys": []}')),
    "keys no keys": ("/keys", (200, b'{"keys": "none"}')),
    "keys of no form": ("/keys", (200, b'{"keys": [{"kty": "RSA"}]}')),
}


@pytest.mark.parametrize("what", sorted(DOWN))
async def test_a_provider_that_does_not_answer_as_one_is_not_there(
    provider: PlayedProvider, tmp_path: Path, what: str
) -> None:
    path, answer = DOWN[what]
    asking = ours(provider, tmp_path)
    provider.answers[path] = answer
    with pytest.raises(ProviderUnavailable):
        await asking.identify("a-code", ASKED, "")
    del provider.answers[path]
    assert (await asking.identify("a-code", ASKED, "")).subject == "subject-1", "it is asked again"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": "http://login.example/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "ftp://login.example"},
        {"token_endpoint": None},
        {"jwks_uri": "https://"},
    ],
)
async def test_an_address_without_tls_elsewhere_is_never_asked(
    provider: PlayedProvider, tmp_path: Path, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    with pytest.raises(ProviderUnavailable):
        await ours(provider, tmp_path).address(ASKED)


async def test_a_slow_provider_is_given_up(
    provider: PlayedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWERS_WITHIN_SECONDS", 0.1)
    provider.slow = 0.3
    with pytest.raises(ProviderUnavailable):
        await ours(provider, tmp_path).address(ASKED)


async def test_what_it_says_stands_in_no_log_line(
    provider: PlayedProvider, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    provider.claims = {"nonce": "planted-nonce", "email": "planted@cps.example"}
    await doubt(ours(provider, tmp_path))
    provider.answers["/token"] = (500, b'{"error": "planted"}')
    with pytest.raises(ProviderUnavailable):
        await ours(provider, tmp_path).identify("planted-code", ASKED, "")
    own = [record.__dict__ for record in caplog.records if record.name.startswith("services.")]
    assert own
    assert "planted" not in str(own)


def _asked_for(provider: PlayedProvider, path: str) -> int:
    return sum(1 for each in provider.asked if each[0] == path)

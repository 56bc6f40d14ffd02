"""Passkeys are made and used on this site, by a person the device has verified, once for each challenge."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from itertools import product
from typing import Any

import pytest
import webauthn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from webauthn.helpers import encode_cbor

from deploy.demo.authenticator import PRESENT_AND_VERIFIED, WITH_KEY, Authenticator
from services.identity.sign_in.passkey import Passkey, PasskeyCopied, PasskeyNotValid, Passkeys
from tests.services.identity.given import ACCOUNT

ORIGIN = "https://muster.example.org:8443"
SITE = "muster.example.org"
LABEL = "zqx@example.org"
CHALLENGE = b"c" * 32
PRESENT, VERIFIED = 0b001, 0b100

PASSKEYS = Passkeys(ORIGIN)

Signer = Callable[[bytes], bytes]


class Device(Authenticator):
    """One whose every word can be bent: what is given here is said in place of the truth, and signed."""

    def __init__(self, origin: str = ORIGIN) -> None:
        super().__init__(origin)
        self.said: dict[str, Any] = {}
        self.flags: int | None = None
        self.site: str | None = None
        self.count: int | None = None

    def _client_data(self, type_: str, options: Any) -> bytes:
        return json.dumps(json.loads(super()._client_data(type_, options)) | self.said).encode()

    def _authenticator_data(self, site: str, flags: int) -> bytes:
        bent = flags if self.flags is None else (flags & WITH_KEY) | self.flags
        self._count = self._count if self.count is None else self.count
        return super()._authenticator_data(self.site or site, bent)


def made(device: Device) -> Passkey:
    options = PASSKEYS.creation_options(ACCOUNT, LABEL, [], CHALLENGE)
    return PASSKEYS.created(CHALLENGE, device.create(options))


def signed(device: Device, challenge: bytes = CHALLENGE) -> dict[str, Any]:
    return device.sign(PASSKEYS.request_options(challenge))


def test_a_passkey_made_here_signs_in_here() -> None:
    device = Device()
    passkey = made(device)
    credential = signed(device)

    claim = PASSKEYS.claim(credential)
    assert (claim.account, claim.id) == (ACCOUNT, passkey.id)
    assert (passkey.sign_count, PASSKEYS.used(passkey, CHALLENGE, credential)) == (0, 1)


def test_the_options_ask_for_a_verified_person_and_a_passkey_that_is_found_without_a_name() -> None:
    options = PASSKEYS.creation_options(ACCOUNT, LABEL, [b"first", b"second"], CHALLENGE)

    assert options == {
        "rp": {"id": SITE, "name": "Muster"},
        "user": {"id": text(ACCOUNT.bytes), "name": LABEL, "displayName": LABEL},
        "challenge": text(CHALLENGE),
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in (-7, -8, -257)],
        "timeout": 300_000,
        "excludeCredentials": [{"id": text(each), "type": "public-key"} for each in (b"first", b"second")],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }
    assert PASSKEYS.request_options(CHALLENGE) == {
        "challenge": text(CHALLENGE),
        "timeout": 300_000,
        "rpId": SITE,
        "allowCredentials": [],
        "userVerification": "required",
    }


ELSEWHERE = [
    "https://muster.example.org",
    "http://muster.example.org:8443",
    "https://muster.example.org:8443/",
    "https://MUSTER.example.org:8443",
    "https://www.muster.example.org:8443",
    "https://muster.example.org:8443.example.net",
    "https://example.org:8443",
    "null",
    "",
]


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_on_another_site_it_neither_comes_about_nor_signs_in(origin: str) -> None:
    with pytest.raises(PasskeyNotValid):
        made(Device(origin))

    device = Device()
    passkey = made(device)
    device.said = {"origin": origin}
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, signed(device))


BENT: list[tuple[str, Callable[[Device], None]]] = [
    ("the device speaks for another site", lambda device: setattr(device, "site", "example.org")),
    ("nobody was there", lambda device: setattr(device, "flags", VERIFIED)),
    ("nobody was verified", lambda device: setattr(device, "flags", PRESENT)),
    ("neither", lambda device: setattr(device, "flags", 0)),
    ("in a frame of another site", lambda device: setattr(device, "said", {"crossOrigin": True})),
    ("for something else", lambda device: setattr(device, "said", {"type": "payment.get"})),
    ("another challenge", lambda device: setattr(device, "said", {"challenge": text(b"d" * 32)})),
    ("no challenge", lambda device: setattr(device, "said", {"challenge": ""})),
    ("part of the challenge", lambda device: setattr(device, "said", {"challenge": text(CHALLENGE[:-1])})),
]


@pytest.mark.parametrize("bend", [bend for _, bend in BENT], ids=[name for name, _ in BENT])
def test_what_the_device_or_the_browser_says_must_be_right(bend: Callable[[Device], None]) -> None:
    crooked = Device()
    bend(crooked)
    with pytest.raises(PasskeyNotValid):
        made(crooked)

    device = Device()
    passkey = made(device)
    bend(device)
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, signed(device))


def test_what_was_said_for_making_one_does_not_sign_in_and_the_other_way_round() -> None:
    device = Device()
    passkey = made(device)
    device.said = {"type": "webauthn.create"}
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, signed(device))

    device.said = {"type": "webauthn.get"}
    with pytest.raises(PasskeyNotValid):
        made(device)


def test_an_answer_to_an_earlier_challenge_is_none_to_this_one() -> None:
    device = Device()
    passkey = made(device)
    seen = signed(device, b"e" * 32)

    assert PASSKEYS.used(passkey, b"e" * 32, seen) == 1
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, seen)


def test_another_devices_signature_does_not_count_even_under_this_ones_name() -> None:
    device, other = Device(), Device()
    passkey, others = made(device), made(other)

    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, signed(other))
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, signed(other) | {"id": text(passkey.id), "rawId": text(passkey.id)})
    # Nor under its own key, if somebody looked the wrong one up.
    mixed = Passkey(passkey.id, others.public_key, 0)
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(mixed, CHALLENGE, signed(other))


@pytest.mark.parametrize("field", ["clientDataJSON", "authenticatorData", "signature"])
def test_with_any_bit_turned_it_does_not_count(field: str) -> None:
    credential = signed(DEVICE)
    content = content_of(credential["response"][field])

    for at, bit in product(range(len(content)), range(8)):
        turned = content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
        changed = credential | {"response": credential["response"] | {field: text(turned)}}
        with pytest.raises(PasskeyNotValid) as refused:
            PASSKEYS.used(PASSKEY, CHALLENGE, changed)
        assert refused.type is PasskeyNotValid  # never taken for a copied device either
    assert PASSKEYS.used(PASSKEY, CHALLENGE, credential)


@pytest.mark.parametrize(
    ("kept", "said", "copied"),
    [(0, 0, False), (0, 1, False), (4, 5, False), (4, 4000, False), (5, 5, True), (5, 4, True), (5, 0, True)],
)
def test_a_count_that_does_not_move_on_tells_of_a_copy_unless_the_device_never_counts(
    kept: int, said: int, copied: bool
) -> None:
    device = Device()
    passkey = made(device)
    device.count = said
    credential = signed(device)
    used = Passkey(passkey.id, passkey.public_key, kept)

    if copied:
        with pytest.raises(PasskeyCopied):
            PASSKEYS.used(used, CHALLENGE, credential)
    else:
        assert PASSKEYS.used(used, CHALLENGE, credential) == said


def _ed25519() -> tuple[dict[int, Any], Signer]:
    key = ed25519.Ed25519PrivateKey.generate()
    return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}, key.sign


def _rs256() -> tuple[dict[int, Any], Signer]:
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    cose = {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    return cose, lambda content: key.sign(content, padding.PKCS1v15(), SHA256())


def _es512() -> tuple[dict[int, Any], Signer]:
    key = ec.generate_private_key(ec.SECP521R1())
    numbers = key.public_key().public_numbers()
    cose = {1: 2, 3: -36, -1: 3, -2: numbers.x.to_bytes(66, "big"), -3: numbers.y.to_bytes(66, "big")}
    return cose, lambda content: key.sign(content, ec.ECDSA(SHA512()))


@pytest.mark.parametrize("algorithm", [_ed25519, _rs256])
def test_the_other_algorithms_asked_for_are_understood(
    algorithm: Callable[[], tuple[dict[int, Any], Signer]],
) -> None:
    cose, sign = algorithm()
    passkey = PASSKEYS.created(CHALLENGE, created_with(cose))
    assert PASSKEYS.used(passkey, CHALLENGE, used_with(passkey.id, sign)) == 7

    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(passkey, CHALLENGE, used_with(passkey.id, lambda content: sign(content + b".")))


BAD_KEYS: list[dict[int, Any]] = [
    _es512()[0],
    {1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32},  # not on the curve
    {1: 2, 3: -7, -1: 1, -2: b"\1" * 32},
    {1: 2, 3: -7, -1: 99, -2: b"\1" * 32, -3: b"\1" * 32},
    {1: 1, 3: -8, -1: 6, -2: b"short"},
    {1: 3, 3: -257, -1: b"\0", -2: b"\0"},
    {1: 9, 3: -7},
    {},
]


@pytest.mark.parametrize("cose", BAD_KEYS, ids=range(len(BAD_KEYS)))
def test_a_key_nothing_can_be_checked_with_is_refused_at_once(cose: dict[int, Any]) -> None:
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.created(CHALLENGE, created_with(cose))


def test_a_statement_of_a_device_of_some_kind_is_not_even_read_when_it_is_right() -> None:
    """FIDO U2F, section 4.3: the device's maker vouches for it. The library alone would take it."""
    key, maker = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    cose = {1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}
    said = hashlib.sha256(client_data_of("webauthn.create")).digest()
    vouched = b"\0" + hashlib.sha256(SITE.encode()).digest() + said + ID + point
    nobody = x509.Name([])
    certificate = (
        x509.CertificateBuilder(nobody, nobody, maker.public_key(), 1, datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001
        .sign(maker, SHA256())
        .public_bytes(Encoding.DER)
    )
    statement = {"x5c": [certificate], "sig": maker.sign(vouched, ec.ECDSA(SHA256()))}
    credential = created_with(cose, "fido-u2f", statement)
    webauthn.verify_registration_response(
        credential=credential, expected_challenge=CHALLENGE, expected_rp_id=SITE, expected_origin=ORIGIN
    )

    with pytest.raises(PasskeyNotValid):
        PASSKEYS.created(CHALLENGE, credential)


def test_a_statement_signed_by_the_key_itself_is_let_through_as_browsers_do() -> None:
    cose, sign = _ed25519()
    client_data = client_data_of("webauthn.create")
    data = data_with(cose)
    statement = {"alg": -8, "sig": sign(data + hashlib.sha256(client_data).digest())}

    assert PASSKEYS.created(CHALLENGE, created_with(cose, "packed", statement, data)).public_key
    statement["sig"] = sign(b"something else")
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.created(CHALLENGE, created_with(cose, "packed", statement, data))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ALL = ["id", "rawId", "type", "response", "clientDataJSON"]


@given(st.sampled_from([*ALL, "attestationObject"]), anything | st.just(...))
def test_whatever_is_sent_for_a_new_passkey_is_refused_and_nothing_else_happens(place: str, put: object) -> None:
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.created(CHALLENGE, with_(new_credential(), place, put))


@given(st.sampled_from([*ALL, "authenticatorData", "signature"]), anything | st.just(...))
def test_whatever_is_sent_for_signing_in_is_refused_and_nothing_else_happens(place: str, put: object) -> None:
    with pytest.raises(PasskeyNotValid):
        PASSKEYS.used(PASSKEY, CHALLENGE, with_(signed(DEVICE), place, put))


@given(st.binary(max_size=300))
def test_whatever_bytes_are_sent_for_a_new_passkey_are_refused(content: bytes) -> None:
    credential = new_credential()
    credential["response"]["attestationObject"] = text(content)

    with pytest.raises(PasskeyNotValid):
        PASSKEYS.created(CHALLENGE, credential)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_new_passkey_with_a_byte_changed_is_refused_or_another_nobody_can_use(at: int, bits: int) -> None:
    credential = new_credential()
    content = bytearray(content_of(credential["response"]["attestationObject"]))
    content[at % len(content)] ^= bits
    credential["response"]["attestationObject"] = text(bytes(content))

    try:
        passkey = PASSKEYS.created(CHALLENGE, credential)
    except PasskeyNotValid:
        return
    if (passkey.id, passkey.public_key) != (PASSKEY.id, PASSKEY.public_key):
        with pytest.raises(PasskeyNotValid):
            PASSKEYS.used(passkey, CHALLENGE, signed(DEVICE))


@pytest.mark.parametrize("handle", [None, 1, "", "!", "A" * 21, "A" * 24, "\u00e4"])
def test_who_names_no_account_claims_nothing(handle: object) -> None:
    credential = signed(DEVICE)
    credential["response"]["userHandle"] = handle

    with pytest.raises(PasskeyNotValid):
        PASSKEYS.claim(credential)


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def content_of(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


def new_credential() -> dict[str, Any]:
    return DEVICE.create(PASSKEYS.creation_options(ACCOUNT, LABEL, [], CHALLENGE))


def with_(credential: dict[str, Any], place: str, put: object) -> dict[str, Any]:
    """With something else in one place, or nothing there at all (`...`)."""
    changed = credential if place in credential else credential["response"]
    if put is ...:
        del changed[place]
    else:
        changed[place] = put
    return credential


def client_data_of(type_: str) -> bytes:
    return json.dumps({"type": type_, "challenge": text(CHALLENGE), "origin": ORIGIN}).encode()


ID = secrets.token_bytes(32)


def authenticator_data(count: int, flags: int = PRESENT_AND_VERIFIED, attested: bytes = b"") -> bytes:
    return hashlib.sha256(SITE.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big") + attested


def data_with(cose: dict[int, Any]) -> bytes:
    attested = bytes(16) + len(ID).to_bytes(2, "big") + ID + encode_cbor(cose)
    return authenticator_data(6, PRESENT_AND_VERIFIED | WITH_KEY, attested)


def created_with(
    cose: dict[int, Any], format_: object = "none", statement: object = None, data: bytes | None = None
) -> dict[str, Any]:
    attested = {
        "fmt": format_,
        "attStmt": statement or {},
        "authData": data or data_with(cose),
    }
    return {
        "id": text(ID),
        "rawId": text(ID),
        "type": "public-key",
        "response": {
            "clientDataJSON": text(client_data_of("webauthn.create")),
            "attestationObject": text(encode_cbor(attested)),
        },
    }


def used_with(id_: bytes, sign: Signer) -> dict[str, Any]:
    client_data, data = client_data_of("webauthn.get"), authenticator_data(7)
    return {
        "id": text(id_),
        "rawId": text(id_),
        "type": "public-key",
        "response": {
            "clientDataJSON": text(client_data),
            "authenticatorData": text(data),
            "signature": text(sign(data + hashlib.sha256(client_data).digest())),
            "userHandle": text(ACCOUNT.bytes),
        },
    }


DEVICE = Device()
PASSKEY = made(DEVICE)

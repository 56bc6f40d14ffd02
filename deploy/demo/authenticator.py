"""A passkey kept in memory, for robots: answers a site as a browser with a device does, and says it verified somebody.

The numbers are those of WebAuthn, Level 3 (section 6.1), and COSE (RFC 9052): one ES256 key, no attestation.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT_AND_VERIFIED = 0b0000_0101
WITH_KEY = 0b0100_0000

# CBOR, written out: only the bytes that follow each piece ever differ.
_KEY_X = bytes.fromhex("a5010203262001215820")
_KEY_Y = bytes.fromhex("225820")
_NO_ATTESTATION = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"


class Authenticator:
    """One passkey for one site, whose address is `origin`. It lives as long as this object."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(32)
        self._user = b""
        self._count = 0

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives for these options, as `toJSON` writes it."""
        self._user = _bytes(options["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        key = _KEY_X + numbers.x.to_bytes(32, "big") + _KEY_Y + numbers.y.to_bytes(32, "big")
        attested = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + key
        data = self._authenticator_data(options["rp"]["id"], PRESENT_AND_VERIFIED | WITH_KEY) + attested
        return self._credential(
            {
                "clientDataJSON": _text(self._client_data("webauthn.create", options)),
                "attestationObject": _text(_NO_ATTESTATION + bytes([len(data)]) + data),
            }
        )

    def sign(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives for these options, as `toJSON` writes it."""
        self._count += 1
        data = self._authenticator_data(options["rpId"], PRESENT_AND_VERIFIED)
        client_data = self._client_data("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": _text(client_data),
                "authenticatorData": _text(data),
                "signature": _text(signature),
                "userHandle": _text(self._user),
            }
        )

    def _authenticator_data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self._count.to_bytes(4, "big")

    def _client_data(self, type_: str, options: Mapping[str, Any]) -> bytes:
        said = {"type": type_, "challenge": options["challenge"], "origin": self._origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, response: Mapping[str, str]) -> dict[str, Any]:
        name = _text(self._id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": dict(response),
        }


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

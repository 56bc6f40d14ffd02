"""Tokens every service can check by itself: JWT signed with Ed25519, as services.kernel.http.caller reads them."""

from datetime import datetime
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.kernel.http.caller import ALGORITHM, AUDIENCE, Caller


class TokenSigner:
    """Holds the one key that signs. Raises `SystemExit` with one sentence when the file is no such key."""

    def __init__(self, signing_key_file: Path) -> None:
        key = load_pem_private_key(signing_key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise SystemExit(f"{signing_key_file} is not an Ed25519 private key.")
        self._key = key

    def sign(self, caller: Caller, now: datetime, until: datetime) -> str:
        """Says who, of which agency, with which roles and where; no name. Times in whole seconds."""
        claims = {
            "sub": str(caller.account),
            "agency": caller.agency,
            "roles": list(caller.roles),
            "places": None if caller.places is None else list(caller.places),
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
            "aud": AUDIENCE,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

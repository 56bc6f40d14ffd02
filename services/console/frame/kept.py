"""A form that was sent when the session was over or locked: kept in the sign-in page, sealed, and offered again.

It comes back to the account that typed it and to no other. Nothing of it is stored here.
"""

import base64
import secrets
from collections.abc import Mapping
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kernel.keys import Digester

NONCE_BYTES = 12
PURPOSE = b"a form that was not sent"


class KeptForm(msgspec.Struct, frozen=True):
    """Where it was sent, what was in it, and who was signed in."""

    path: str
    fields: dict[str, str]
    account: UUID


class Keeper:
    """Seals and opens with a key of this process's own file."""

    def __init__(self, digester: Digester) -> None:
        self._cipher = AESGCM(digester.digest("kept form"))

    def keep(self, path: str, fields: Mapping[str, str], account: UUID) -> str:
        """What goes into the sign-in page."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = msgspec.json.encode(KeptForm(path, dict(fields), account))
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, PURPOSE)).decode()

    def open(self, kept: str, account: UUID | None) -> KeptForm | None:
        """None for what was not kept here, or by somebody else."""
        try:
            sealed = base64.urlsafe_b64decode(kept.encode())
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE)
            found = msgspec.json.decode(plain, type=KeptForm)
        except (ValueError, InvalidTag, msgspec.MsgspecError):
            return None
        return found if found.account == account else None

"""The one-time code with which a person sets up signing in: made from a key file when needed, stored nowhere."""

import base64
import binascii
import hmac
from uuid import UUID

from services.identity.account.state import Account
from services.kernel.keys import Digester

ACCOUNT_BYTES = 16


class Invitations:
    """Codes say whose they are and carry 256 bits nobody can guess; they go in bodies only, never in a URL."""

    def __init__(self, digester: Digester) -> None:
        self._digester = digester

    def code(self, account: UUID, number: int) -> str:
        """The same for the same invitation, so a repeated command is answered with the same code."""
        return base64.urlsafe_b64encode(account.bytes + self._seal(account, number)).decode().rstrip("=")

    def account_in(self, code: str) -> UUID:
        """Whose invitation the code claims to be; an account nobody has for a text that is no code."""
        return UUID(bytes=_bytes(code)[:ACCOUNT_BYTES].ljust(ACCOUNT_BYTES, b"\0"))

    def number_in(self, code: str, account: Account) -> int:
        """The account's open invitation, if this is its code; else 0."""
        fits = hmac.compare_digest(self._seal(account.account, account.invitation), _bytes(code)[ACCOUNT_BYTES:])
        return account.invitation if fits else 0

    def _seal(self, account: UUID, number: int) -> bytes:
        return self._digester.digest("invitation", account.bytes, str(number).encode())


def _bytes(code: str) -> bytes:
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""

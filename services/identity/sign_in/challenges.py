"""Challenges handed out and taken back without being stored: each says itself what it is for, and until when."""

import base64
import binascii
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from services.kernel.keys import Digester

LASTS = timedelta(minutes=5)
NOBODY = UUID(int=0)

_RANDOM = 32
_ACCOUNT = 16
_MOMENT = 8
_DIGEST = 32
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)


class ChallengeNotValid(Exception):
    """Made up, for something else, or older than five minutes: which of these, nobody learns."""


class Challenge(msgspec.Struct, frozen=True):
    """`text` goes out and comes back; an authenticator signs `signed`, which is what the text spells.

    Reserve `mark` together with what the challenge is used for, so that it is used once. `account` is `NOBODY` where
    it was made before anybody said who they are.
    """

    text: str
    signed: bytes
    account: UUID
    mark: bytes


class Challenges:
    """Times are the machine's, to the microsecond: a device answers as fast as it can, however told time runs."""

    def __init__(self, digester: Digester) -> None:
        self._digester = digester

    def new(self, purpose: str, now: datetime, account: UUID = NOBODY) -> Challenge:
        """Good for five minutes, for the purpose only."""
        ends = (now + LASTS - _SINCE) // timedelta(microseconds=1)
        content = secrets.token_bytes(_RANDOM) + account.bytes + ends.to_bytes(_MOMENT, "big")
        mark = self._mark(purpose, content)
        signed = content + mark
        return Challenge(base64.urlsafe_b64encode(signed).decode().rstrip("="), signed, account, mark)

    def open(self, text: str, purpose: str, now: datetime) -> Challenge:
        """What `new` made with this text. Raises `ChallengeNotValid`."""
        signed = _bytes(text)
        content, mark = signed[:-_DIGEST], signed[-_DIGEST:]
        if not hmac.compare_digest(self._mark(purpose, content), mark):
            raise ChallengeNotValid
        account, ends = content[_RANDOM : _RANDOM + _ACCOUNT], content[-_MOMENT:]
        if now >= _SINCE + timedelta(microseconds=int.from_bytes(ends, "big")):
            raise ChallengeNotValid
        return Challenge(text, signed, UUID(bytes=account), mark)

    def _mark(self, purpose: str, content: bytes) -> bytes:
        return self._digester.digest("challenge", purpose.encode(), content)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""

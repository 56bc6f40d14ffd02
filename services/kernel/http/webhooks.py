"""Requests that another system signs with a secret both hold, after Standard Webhooks 1.0 (symmetric, `v1`).

Signed are the message's id, when it was sent, and the body byte by byte. It goes by the machine's time, whatever time
the house tells: who sends from outside knows no other. What was overheard is worth nothing after `TOLERANCE_SECONDS`,
and until then it is for whoever takes it to do one id's work once.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

ID, SENT_AT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
SECRET_BYTES = range(24, 65)
PREFIX = "whsec_"
VERSION = "v1,"
LONGEST_ID = 200


def secret_in(written: str) -> bytes:
    """As senders write one: `whsec_` and base64. Raises `ValueError` for what is none, or is easily guessed."""
    try:
        secret = base64.b64decode(written.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("no base64") from error
    if not written.startswith(PREFIX) or len(secret) not in SECRET_BYTES:
        raise ValueError("no secret of 24 to 64 bytes")
    return secret


def headers_for(secret: bytes, message: str, body: bytes, now: Callable[[], float] = time.time) -> dict[str, str]:
    """What goes with a body. The same message sent again bears the same id."""
    sent_at = str(int(now()))
    return {ID: message, SENT_AT: sent_at, SIGNATURE: VERSION + _signature(secret, message, sent_at, body)}


def is_signed(secret: bytes, headers: Mapping[str, str], body: bytes, now: Callable[[], float] = time.time) -> bool:
    """Whether one of the signatures that came is right, and it was sent just now."""
    message, sent_at = headers.get(ID, ""), headers.get(SENT_AT, "")
    if not 0 < len(message) <= LONGEST_ID or not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12):
        return False
    if abs(now() - int(sent_at)) > TOLERANCE_SECONDS:
        return False
    right = _signature(secret, message, sent_at, body).encode()
    came = [each.removeprefix(VERSION) for each in headers.get(SIGNATURE, "").split() if each.startswith(VERSION)]
    return any(hmac.compare_digest(each.encode(), right) for each in came)


def _signature(secret: bytes, message: str, sent_at: str, body: bytes) -> str:
    signed = b".".join((message.encode(), sent_at.encode(), body))
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()

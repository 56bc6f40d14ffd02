"""Codes of authenticator apps (TOTP, RFC 6238): six digits, another every 30 seconds, SHA-1, as every app expects."""

import base64
import hmac
import re
import unicodedata
from datetime import datetime

import pyotp
import segno

ISSUER = "Muster"
SECRET_BYTES = 20
STEP_SECONDS = 30
STEPS_ASIDE = 1
"""For a clock a little off and slow fingers (RFC 6238, section 5.2)."""

_SIX_DIGITS = re.compile(r"[0-9]{6}")


def secret_of(seed: bytes) -> str:
    """Of 160 bits nobody can guess, in the letters an app takes when its camera does not work."""
    return base64.b32encode(seed[:SECRET_BYTES]).decode()


def address(secret: str, label: str) -> str:
    """What an app reads from the picture; it shows `label` beside the code."""
    return pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=ISSUER)


def picture(address: str) -> str:
    """The address as an SVG to stand within a page, black on a white ground of its own: not every app reads another.

    The colours are attributes, which a stylesheet outranks and a strict Content-Security-Policy lets through.
    """
    code = segno.make_qr(address, error="m")
    return code.svg_inline(dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)


def step_of(secret: str, code: str, at: datetime, last: int) -> int | None:
    """The 30 seconds, counted since 1970, whose code this is: at most one step from `at`, and later than `last`.

    Keep it as the next `last`, and no code fits twice; 0 when none was used yet. None when the code does not fit.
    """
    typed = "".join(unicodedata.normalize("NFKC", code).split())
    if not _SIX_DIGITS.fullmatch(typed):
        return None
    now = int(at.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    fitting = None
    # All are compared, and the latest of two alike counts: the earlier would leave the code good for the later.
    for step in range(max(now - STEPS_ASIDE, 0), now + STEPS_ASIDE + 1):
        if hmac.compare_digest(app.generate_otp(step), typed) and step > last:
            fitting = step
    return fitting

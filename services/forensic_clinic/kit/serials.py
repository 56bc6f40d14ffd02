"""Serials of our own labels: letters and digits that mean nothing, with a check character. Pure but for the chance.

The check character is ISO/IEC 7064, MOD 37,36: one sign misread, or two neighbours changed about, never fit. A serial
tells neither clinic nor year nor how many there are, since a number on a box can lead to a case.
"""

import secrets

from contracts.language import InvalidValue
from services.forensic_clinic.kit.checks import plain_number

PREFIX = "XK9"
LENGTH = 9
"""Signs between the prefix and the check character: 32 to the ninth power, so that two are never drawn alike."""

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DRAWN = "".join(sign for sign in SIGNS if sign not in "IOSZ")
"""Without those that are taken for a digit."""

_MODULUS = len(SIGNS)


def check_character(text: str) -> str:
    """The sign that belongs after `text`, which holds nothing but `SIGNS`."""
    product = _MODULUS
    for sign in text:
        total = (product + SIGNS.index(sign)) % _MODULUS or _MODULUS
        product = total * 2 % (_MODULUS + 1)
    return SIGNS[(_MODULUS + 1 - product) % _MODULUS]


def new_serial() -> str:
    """One that nobody was given; its check character is none that is taken for a digit either."""
    while True:
        body = PREFIX + "".join(secrets.choice(DRAWN) for _ in range(LENGTH))
        check = check_character(body)
        if check in DRAWN:
            return body + check


def is_ours(plain: str) -> bool:
    """Whether a printed number claims to be one of our serials."""
    return plain.startswith(PREFIX)


def printed_number(field: str, text: str) -> str:
    """The one spelling of a number read from a box. Raises `InvalidValue` for one of ours that was misread."""
    plain = plain_number(field, text)
    if is_ours(plain) and (len(plain) != len(PREFIX) + LENGTH + 1 or check_character(plain[:-1]) != plain[-1]):
        raise InvalidValue(
            field, "This number does not fit its check character: a sign was misread. Scan the label, or type it again."
        )
    return plain


def in_groups(serial: str) -> str:
    """As it is printed for people: XK9-XXXXX-XXXXX."""
    body = serial.removeprefix(PREFIX)
    return f"{PREFIX}-{body[:5]}-{body[5:]}"

"""Recovery codes: for the day the phone is lost. Each is good once, in place of a code of the app."""

import secrets
import unicodedata

CODES = 10
LETTERS = "0123456789ACDEFGHJKMNPQRTVWXY"
"""29 letters and digits, of each group that eyes mix up only one."""

LENGTH = 18
"""87 bits."""

GROUP = 3

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "U": "V"})


def new_codes() -> tuple[str, ...]:
    """Ten, as they are shown and printed, for example K7Q-M4R-TX9-DHW-2VN-PA3."""
    return tuple(_grouped("".join(secrets.choice(LETTERS) for _ in range(LENGTH))) for _ in range(CODES))


def plain(text: str) -> str:
    """The one spelling of a code, to be digested: without dashes, in capitals, what was misread set right.

    Empty for a text that can be no recovery code.
    """
    capitals = unicodedata.normalize("NFKC", text).upper()
    letters = "".join(letter for letter in capitals if letter.isalnum()).translate(_MISREAD)
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else ""


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))

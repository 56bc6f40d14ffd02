"""Passphrases that are long enough and guessed first all the same (NIST SP 800-63B-4, section 3.1.1.2).

Attackers go through the words, names, phrases and runs over the keyboard that most people choose, two together, with
digits and signs around them. What is little more than that is refused, whichever digits they are.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import msgspec

FILE = Path(__file__).with_suffix(".json")
EVERYBODYS_WORDS = ("muster", "mississippi")
SHORTEST_WORD = 3
LETTERS_OF_ONES_OWN = 8
"""Letters and digits a passphrase has besides what anybody could guess."""

_WORDS_TOGETHER = 2
_SIGNS_FOR_LETTERS = str.maketrans("@4301!$57", "aaeoiisst")


class _Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    about: str
    source: str
    licence: str
    count: int
    words: list[str]


def load_compromised() -> frozenset[str]:
    """The list shipped with the system. To be loaded once, where the service is wired."""
    return frozenset(msgspec.json.decode(FILE.read_bytes(), type=_Listed).words)


def comparable(text: str) -> str:
    """The same for texts that differ in capitals, blanks and keyboards only."""
    return "".join(_plain(text).split())


def why_refused(passphrase: str, compromised: frozenset[str], own: Iterable[str]) -> str | None:
    """A sentence for the person, or None. `own` are texts others know of them: sign-in name, agency and the like."""
    typed = comparable(passphrase)
    readings = {typed, typed.translate(_SIGNS_FOR_LETTERS), "".join(filter(str.isalnum, typed))}
    known = _words_of((*EVERYBODYS_WORDS, *own))
    if any(_little_besides(reading, known, len(reading)) for reading in readings):
        return (
            "This is little more than your name, your agency or Mississippi, which attackers try first."
            " Take a few words in a row that have nothing to do with them."
        )
    listed = compromised | known
    if _repeated(typed) or any(_little_besides(reading, listed, _WORDS_TOGETHER) for reading in readings):
        return (
            "Attackers try this passphrase first, since many people choose one like it."
            " Take a few words in a row that only you would put together."
        )
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    words = {word for text in texts for word in re.split(r"[\W_]+", _plain(text))}
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)


def _repeated(typed: str) -> bool:
    """Whether a few characters come again and again."""
    return any(typed == (typed[:few] * len(typed))[: len(typed)] for few in range(1, LETTERS_OF_ONES_OWN))


def _little_besides(reading: str, words: frozenset[str], most: int) -> bool:
    """Whether too few letters are left without the words it is made of, of which there are at most so many."""
    longest = max(map(len, words))
    at = found = left = 0
    while at < len(reading):
        ends = range(min(at + longest, len(reading)), at + SHORTEST_WORD - 1, -1)
        end = next((end for end in ends if reading[at:end] in words), None)
        found += end is not None
        left += end is None and reading[at].isalnum()
        at = end or at + 1
    return 0 < found <= most and left < LETTERS_OF_ONES_OWN

"""Passphrases that are long enough and guessed first all the same (NIST SP 800-63B-4, section 3.1.1.2).

Attackers go through the words, names, phrases and runs over the keyboard that most people choose, two together, with
digits and signs around them. What is little more than that is refused, whichever digits they are.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
from zxcvbn.frequency_lists import FREQUENCY_LISTS

FILE = Path(__file__).with_suffix(".json")
EVERYBODYS_WORDS = ("muster",)
SHORTEST_WORD = 3
LETTERS_OF_ONES_OWN = 8
"""Letters and digits a passphrase has besides what anybody could guess."""

_WORDS_TOGETHER = 2
_OWN_WORDS_TOGETHER = 6
_SIGNS_FOR_LETTERS = str.maketrans("@4301!$57", "aaeoiisst")


class _Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    about: str
    source: str
    licence: str
    count: int
    words: list[str]


@cache
def load_compromised() -> frozenset[str]:
    """The lists shipped with the system: what leaked most often, and words of our own. Read once a process."""
    leaked = (comparable(each) for each in FREQUENCY_LISTS["passwords"])
    listed = msgspec.json.decode(FILE.read_bytes(), type=_Listed).words
    return frozenset(each for each in (*leaked, *listed) if len(each) >= SHORTEST_WORD)


def comparable(text: str) -> str:
    """The same for texts that differ in capitals, blanks and keyboards only."""
    return "".join(_plain(text).split())


def why_refused(passphrase: str, compromised: frozenset[str], own: Iterable[str]) -> str | None:
    """A sentence for the person, or None. `own` are texts others know of them: sign-in name, agency, state."""
    typed = comparable(passphrase)
    readings = {typed, typed.translate(_SIGNS_FOR_LETTERS), "".join(filter(str.isalnum, typed))}
    known = _words_of((*EVERYBODYS_WORDS, *own))
    if any(_little_besides(reading, known, _OWN_WORDS_TOGETHER) for reading in readings):
        return (
            "This is little more than your name, your agency or your state, which attackers try first."
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
    """Whether too few letters are left without some of the words it is made of, at least one and at most so many."""
    longest, size = max(map(len, words)), len(reading)
    # By how many words were taken, and then by how far it was read: the fewest letters left.
    fewest = [[size + LETTERS_OF_ONES_OWN] * (size + 1) for _ in range(most + 1)]
    fewest[0][0] = 0
    for at in range(size):
        ends = range(at + SHORTEST_WORD, min(at + longest, size) + 1)
        words_end = [end for end in ends if reading[at:end] in words]
        for taken, left in enumerate(fewest):
            left[at + 1] = min(left[at + 1], left[at] + reading[at].isalnum())
            if taken < most:
                for end in words_end:
                    fewest[taken + 1][end] = min(fewest[taken + 1][end], left[at])
    return any(left[size] < LETTERS_OF_ONES_OWN for left in fewest[1:])

"""Whether two tips may be about one person, by the clauses and scores of the state's file. Pure.

Nobody is linked by a score: it puts two tips side by side for a person to decide. Names are compared by how they sound,
word by word in any order, since they are heard on the telephone and written down by others.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions.tip import LikenessRules
from contracts.language import Event
from services.tips.likeness.events import AlikeFound
from services.tips.likeness.state import Pair

WORD = re.compile(r"[^\W\d_]{2,}")
# Ten digits as people write them, with or without the country's one before them.
NUMBER = re.compile(r"(?<!\d)(?:\+?1[\s.\-]?)?\(?(\d{3})\)?[\s.\-]{0,2}(\d{3})[\s.\-]?(\d{4})(?!\d)")
# After Soundex, which is free to use (United States National Archives); but a first letter counts as its group, too,
# so that Kathy and Cathy sound alike, and names of any length are compared whole.
GROUPS = {
    letter: str(group)
    for group, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in letters
}
VOWEL = "0"
ENOUGH_WORDS = 2
MOST = 20


class Told(msgspec.Struct, frozen=True):
    """What of a tip is sealed and compared: how the words of the person's name sound, and the telephone numbers."""

    sounds: tuple[str, ...]
    numbers: frozenset[str]


class Plain(msgspec.Struct, frozen=True):
    """What of a tip is not sealed and compared."""

    received_at: datetime
    county: str
    age: str


def told(names: Sequence[str], texts: Sequence[str], rules: LikenessRules, on_file: Collection[str]) -> Told:
    """`on_file` are numbers of agencies: that two tips speak of the hotline tells nothing of either."""
    words = [word for name in names for word in WORD.findall(_plain(name)) if word not in rules.no_names]
    numbers = frozenset(number for text in texts for number in numbers_in(text))
    return Told(tuple(sound(word) for word in words), numbers - frozenset(on_file))


def numbers_in(text: str) -> frozenset[str]:
    """Telephone numbers as ten digits, however they are written."""
    return frozenset("".join(found) for found in NUMBER.findall(text))


def sound(word: str) -> str:
    """A key that is the same for words that sound alike. A word of another script is its own key."""
    plain = _plain(word)
    if not plain.isascii():
        return plain
    first = "" if plain[0] in GROUPS else VOWEL
    heard: list[str] = []
    before = ""
    for letter in plain:
        group = GROUPS.get(letter, "")
        if group and group != before:
            heard.append(group)
        # Only h and w between two letters of one group leave them one sound.
        before = before if letter in "hw" else group
    return first + "".join(heard)


def sealed_clauses(mine: Told, theirs: Told) -> tuple[str, ...]:
    """Those that hold of names and numbers, in the order of the rules' file."""
    common = (Counter(mine.sounds) & Counter(theirs.sounds)).total()
    holding: list[str] = []
    if common >= ENOUGH_WORDS:
        holding.append("name")
    elif common and min(len(mine.sounds), len(theirs.sounds)) == 1:
        holding.append("part_of_name")
    if mine.numbers & theirs.numbers:
        holding.append("phone")
    return tuple(holding)


def most_alike(mine: Told, others: Sequence[tuple[UUID, Told]], rules: LikenessRules) -> Mapping[UUID, tuple[str, ...]]:
    """Of `others`, the nearest first, those that are most alike, with the clauses that hold; of equals the nearest.

    A name that many have must not tie each of them to all others: nobody looks at more than a few.
    """
    holding = [(other, clauses) for other, told in others if (clauses := sealed_clauses(mine, told))]
    holding.sort(key=lambda each: -rules.score(each[1]))
    return dict(holding[:MOST])


def open_clauses(mine: Plain, theirs: Plain, rules: LikenessRules) -> tuple[str, ...]:
    """Those that hold of what is not sealed. What nobody knows is like nothing."""
    holding: list[str] = []
    if mine.county and mine.county == theirs.county:
        holding.append("county")
    if mine.age == theirs.age != "not_known":
        holding.append("age")
    if abs(mine.received_at - theirs.received_at) <= rules.near:
        holding.append("time")
    return tuple(holding)


def find(pair: Pair, tip: UUID, other: UUID, clauses: tuple[str, ...], rules: LikenessRules) -> list[Event]:
    """Only what is new; what once held is not taken back."""
    if set(clauses) <= set(pair.clauses):
        return []
    holding = tuple(each.clause for each in rules.clauses if each.clause in {*clauses, *pair.clauses})
    return [AlikeFound(tip=tip, other=other, clauses=holding, score=rules.score(holding), rules=rules.version)]


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))

"""What the pages say, in English and in Spanish, from one catalogue: a `words.json` beside whatever says it.

A text may have names in braces, `{agency}`. One that counts has a form for one and another for every other number,
which suits both languages.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

LANGUAGES = ("en", "es")
DEFAULT = LANGUAGES[0]
CONSOLE = Path(__file__).parent.parent
NUMBER = re.compile(r"\d+")
SENTENCES = Path(__file__).parent / "said_by_services.json"


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`{n}` stands for the number."""

    one: str
    other: str


Text = str | Counted


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in every language."""

    en: Text
    es: Text


class Words:
    """The texts in one language. A key that is not there is a fault of the page, and raises `KeyError`."""

    def __init__(self, language: str, texts: Mapping[str, Text], sentences: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts
        self._sentences = sentences

    def say(self, key: str, **values: object) -> str:
        """The text with its names filled in."""
        text = self._texts[key]
        if not isinstance(text, str):
            raise KeyError(f"{key} counts: ask `count` for it.")
        return _filled(text, values) if values else text

    def count(self, key: str, n: int, **values: object) -> str:
        """The text for a number of something."""
        text = self._texts[key]
        if isinstance(text, str):
            raise KeyError(f"{key} does not count: ask `say` for it.")
        return _filled(text.one if n == 1 else text.other, {"n": n, **values})

    def word(self, family: str, code: str) -> str:
        """The words of a code; one that the catalogue lacks is said as it is written."""
        text = self._texts.get(f"{family}.{code}")
        return text if isinstance(text, str) else code.replace("_", " ")

    def of_service(self, sentence: str) -> str:
        """What a service says in English, in this language; one that nobody has put into it as the service says it.

        One with numbers in it is known by `{}` in their places.
        """
        if sentence in self._sentences:
            return self._sentences[sentence]
        numbers = NUMBER.findall(sentence)
        found = self._sentences.get(NUMBER.sub("{}", sentence))
        return found.format(*numbers) if found is not None else sentence

    def knows(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in self._texts

    def listed(self, parts: Sequence[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("list.last", before=", ".join(parts[:-1]), last=parts[-1])


def _filled(text: str, values: Mapping[str, object]) -> str:
    """A sentence begins with a capital, also where it begins with what is filled in: with somebody, or a code."""
    said = text.format(**values)
    return said[:1].upper() + said[1:] if text.startswith("{") and text.endswith(".") else said


def read_entries(folder: Path = CONSOLE) -> Mapping[str, Entry]:
    """Of all files below the folder. Raises `ValueError` for a key that two of them have."""
    entries: dict[str, Entry] = {}
    for file in sorted(folder.rglob("words.json")):
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, Entry])
        if twice := found.keys() & entries.keys():
            raise ValueError(f"{file}: said elsewhere too: {', '.join(sorted(twice))}")
        entries |= found
    return entries


def read_sentences() -> Mapping[str, str]:
    """What the services say of a value that cannot be right, by their own English sentence, in Spanish."""
    return msgspec.json.decode(SENTENCES.read_bytes(), type=dict[str, str])


def read_catalogue() -> Mapping[str, Words]:
    """By language."""
    entries, said = read_entries(), {"es": read_sentences()}
    texts = {language: {key: getattr(entry, language) for key, entry in entries.items()} for language in LANGUAGES}
    return {language: Words(language, texts[language], said.get(language, {})) for language in LANGUAGES}


def language_of(chosen: str | None, accepted: str) -> str:
    """What the person chose; else the first of what the browser asks for (Accept-Language) that there is."""
    if chosen in LANGUAGES:
        return str(chosen)
    wishes = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, quality = part.strip().partition(";q=")
        wishes.append((-_quality(quality), place, name.strip().lower().partition("-")[0]))
    return next((name for rank, _, name in sorted(wishes) if rank < 0 and name in LANGUAGES), DEFAULT)


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0

"""Invented words to be typed into every personal field of the house, and the search for them wherever bytes lie."""

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from zlib import crc32

import msgspec

CORE = "Zqxplant"
PROOF = "Zqxproof"
"""Planted on purpose where nothing may be found: a search that does not find it finds nothing."""

VERIFIER = "$argon2id$"
"""How what is kept of a passphrase begins."""

WHOLE = "MUSTER_WALK_ALL" in os.environ
"""In `make attack`. In `make test` a sample is asked of what is asked of every route, the same each time."""

_WORD = re.compile(rf"{CORE}(\d+)", re.IGNORECASE)
_FIRST_DAY = date(1931, 3, 1).toordinal()
_SHOWN_BYTES = 40
# How grep ends.
FOUND, NOTHING = 0, 1


class Plants:
    """Each word is used once; `where` says, by its number, what it was typed into.

    `made` are secrets that the house and the people's devices made, by the field that holds them. `told_apart` says of
    some words, by their number, what they are beside that.
    """

    def __init__(self) -> None:
        self.where: list[str] = []
        self.days: dict[str, str] = {}
        self.made: dict[str, str] = {}
        self.told_apart: dict[int, str] = {}

    def word(self, where: str) -> str:
        """Of letters and digits only, as a name or the number on a seal."""
        self.where.append(where)
        return f"{CORE}{len(self.where)}"

    def text(self, where: str) -> str:
        """A sentence, with what a log or a database might write otherwise."""
        return f"{self.word(where)} said 'so', José \"née\" \\ 100%"

    def day(self, where: str) -> str:
        """A day of birth nobody else has."""
        day = date.fromordinal(_FIRST_DAY + len(self.days)).isoformat()
        self.days[day] = where
        return day

    def planted_in(self, text: str) -> set[str]:
        """What those of the words and days were typed into that are in the text."""
        words = {self.where[int(number) - 1] for number in _WORD.findall(text)}
        return words | {where for day, where in self.days.items() if day in text}

    def apart(self, text: str) -> set[str]:
        """As `planted_in`, by what is told apart of a word where something is."""
        numbers = {int(number) for number in _WORD.findall(text)}
        words = {self.told_apart.get(number, self.where[number - 1]) for number in numbers}
        return words | {where for day, where in self.days.items() if day in text}

    def is_field(self, name: str, text: str) -> bool:
        """Whether the text is what was typed or made for the field, or what is kept of it."""
        made = any(where == name and each in text for each, where in self.made.items())
        return made or name in self.planted_in(text) or text.startswith(VERIFIER)

    def forms(self) -> Collection[bytes]:
        """Whatever bytes one of them may lie as."""
        return forms_of(CORE, VERIFIER, *self.made, *self.days)


def in_sample(name: str, one_in: int) -> bool:
    """Whether what is so called is asked in this run."""
    return WHOLE or crc32(name.encode()) % one_in == 0


def forms_of(*words: str) -> set[bytes]:
    """In small letters: plain (so also in UTF-8, in JSON and in an address), in hexadecimal and in base64."""
    spellings = {each.encode() for word in words for each in (word, word.lower(), word.upper())}
    found = {each.lower() for each in spellings} | {each.hex().encode() for each in spellings}
    return found | {form for each in spellings for form in _base64_forms(each)}


def found_in(content: bytes, forms: Collection[bytes]) -> Iterator[str]:
    """For each form that is in it, the first place with what stands around it."""
    small = content.lower()
    for form in forms:
        at = small.find(form)
        if at >= 0:
            yield repr(content[max(0, at - _SHOWN_BYTES) : at + len(form) + _SHOWN_BYTES])


def files_below(folder: Path) -> Iterator[Path]:
    """Every file, with those of PostgreSQL and of JetStream."""
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


def files_with(forms: Collection[bytes], folder: Path) -> Sequence[Path]:
    """The files below that hold any of the forms, in small letters or large."""
    with tempfile.NamedTemporaryFile() as patterns:
        patterns.write(b"\n".join(sorted(forms)))
        patterns.flush()
        # It looks for all of them at once, where Python would go through a quarter of a gigabyte for each.
        command = ["grep", "-rlaiFZ", "-f", patterns.name, str(folder)]
        found = subprocess.run(command, env={"PATH": os.defpath, "LC_ALL": "C"}, capture_output=True, check=False)
    if found.returncode not in {FOUND, NOTHING}:
        raise OSError(found.stderr.decode(errors="replace"))
    return [Path(os.fsdecode(name)) for name in found.stdout.split(b"\0") if name]


class Field(msgspec.Struct, frozen=True):
    """A personal field as one stored event holds it; `path` without the places in lists."""

    event: str
    path: str
    sealed: bool
    text: str

    @property
    def name(self) -> str:
        """How a plant says where it was typed into."""
        return f"{self.event} {self.path}"


def _base64_forms(plain: bytes) -> Iterator[bytes]:
    """Without the letters at both ends, which depend on what stands beside it."""
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + plain)
        yield encoded[-(-8 * shift // 6) : 8 * (shift + len(plain)) // 6].lower()

"""From an event's stored fields to a sentence: templates and word tables, read once from a file for each language.

A template is plain text with `{field|filter}` in it. `[…]` is left out when a field inside it is empty. A field may be
a path (`credentials.kind`); of a list every entry is said. Filters are `time`, `date`, `duration`, `ref`, `question`
(what was read), and the word tables. Sealed fields cannot be said: there is no filter that opens them, and a template
that names one yields no text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from contracts.jurisdictions import LOCAL, Jurisdiction

SHOWN_OF_A_REFERENCE = 8

WITHHELD = "withheld"
"""In place of a reference, or of who did something, where it is not told."""

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FILES: Mapping[Language, str] = {"en": "sentences.json", "es": "sentences.es.json"}

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
# 36 hours are said as hours, since the law counts in them.
_DAYS_FROM = 2 * 86_400

_PART = re.compile(r"\[([^\[\]]*)\]")
FIELD = re.compile(r"\{([a-z_.]+)(?:\|([a-z_]+))?\}")


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one version of an event is told.

    `below` are lines of what would make the sentence long, told below it; of each without a value in it, nothing is.
    `keeps_out` names its field with the account that must not see the case, `lets_in` with one that may again.
    """

    says: str
    below: tuple[str, ...] = ()
    version: int = 1
    keeps_out: str = ""
    lets_in: str = ""


class KeepsOut(msgspec.Struct, frozen=True):
    """By name and version of an event: its field with an account that must not see the case, or may again."""

    out: Mapping[tuple[str, int], str]
    again: Mapping[tuple[str, int], str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phrases: dict[str, str]
    tables: dict[str, dict[str, str]]
    sentences: dict[str, list[Template]]


class _Nothing(Exception):
    """A field that a template needs is not there."""


class Words:
    """Says events in plain words of one language. An event without a template is named, never left out."""

    def __init__(self, file: bytes, tables: Mapping[str, Mapping[str, str]]) -> None:
        read = msgspec.json.decode(file, type=_File)
        self.phrases = read.phrases
        self.tables: dict[str, Mapping[str, str]] = {**tables, **read.tables}
        self._filters: Mapping[str, Callable[[Any], str]] = {
            "time": lambda value: self.time(msgspec.convert(value, datetime)),
            "date": lambda value: str(value)[:10],
            "duration": lambda value: self.duration(timedelta(seconds=int(value))),
            "question": lambda value: self.question(str(value)),
            "ref": lambda value: self.phrases["withheld"] if value == WITHHELD else short(value),
        }
        self.templates = {
            (name, each.version): each.says for name, versions in read.sentences.items() for each in versions
        }
        every = [(name, each) for name, versions in read.sentences.items() for each in versions]
        self.lines = {(name, each.version): each.below for name, each in every if each.below}
        self.keeps_out = KeepsOut(
            {(name, each.version): each.keeps_out for name, each in every if each.keeps_out},
            {(name, each.version): each.lets_in for name, each in every if each.lets_in},
        )
        for template in (*self.templates.values(), *chain(*self.lines.values())):
            self._refuse_unknown_filters(template)

    def say(self, name: str, version: int, data: Mapping[str, Any]) -> str:
        """The sentence for an event's stored data."""
        template = self.templates.get((name, version))
        if template is not None:
            try:
                return self._fill(_PART.sub(lambda part: self._optional(part[1], data), template), data)
            except _Nothing:
                pass
        return self.phrase("no_words", name=name, version=version)

    def below(self, name: str, version: int, data: Mapping[str, Any]) -> list[str]:
        """The lines below the sentence for an event's stored data."""
        said = (self._optional(line, data) for line in self.lines.get((name, version), ()))
        return [each for each in said if each]

    def word(self, table: str, code: str) -> str:
        """The plain words of a code; a code the table does not hold is said as it is written, with spaces."""
        return self.tables.get(table, {}).get(code, code.replace("_", " "))

    def phrase(self, key: str, **values: object) -> str:
        """What is said around sentences, with its names filled in."""
        return self.phrases[key].format(**values)

    def question(self, code: str) -> str:
        """What was read, by the code a service put on record, with of which moment and with whose eyes it was."""
        what, *parts = code.split(", ")
        return ", ".join([self.word("question", what), *map(self._part_of_a_question, parts)])

    def listed(self, words: list[str]) -> str:
        """`a`, `a and b`, `a, b and c`; with semicolons where an entry has commas; empty where there is nothing."""
        if len(words) > 1 and not any("," in word for word in words):
            return self.phrase("last", before=", ".join(words[:-1]), last=words[-1])
        return "; ".join(words)

    def time(self, moment: datetime) -> str:
        """In Central time with its zone, for example `Mon 2026-11-02 18:00 CST`."""
        return f"{self.day(moment)} {moment.astimezone(LOCAL):%H:%M %Z}"

    def day(self, moment: datetime) -> str:
        """In Central time, for example `Mon 2026-11-02`."""
        local = moment.astimezone(LOCAL)
        weekday = self.phrases["weekdays"].split()[local.weekday()]
        return f"{weekday} {local:%Y-%m-%d}"

    def duration(self, length: timedelta) -> str:
        """The two largest units, for example `9 hours 5 minutes`; below a minute, seconds."""
        seconds = rest = int(length.total_seconds())
        said = []
        for unit, size in _UNITS if seconds >= _DAYS_FROM else _UNITS[1:]:
            count, rest = divmod(rest, size)
            if count:
                said.append(self._counted(count, unit))
        return " ".join(said[:2]) or self._counted(seconds, "second")

    def _part_of_a_question(self, part: str) -> str:
        for knowledge in ("recorded", "happened"):
            _, is_so, moment = part.partition(f"as {knowledge} by ")
            if is_so:
                return self.phrase(f"as_{knowledge}", moment=self.time(datetime.fromisoformat(moment)))
        _, is_so, standing = part.partition("as seen by ")
        if is_so:
            role, _, agency = standing.removesuffix(" in one county").partition(" of ")
            return self.phrase("as_seen_by", role=self.word("role", role), agency=self.word("agency", agency))
        return self.word("question", part)

    def _counted(self, count: int, unit: str) -> str:
        return self.phrase(unit if count == 1 else f"{unit}s", n=count)

    def _optional(self, part: str, data: Mapping[str, Any]) -> str:
        try:
            return self._fill(part, data)
        except _Nothing:
            return ""

    def _fill(self, text: str, data: Mapping[str, Any]) -> str:
        return FIELD.sub(lambda field: self._say_field(field[1], field[2], data), text)

    def _say_field(self, path: str, filter_: str | None, data: Mapping[str, Any]) -> str:
        value = _find(data, path.split("."))
        values = value if isinstance(value, list) else [value]
        said = [self._say_value(each, filter_) for each in values]
        if not said:
            raise _Nothing
        return self.listed(said)

    def _say_value(self, value: Any, filter_: str | None) -> str:
        if value is None or value == "" or isinstance(value, dict | list):
            raise _Nothing
        if filter_ is None:
            return str(value)
        if filter_ == "if":
            if value is not True:
                raise _Nothing
            return ""
        if filter_ in self._filters:
            return self._filters[filter_](value)
        return self.word(filter_, str(value).lower() if isinstance(value, bool) else str(value))

    def _refuse_unknown_filters(self, template: str) -> None:
        for _, filter_ in FIELD.findall(template):
            if filter_ and filter_ != "if" and filter_ not in self._filters and filter_ not in self.tables:
                raise ValueError(f"A sentence uses {filter_!r}, which is neither a filter nor a table of words.")


def load_words(jurisdiction: Jurisdiction, language: Language = "en") -> Words:
    """The sentences in one language. The words in the jurisdiction's tables are English; agencies have names."""
    agencies = {"agency": {each.agency_id: each.name for each in jurisdiction.agencies.values()}}
    tables = agencies | (_english_of(jurisdiction) if language == "en" else {})
    return Words((Path(__file__).parent / FILES[language]).read_bytes(), tables)


def _english_of(jurisdiction: Jurisdiction) -> dict[str, dict[str, str]]:
    return {
        "channel": {each.channel: _lower(each.words) for each in jurisdiction.channels.values()},
        "clock": {each.rule: f"{each.rule} ({_lower(each.name)})" for each in jurisdiction.clocks}
        | {each.rule: f"{each.rule} ({_lower(each.name)})" for each in jurisdiction.duties},
        "credential": {each.kind: _lower(each.words) for each in jurisdiction.credentials.values()},
        "training": {
            part.part: _lower(part.words) for kind in jurisdiction.credentials.values() for part in kind.parts
        },
        "task_force": {each.task_force: _lower(each.words) for each in jurisdiction.responders.task_forces},
        "language": {each.language: each.words for each in jurisdiction.responders.languages},
        "duty_part": {part.part: part.words for duty in jurisdiction.reporting for part in duty.parts},
        "certificate": {each.certificate: _lower(each.words) for each in jurisdiction.exams.certificates},
        "age_band": {each.band: each.words for each in jurisdiction.exams.age_bands},
        "exam_consent": {each.consent: each.words for each in jurisdiction.exams.consents},
        "indicator": {each.code: _lower(each.words) for each in jurisdiction.indicators.values()},
        "instrument": {each.instrument: f"“{each.name}”" for each in jurisdiction.instruments},
        "screening_result": {
            result.result: _lower(result.words) for each in jurisdiction.instruments for result in each.results
        },
        "role": {each.role: _lower(each.words.partition(":")[0]) for each in jurisdiction.roles.values()},
        "unusual": {each.rule.value: _lower(each.words) for each in jurisdiction.unusual},
        "seat": {each.seat: each.words for each in jurisdiction.seats},
    }


def short(reference: object) -> str:
    """Enough of a reference to tell it from others on a page."""
    return str(reference)[:SHOWN_OF_A_REFERENCE]


def _lower(words: str) -> str:
    first = words.split(maxsplit=1)[0]
    return words if first[1:] != first[1:].lower() else words[:1].lower() + words[1:]


def _find(value: Any, path: list[str]) -> Any:
    for place, name in enumerate(path):
        if isinstance(value, list):
            return [_find(each, path[place:]) for each in value]
        if not isinstance(value, dict) or name not in value:
            raise _Nothing
        value = value[name]
    return value

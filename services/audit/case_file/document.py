"""The readable part, line by line in one language: made once, so that page and paper cannot tell it in two ways."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from services.audit.case_file.story import Timeline, ToldEvent, Withheld
from services.audit.case_file.wording import say
from services.audit.replay.telling import LATE_AFTER
from services.audit.replay.words import Language, Words


class Text(NamedTuple):
    """A paragraph."""

    says: str
    look: Literal["plain", "small", "code"] = "plain"


class Fact(NamedTuple):
    """A term, and what it is."""

    term: str
    value: str


class Note(NamedTuple):
    """What stands small below an event; `to` is the number of another event it points at."""

    says: str
    to: int | None = None


class Entry(NamedTuple):
    """One event. `day` is the one it was recorded on, in Central time; empty where no day is told."""

    number: int
    day: str
    says: Sequence[str]
    notes: Sequence[Note]


class Section(NamedTuple):
    """In this order below its heading."""

    heading: str
    texts: Sequence[Text]
    entries: Sequence[Entry] = ()
    points: Sequence[str] = ()
    facts: Sequence[Fact] = ()


class Document(NamedTuple):
    """Everything a reader is told, in order. Nothing else may be shown of a case."""

    language: Language
    made_at: datetime
    above: str
    title: str
    warning: str
    facts: Sequence[Fact]
    sections: Sequence[Section]


def document_of(told: Timeline, facts: Mapping[str, Any], language: Language, words: Words) -> Document:
    """`facts` are those of the manifest, with how many rows are shown and hashed and the keys' fingerprints."""
    says = partial(say, language)
    until = ", ".join(f"{words.word('service', each)} {last}" for each, last in sorted(facts["until"].items()))
    authority = says(f"authority.{facts['authority']}")
    made_at = datetime.fromisoformat(facts["made_at"])
    return Document(
        language=language,
        made_at=made_at,
        above=f"Muster · {says('sealed_case_file')}",
        title=says("title", case=str(facts["case"])[:8]),
        warning=says("confidential"),
        facts=[
            Fact(says("for"), says(f"profile.{facts['profile']}")),
            Fact(says("authority"), f"{authority}, {facts['number']}"),
            Fact(says("made_at"), words.time(made_at)),
            Fact(says("shown"), str(facts["shown"])),
            Fact(says("hashed"), str(facts["hashed"])),
            Fact(says("until"), until),
        ],
        sections=[
            _what_happened(told.told, language, words),
            _what_is_withheld(told.withheld, language, words),
            _how_to_check(facts, language),
        ],
    )


def _what_happened(told: Sequence[ToldEvent], language: Language, words: Words) -> Section:
    lead = Text(say(language, "in_order"), "small") if told else Text(say(language, "nothing"))
    return Section(say(language, "what_happened"), [lead], entries=[_entry(each, language, words) for each in told])


def _entry(told: ToldEvent, language: Language, words: Words) -> Entry:
    day, says = "", [f"{say(language, 'hours', hours=told.hours)}: {told.name}"]
    if told.sentence:
        recorded = datetime.fromisoformat(told.recorded_at)
        day, says = words.day(recorded), [words.time(recorded), told.sentence]
    notes = [Note(f"{words.word('service', told.service)} {told.position}")]
    if told.happened_at and _later(told):
        notes.append(Note(say(language, "happened", time=words.time(datetime.fromisoformat(told.happened_at)))))
    if told.because:
        notes.append(Note(say(language, "because", number=told.because), to=told.because))
    if not told.proved:
        notes.append(Note(say(language, "hash_alone")))
    return Entry(told.number, day, says, notes)


def _later(told: ToldEvent) -> bool:
    """Whether it was entered noticeably after it happened."""
    return datetime.fromisoformat(told.recorded_at) - datetime.fromisoformat(told.happened_at) >= LATE_AFTER


def _what_is_withheld(withheld: Sequence[Withheld], language: Language, words: Words) -> Section:
    def of_service(service: str, rows: Sequence[Withheld]) -> str:
        positions = ", ".join(str(each.position) for each in rows)
        return say(language, "positions", service=words.word("service", service), positions=positions)

    points = []
    for reason, rows in groupby(sorted(withheld, key=attrgetter("reason", "service")), attrgetter("reason")):
        of_services = "; ".join(of_service(name, list(mine)) for name, mine in groupby(rows, attrgetter("service")))
        points.append(f"{say(language, f'reason.{reason}')}: {of_services}")
    lead = Text(say(language, "withheld.lead"), "small")
    return Section(say(language, "withheld"), [lead], points=points or [say(language, "withheld.nothing")])


def _how_to_check(facts: Mapping[str, Any], language: Language) -> Section:
    texts = [
        Text(say(language, "proof.seal")),
        Text(say(language, "proof.lead")),
        Text(f"python3 -I verify.py CASE-FILE.zip --key {facts['fingerprint']}", "code"),
        Text(say(language, "proof.key")),
        Text(say(language, "proof.keys"), "small"),
    ]
    keys = [Fact(f"{name} {say(language, f'proof.{what}')}", print_) for name, what, print_ in facts["keys"]]
    return Section(say(language, "proof"), texts, facts=keys)

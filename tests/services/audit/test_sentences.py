"""Every event of the house has a sentence, and every sentence speaks of fields that its event has."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID, uuid4

import msgspec
import pytest

import contracts.events
import services
from contracts.jurisdictions import load_mississippi_charging
from contracts.language import Event, Personal, Seal
from deploy.topology import SERVICES
from services.audit.finding.state import FindingKind, How
from services.audit.replay import words as telling
from services.audit.replay.words import FIELD, FILES, LANGUAGES, Language, Words
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.definition import Definition
from services.kernel.operations import OPERATION_EVENTS
from services.rapid_assessment.notice.notice import Why
from tests.architecture.wired import definitions, events_of
from tests.services.audit.given import EVENING, words

WORDS = words()
BRACES = re.compile(r"{[a-z]+}")
KEEPING_OUT = ("kept_out", "shut_out", "account_excluded", "account_named", "conflict_declared")
SPANISH = words("es")
FOLDER = Path(telling.__file__).parent
FILE = FOLDER / FILES["en"]
PAGES = FOLDER.parents[1] / "console" / "pages" / "audit" / "words.json"


def modules() -> Iterator[ModuleType]:
    """Every module of the contracts' events, and every events.py of a service."""
    for each in pkgutil.iter_modules(contracts.events.__path__, "contracts.events."):
        yield importlib.import_module(each.name)
    root = Path(services.__path__[0])
    for file in sorted(root.glob("*/*/events.py")):
        yield importlib.import_module(".".join(("services", *file.relative_to(root).with_suffix("").parts)))


def every_event() -> list[type[Event]]:
    """Found by looking, so that a new event cannot be forgotten in a list."""
    found = {*CLOCK_EVENTS, *OPERATION_EVENTS}
    for module in modules():
        found |= {
            each
            for each in vars(module).values()
            if isinstance(each, type) and issubclass(each, Event) and each is not Event
        }
    return sorted(found, key=lambda event: event.NAME)


def test_the_search_finds_the_events_of_every_service() -> None:
    names = {event.NAME for event in every_event()}
    assert {"tips.tip_received", "clock.missed", "operation.page_read", "audit.case_replayed"} <= names


def written(words_: Words, event: type[Event]) -> list[str]:
    """The sentence, and each line below it."""
    form = (event.NAME, event.VERSION)
    return [words_.templates.get(form, ""), *words_.lines.get(form, ())]


def test_every_event_has_a_sentence() -> None:
    lacking = [event.NAME for event in every_event() if (event.NAME, event.VERSION) not in WORDS.templates]
    assert lacking == [], "sentences.json lacks them"


def test_a_sentence_speaks_only_of_fields_its_event_has_and_of_no_sealed_one() -> None:
    for event in every_event():
        fields = {field.name: field.type for field in msgspec.structs.fields(event)}
        for path, _ in FIELD.findall(" ".join(written(WORDS, event))):
            name = path.split(".")[0]
            assert name in fields, event
            assert Personal not in kinds(fields[name]), event


def kinds(type_: Any) -> set[Any]:
    """The types a field's type is made of."""
    inner = getattr(type_, "__args__", ())
    return {type_, get_origin(type_)} | {kind for each in inner for kind in kinds(each)}


def test_a_sentence_says_in_spanish_what_it_says_in_english() -> None:
    for event in every_event():
        form = (event.NAME, event.VERSION)
        assert form in SPANISH.templates, f"{FILES['es']} lacks {event.NAME}"
        texts = [written(each, event) for each in (WORDS, SPANISH)]
        english, spanish = [[{path for path, _ in FIELD.findall(text)} for text in each] for each in texts]
        assert english == spanish, event
        data = {field.name: example(field.type) for field in msgspec.structs.fields(event)}
        said = SPANISH.say(*form, data)
        assert said.endswith("."), event
        assert not {"{", "["} & set(said), event
        assert said != WORDS.say(*form, data), event


def test_every_word_and_phrase_is_there_in_spanish_and_no_sentence_of_what_there_is_not() -> None:
    assert SPANISH.templates.keys() == WORDS.templates.keys()
    assert SPANISH.phrases.keys() == WORDS.phrases.keys()
    for key, phrase in WORDS.phrases.items():
        assert set(BRACES.findall(phrase)) == set(BRACES.findall(SPANISH.phrases[key])), key
    lacking = {
        (table, code)
        for table, in_english in WORDS.tables.items()
        for code in in_english
        if code not in SPANISH.tables.get(table, {})
    }
    assert lacking == set()


def test_what_was_read_is_said_in_the_language_of_the_story_and_its_moment_in_central_time() -> None:
    question = (
        "notes of an exam, as recorded by 2026-11-20T23:12:00+00:00, as seen by cps_intake of MDCPS in one county"
    )
    said = [each.say("operation.page_read", 1, {"question": question}) for each in (WORDS, SPANISH)]
    assert said[0].startswith("Sealed fields were opened and read: notes of an exam, as it was known on Fri 2026-11-20")
    assert said[1].startswith("Se abrieron y leyeron campos sellados: notas de un examen, como se sabía el vie 2026-11")
    assert all("17:12 CST" in each and "UTC" not in each and "cps_intake" not in each for each in said)
    assert SPANISH.question("tip, opened in an emergency") == "aviso, abierto en una emergencia"
    # One word for one thing, on the page of who has read a case and in its story.
    pages = {name: each["es"] for name, each in json.loads(PAGES.read_text()).items() if name.startswith("question.")}
    emergency = pages.pop("question.in_an_emergency")
    table = dict(SPANISH.tables["question"])
    assert table.pop("opened in an emergency") == emergency
    assert {f"question.{code.replace(' ', '_')}": word for code, word in table.items()} == pages


def test_codes_of_a_court_that_english_says_as_they_are_written_have_spanish_words() -> None:
    tables = load_mississippi_charging()
    codes = {"stage": tables.stages, "outcome": tables.outcomes, "hearing": tables.hearings, "court": tables.courts}
    reasons = msgspec.to_builtins(tables.reasons)
    lacking = {(table, code) for table, group in codes.items() for code in group if code not in SPANISH.tables[table]}
    assert lacking == set()
    assert {code for group in reasons.values() for code in group} <= SPANISH.tables["reason"].keys()


def test_whoever_an_event_keeps_out_of_a_case_is_named_for_the_gate() -> None:
    for event in every_event():
        form = (event.NAME, event.VERSION)
        field = WORDS.keeps_out.out.get(form, "")
        keeps_out = "kept out" in WORDS.templates.get(form, "") or any(word in event.NAME for word in KEEPING_OUT)
        assert keeps_out == bool(field), event
        if field:
            assert UUID in kinds({each.name: each.type for each in msgspec.structs.fields(event)}[field]), event


def test_whoever_an_event_lets_in_again_is_named_for_the_gate() -> None:
    for event in every_event():
        lets_in = event.NAME.endswith(("account_readmitted", "exclusion_ended"))
        assert WORDS.keeps_out.again.get((event.NAME, event.VERSION), "") == ("account" if lets_in else ""), event


@pytest.mark.parametrize("definition", definitions(), ids=lambda definition: definition.name)
def test_a_service_shuts_out_of_its_past_whom_the_audit_service_keeps_out(definition: Definition) -> None:
    stored = {(event.NAME, event.VERSION) for event in events_of(definition)}

    def of(fields: Mapping[tuple[str, int], str]) -> Mapping[tuple[str, int], str]:
        return {form: field for form, field in fields.items() if form in stored}

    def said(fields: Mapping[type[Event], str]) -> Mapping[tuple[str, int], str]:
        return {(event.NAME, event.VERSION): field for event, field in fields.items()}

    assert said(definition.shuts_out.out) == of(WORDS.keeps_out.out)
    assert said(definition.shuts_out.again) == of(WORDS.keeps_out.again)


def test_no_two_services_have_an_event_of_one_name() -> None:
    names = [event.NAME for event in every_event()]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_written_twice(language: Language) -> None:
    def refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert sorted(set(keys)) == sorted(keys)
        return dict(pairs)

    json.loads((FOLDER / FILES[language]).read_text(), object_pairs_hook=refuse_twice)


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_every_service_has_a_name_in_words(service: str) -> None:
    assert service in json.loads(FILE.read_text())["tables"]["service"]


@pytest.mark.parametrize("kind", list(FindingKind))
def test_every_kind_of_finding_has_words(kind: FindingKind) -> None:
    assert WORDS.word("difference", kind) != kind.replace("_", " ")


@pytest.mark.parametrize("how", list(How))
def test_every_way_to_be_whole_again_has_words(how: How) -> None:
    assert WORDS.word("mended", how) != how.replace("_", " ")


def test_every_template_is_of_an_event_there_is() -> None:
    names = {(event.NAME, event.VERSION) for event in every_event()}
    assert set(WORDS.templates) <= names


def test_an_event_with_all_fields_is_told_and_not_just_named() -> None:
    for event in every_event():
        data = {field.name: example(field.type) for field in msgspec.structs.fields(event)}
        said = WORDS.say(event.NAME, event.VERSION, data)
        assert "no words" not in said, event
        assert not {"{", "["} & set(said), event
        assert said.endswith("."), event


def example(type_: Any) -> Any:
    """A stored value of a field's type."""
    return msgspec.to_builtins(_example(type_))


def _example(type_: Any) -> Any:
    inner = get_args(type_)
    if get_origin(type_) in {Annotated, Union, UnionType}:
        return _example(inner[0])
    if get_origin(type_) is tuple:
        return [_example(inner[0])]
    if type_ is Personal:
        return Personal(uuid4(), seal=Seal(key=uuid4(), nonce=b"n", ciphertext=b"c", commitment=b"c"))
    if issubclass(type_, msgspec.Struct):
        return {field.name: _example(field.type) for field in msgspec.structs.fields(type_)}
    return {UUID: uuid4(), datetime: EVENING, date: EVENING.date(), bool: True, int: 3, str: "some_code"}[type_]


@pytest.mark.parametrize("why", list(Why))
def test_every_cause_of_a_notice_has_words(why: Why) -> None:
    assert WORDS.word("why", why) != why.replace("_", " ")


def a_file(says: str) -> Words:
    phrases = json.loads(FILE.read_text())["phrases"]
    told = {"phrases": phrases, "tables": {"colour": {"r": "red"}}, "sentences": {"x.y": [{"says": says}]}}
    return Words(msgspec.json.encode(told), {})


def test_what_may_be_absent_is_left_out_with_the_words_around_it() -> None:
    file = a_file("Seen[ in {place}][ at {time|time}].")
    assert (
        file.say("x.y", 1, {"place": None, "time": "2026-11-03T00:00:00+00:00"}) == "Seen at Mon 2026-11-02 18:00 CST."
    )
    assert file.say("x.y", 1, {"place": "a school"}) == "Seen in a school."


def test_a_missing_field_makes_the_sentence_name_the_event_instead() -> None:
    assert "named x.y" in a_file("Seen in {place}.").say("x.y", 1, {})


def test_a_sealed_field_cannot_be_said() -> None:
    seal = {"person": str(uuid4()), "seal": {"key": "k", "nonce": "n", "ciphertext": "secret", "commitment": "c"}}
    assert "secret" not in a_file("The name is {name}.").say("x.y", 1, {"name": seal})
    assert "secret" not in a_file("The name is {name|ref}.").say("x.y", 1, {"name": seal})


def test_lists_and_codes_are_said_in_words() -> None:
    file = a_file("Colours: {colours.code|colour}.")
    data = {"colours": [{"code": "r"}, {"code": "dark_blue"}, {"code": "r"}]}
    assert file.say("x.y", 1, data) == "Colours: red, dark blue and red."


def test_a_misspelt_filter_is_refused_when_the_file_is_read() -> None:
    with pytest.raises(ValueError, match="color"):
        a_file("Seen: {code|color}.")


@pytest.mark.parametrize(
    ("said_in", "heads"), [(WORDS, ("Found: ", "Not asked: ")), (SPANISH, ("Se halló: ", "No se"))]
)
def test_a_screening_is_one_sentence_with_every_answer_below_it(said_in: Words, heads: tuple[str, str]) -> None:
    codes = list(WORDS.tables["indicator"])
    data = {
        "tip": str(uuid4()), "screened_at": EVENING.isoformat(), "age": "child", "exploitation": "suspected",
        "instrument": "an_instrument", "instrument_version": 1, "result": "a_result",
        "present": codes[:2], "not_present": [], "not_asked": codes[2:],
    }  # fmt: skip
    sentence, below = said_in.say("tip.screened_with", 1, data), said_in.below("tip.screened_with", 1, data)
    words_of = [said_in.word("indicator", code) for code in codes]
    assert not any(each in sentence for each in words_of)
    assert [line.startswith(head) for line, head in zip(below, heads, strict=True)] == [True, True]
    assert all(each in " ".join(below) for each in words_of)


def test_spanish_says_times_lists_and_lengths_in_its_own_words() -> None:
    assert SPANISH.time(EVENING) == "lun 2026-11-02 18:00 CST"
    assert SPANISH.listed(["a", "b", "c"]) == "a, b y c"
    assert SPANISH.duration(timedelta(hours=25, minutes=1)) == "25 horas 1 minuto"
    assert SPANISH.say("x.y", 1, {}) == "Se registró un hecho llamado x.y (versión 1); aún no hay palabras para él."


def test_times_are_central_and_tell_summer_from_winter() -> None:
    assert WORDS.time(EVENING) == "Mon 2026-11-02 18:00 CST"
    assert WORDS.time(datetime.fromisoformat("2026-07-01T05:00:00+00:00")) == "Wed 2026-07-01 00:00 CDT"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(hours=9), "9 hours"),
        (timedelta(hours=25, minutes=5), "25 hours 5 minutes"),
        (timedelta(hours=1, minutes=1, seconds=40), "1 hour 1 minute"),
        (timedelta(days=3, hours=2, minutes=1), "3 days 2 hours"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_durations_are_said_in_hours_as_the_law_counts(length: timedelta, said: str) -> None:
    assert WORDS.duration(length) == said

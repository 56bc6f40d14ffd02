"""Each check on events finds the fault it is there for: it is fed an event that has it."""

from typing import Annotated, Any

import msgspec
import pytest

from contracts.events.tips import TIPS_EVENTS, TipReceived
from contracts.fields import class_of
from contracts.language import Code, Event, Locating, Personal, Reference, Seal, classified
from contracts.needs import NEEDS, Need
from contracts.schema import schema_of
from deploy.topology import LISTENERS, Listener
from services.kernel.messages import subject_of
from tests.contracts import checks


class Attempt(msgspec.Struct, frozen=True):
    """Part of an event; its second field has no class."""

    worker: Reference
    words: str


class Shelter(msgspec.Struct, frozen=True):
    """Part of an event; what it tells may never leave victim services."""

    bed: Annotated[str, classified("victim_service")]


class Story(msgspec.Struct, frozen=True):
    """Part of an event, with a person's text two steps down."""

    shelters: Annotated[tuple[Shelter, ...], classified("code")]
    teller: Annotated[Personal, classified("personal")]


def an_event(**fields: Any) -> type[Event]:
    """A contract event of the tips service with these fields."""
    made = msgspec.defstruct(
        "Bad",
        list(fields.items()),
        bases=(Event,),
        namespace={"NAME": "tips.bad"},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    assert issubclass(made, Event)
    return made


UNKNOWN: Any = "secret"

UNCLASSIFIED: dict[str, tuple[Any, str]] = {
    "a plain word": (str, "field"),
    "a plain word or none": (str | None, "field"),
    "a code or a plain number": (Code | int, "field"),
    "several plain words": (tuple[str, ...], "field"),
    "a marked key with a plain value": (dict[Code, str], "field"),
    "a text of a person without a mark": (Personal, "field"),
    "a plain word in a part": (Annotated[tuple[Attempt, ...], classified("code")], "field.words"),
    "a plain word in a part of a dictionary": (Annotated[dict[str, Attempt], classified("code")], "field.words"),
    "a class nobody knows": (Annotated[str, classified(UNKNOWN)], "field"),
    "two classes": (Annotated[tuple[Locating, ...], classified("code")], "field"),
    "any value at all": (Any, "field"),
}


@pytest.mark.parametrize("case", UNCLASSIFIED)
def test_a_field_without_one_known_class_is_found(case: str) -> None:
    kind, path = UNCLASSIFIED[case]
    found = list(checks.unclassified(an_event(reference=Reference, field=kind)))
    assert len(found) == 1
    assert f" {path} has " in found[0]


def test_a_schema_is_not_made_of_an_event_with_an_unclassified_field() -> None:
    with pytest.raises(ValueError, match="mark field with one class"):
        schema_of("tips", an_event(field=str))
    with pytest.raises(ValueError, match="no field other"):
        class_of(an_event(field=Code), "other")


PERSONAL: dict[str, tuple[Any, str]] = {
    "a sealed text, marked": (Annotated[Personal, classified("personal")], "field"),
    "a sealed text behind a harmless mark": (Annotated[Personal, classified("code")], "field"),
    "a sealed text or none": (Annotated[Personal, classified("code")] | None, "field"),
    "several sealed texts": (Annotated[tuple[Personal, ...], classified("code")], "field"),
    "a bare seal": (Annotated[Seal, classified("reference")], "field"),
    "a word marked personal": (Annotated[str, classified("personal")], "field"),
    "a word of victim services": (Annotated[str, classified("victim_service")], "field"),
    "a personal word behind a harmless mark": (
        Annotated[tuple[Annotated[str, classified("personal")], ...], classified("code")],
        "field",
    ),
    "a word of victim services two steps down": (Annotated[Story, classified("code")], "field.shelters.bed"),
    "a sealed text two steps down": (Annotated[Story, classified("code")], "field.teller"),
}


@pytest.mark.parametrize("case", PERSONAL)
def test_what_tells_of_a_person_is_found_however_deep(case: str) -> None:
    kind, path = PERSONAL[case]
    found = list(checks.personal(an_event(reference=Reference, field=kind)))
    assert f"tips.bad: {path} is personal and must not leave its service" in found


def test_a_sealed_text_behind_a_harmless_mark_is_found_in_an_internal_event_too() -> None:
    event = an_event(field=Annotated[Personal, classified("code")])
    assert list(checks.sealed_but_not_marked(event)) == ["tips.bad: field holds a person's text and is not marked so"]


def test_an_event_in_good_order_has_no_fault() -> None:
    good = an_event(tip=Reference, words=Annotated[tuple[str, ...], classified("code")], other=Code | None)
    assert [*checks.unclassified(good), *checks.personal(good), *checks.badly_named("tips", good)] == []


@pytest.mark.parametrize(
    "name",
    ["tip_received", "identity.role_granted", "tips.received.twice", "tips.Received", "tips.received2", "tips.é"],
)
def test_a_name_that_is_not_its_services_or_not_two_words_is_found(name: str) -> None:
    class Named(Event, frozen=True, kw_only=True):
        NAME = name

    assert list(checks.badly_named("tips", Named))


def test_a_second_event_of_a_stored_name_is_found() -> None:
    class Impostor(Event, frozen=True, kw_only=True):
        NAME = TipReceived.NAME

    assert list(checks.named_twice([TipReceived, *TIPS_EVENTS])) == []
    assert list(checks.named_twice([*TIPS_EVENTS, Impostor])) == ["two events are named tips.tip_received"]


@pytest.mark.parametrize("name", ["tips.00000000-0000-4000-8000-000000000001", "tips.Example Child", "tips", "other.x"])
def test_a_subject_that_says_more_than_names_is_found(name: str) -> None:
    class Telling(Event, frozen=True, kw_only=True):
        NAME = name

    assert list(checks.subject_says_more("tips", Telling, [Telling]))


def test_an_event_published_and_not_listed_is_found_and_the_other_way_round() -> None:
    bad = an_event(tip=Reference)
    assert list(checks.undeclared("tips", [*TIPS_EVENTS, bad], {"tips": TIPS_EVENTS})) == [
        "tips publishes tips.bad, which contracts/published.py does not list"
    ]
    assert list(checks.undeclared("tips", TIPS_EVENTS, {"tips": [*TIPS_EVENTS, bad]})) == [
        "contracts/published.py lists tips.bad, which tips does not publish"
    ]


def test_a_reader_of_what_nobody_publishes_is_found() -> None:
    bad = an_event(tip=Reference)
    published = {"tips": TIPS_EVENTS}

    def faults(known: list[type[Event]], handled: list[type[Event]]) -> list[str]:
        return list(checks.misread(checks.Reading("rapid_assessment", "tips", known, handled), published))

    assert faults([*TIPS_EVENTS], [TipReceived]) == []
    assert faults([*TIPS_EVENTS, bad], []) == ["rapid_assessment knows tips.bad, which tips does not publish"]
    assert faults([*TIPS_EVENTS[1:]], []) == ["rapid_assessment does not know tips.tip_received and would park it"]
    assert faults([*TIPS_EVENTS], [bad]) == ["rapid_assessment handles tips.bad and does not list it as known"]


def test_a_locating_field_without_a_stated_need_is_found_for_each_reader() -> None:
    bad = an_event(tip=Reference, town=Locating)
    received = checks.locating_readers("tips", [bad], [bad], LISTENERS)
    readers = {"rapid_assessment", "forensic_clinic", "prosecution", "audit"}
    assert received == {(reader, "tips.bad", "town") for reader in readers}
    assert len(list(checks.need_faults(received, ()))) == len(readers)
    internal = checks.locating_readers("tips", [bad], (), LISTENERS)
    assert internal == {("audit", "tips.bad", "town")}


def test_a_need_nobody_has_an_empty_one_and_a_second_one_are_found() -> None:
    first = NEEDS[0]
    received = {(first.reader, first.event, first.field)}
    assert list(checks.need_faults(received, [first])) == []
    assert len(list(checks.need_faults(set(), [first]))) == 1
    assert len(list(checks.need_faults(received, [first, first]))) == 1
    assert len(list(checks.need_faults(received, [Need(*first[:3], "needed")]))) == 1


@pytest.mark.parametrize(
    ("pattern", "subject", "received"),
    [
        ("evt.tips.>", "evt.tips.tip_received", True),
        ("evt.tips.>", "log.tips.tip.person_described", False),
        ("*.tips.>", "log.tips.tip.person_described", True),
        ("*.tips.>", "evt.identity.role_granted", False),
        ("evt.tips.tip_received", "evt.tips.tip_received", True),
        ("evt.tips.tip_received", "evt.tips.tip_linked", False),
    ],
)
def test_who_receives_a_subject_is_told_from_the_subscription(pattern: str, subject: str, received: bool) -> None:
    assert checks.covers(pattern, subject) == received
    assert Listener("a", "b", pattern).subject == pattern
    assert subject_of("tips", "tips.tip_received", frozenset({"tips.tip_received"})) == "evt.tips.tip_received"

"""The medical compartment: no field holds a result, and what is sealed cannot be told apart from outside."""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

import msgspec
import pytest

from contracts.events.forensic_clinic import FORENSIC_CLINIC_EVENTS
from contracts.fields import fields_of
from contracts.language import Event, Personal
from services.forensic_clinic.examination import content
from services.forensic_clinic.examination import http as examination_http
from services.forensic_clinic.examination.content import Consent, Content, Diagnosis, Noted, read, sealed
from services.forensic_clinic.examination.events import EXAMINATION_EVENTS
from services.forensic_clinic.follow_up import content as follow_up_content
from services.forensic_clinic.follow_up import http as follow_up_http
from services.forensic_clinic.follow_up.content import Settled, Tried
from services.forensic_clinic.follow_up.events import FOLLOW_UP_EVENTS, SafeContactStated
from tests.services.forensic_clinic.examination.given import GIVERS, RULES, STEPS
from tests.services.forensic_clinic.given import PERSON

CLEAR = frozenset({"reference", "code", "measure", "moment"})
RESULT = ("positive", "negative", "reactive", "detected", "result", "finding", "titer", "injur")
"""How results are said; no word of any list here begins or contains one."""

FREE = frozenset({"how", "when", "may_say", "never_say"})
"""The only free text: how a patient may be reached, in their own words."""

IN_TABLE = frozenset({"step", "by", "reason", "item"})
"""Words of the jurisdiction's lists, checked against them before they are taken."""


@pytest.mark.parametrize("event", [*EXAMINATION_EVENTS, *FOLLOW_UP_EVENTS], ids=lambda each: each.NAME)
def test_no_event_has_a_field_in_which_a_result_could_stand(event: type[Event]) -> None:
    """In the clear: references, codes, counts, moments. Sealed: words of closed lists, and how to reach a patient."""
    sealed_fields = set()
    for field in fields_of(event):
        if Personal in field.inside:
            assert field.classes == {"personal"}
            sealed_fields.add(field.path)
        elif not field.inside:
            assert field.classes <= CLEAR, field.path
    assert event is not SafeContactStated or sealed_fields == FREE
    assert event is SafeContactStated or len(sealed_fields) <= 1
    assert not [each for each in sealed_fields if any(word in each for word in RESULT)]


def test_every_word_that_is_sealed_is_of_a_closed_list_and_none_says_a_result() -> None:
    for struct in (Consent, Noted, Diagnosis, Settled, Tried):
        for field in msgspec.structs.fields(struct):
            closed = get_origin(field.type) is Literal or field.name in IN_TABLE or struct is Diagnosis
            assert closed, f"{struct.__name__}.{field.name} takes any text"
    for word in all_words():
        assert not any(each in word.lower() for each in RESULT), word


def test_no_command_takes_a_free_text_but_the_safe_way_of_contact() -> None:
    commands = [each for module in (examination_http, follow_up_http) for each in commands_of(module)]
    assert len(commands) == 10
    free = {
        (command.__name__, field.name)
        for command in commands
        for field in msgspec.structs.fields(command)
        if field.type is not int and not is_closed(field) and field.name not in IN_TABLE
    }
    assert free == {("StateContact", name) for name in FREE} | {("EnterCode", "code")}


def test_every_sealed_content_is_of_one_length_whatever_it_says() -> None:
    longest_step, longest_giver = max(STEPS, key=len), max(GIVERS, key=len)
    longest_reason = max((each.reason for each in RULES.reasons), key=len)
    contents: list[Content] = [
        Consent(step=longest_step, word="withdrawn", by=longest_giver),
        Consent(step=content.EVERYTHING, word="declined", by="patient"),
        Noted(step=longest_step, outcome="not_applicable", reason=longest_reason),
        Noted(step=min(STEPS, key=len), outcome="taken"),
        Diagnosis(code="T74.52XA"),
    ]
    assert {len(sealed(PERSON, each).text) for each in contents} == {content.LENGTH}
    assert [read(sealed(PERSON, each).text) for each in contents] == contents
    words = [Settled(each) for each in get_args(follow_up_content.Settlement)]
    words_tried = [Tried(each) for each in get_args(follow_up_content.Outreach)]
    contents_after: list[Settled | Tried] = [*words, *words_tried]
    found = [follow_up_content.sealed(PERSON, each) for each in contents_after]
    assert {len(each.text) for each in found} == {follow_up_content.LENGTH}
    assert [follow_up_content.read(each.text) for each in found] == [each.outcome for each in contents_after]


def test_nothing_of_the_compartment_is_told_to_other_services() -> None:
    own = {*EXAMINATION_EVENTS, *FOLLOW_UP_EVENTS}
    assert not own & set(FORENSIC_CLINIC_EVENTS)
    told = {field.path.rpartition(".")[2] for event in FORENSIC_CLINIC_EVENTS for field in fields_of(event)}
    assert not told & {"step", "outcome", "code", "said", "noted", "item", "reason"}


def all_words() -> Iterator[str]:
    yield from (*STEPS, *GIVERS, *(each.reason for each in RULES.reasons))
    for rows in (RULES.steps, RULES.reasons, RULES.follow_ups):
        yield from (each.words for each in rows)
    yield from (each.follow_up for each in RULES.follow_ups)
    for words in (content.Word, content.Outcome, follow_up_content.Settlement, follow_up_content.Outreach):
        yield from get_args(words)


def commands_of(module: object) -> Iterator[type[msgspec.Struct]]:
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__module__ == module.__name__:  # type: ignore[attr-defined]
            yield each


def is_closed(field: msgspec.structs.FieldInfo) -> bool:
    """A word of a list that the code has, or a moment."""
    described = msgspec.inspect.type_info(field.type)
    while isinstance(described, msgspec.inspect.Metadata):
        described = described.type
    return isinstance(described, msgspec.inspect.LiteralType | msgspec.inspect.DateTimeType)

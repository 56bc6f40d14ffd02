"""Each kind of change that would break a reader of a released event is found, and nothing else is complained of."""

import copy
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.compatibility import incompatibilities, incompatibilities_of_all
from contracts.events.tips import TipReceived
from contracts.schema import all_schemas, schema_of

RELEASED: dict[str, Any] = {
    "x-service": "tips",
    "x-name": "tips.example",
    "x-version": 1,
    "x-subject": "evt.tips.example",
    "title": "tips.example",
    "description": "Words.",
    "type": "object",
    "properties": {
        "tip": {"type": "string", "format": "uuid", "x-class": "reference"},
        "age": {"enum": ["adult", "child"], "x-class": "locating"},
        "roles": {"type": "array", "items": {"type": "string"}, "x-class": "code"},
        "count": {"type": "integer", "default": 0, "x-class": "measure"},
        "agency": {"anyOf": [{"type": "string"}, {"type": "null"}], "x-class": "code"},
        "part": {"$ref": "#/$defs/Part", "x-class": "code"},
    },
    "required": ["tip", "age", "roles", "agency", "part"],
    "additionalProperties": False,
    "$defs": {
        "Part": {
            "type": "object",
            "properties": {"word": {"type": "string", "x-class": "code"}},
            "required": ["word"],
            "additionalProperties": False,
        }
    },
}

Change = Callable[[dict[str, Any]], object]

CHANGES: Mapping[str, tuple[Change, str]] = {
    "another name": (lambda s: s.update({"x-name": "tips.other"}), "its name was 'tips.example' and is now"),
    "another version": (lambda s: s.update({"x-version": 2}), "its version was 1 and is now 2"),
    "another service": (lambda s: s.update({"x-service": "audit"}), "its service was 'tips' and is now"),
    "another subject": (lambda s: s.update({"x-subject": "evt.tips.other"}), "its subject was"),
    "a removed field": (lambda s: s["properties"].pop("count"), "count: the field was removed or renamed"),
    "a renamed field": (
        lambda s: s["properties"].update({"case": s["properties"].pop("tip")}),
        "tip: the field was removed or renamed",
    ),
    "a new required field": (
        lambda s: (s["properties"].update({"county": {"type": "string"}}), s["required"].append("county")),
        "county: a new required field",
    ),
    "a new field that may be missing": (
        lambda s: s["properties"].update({"county": {"type": "string", "default": ""}}),
        "county: a new field, which present readers refuse",
    ),
    "a field now required": (lambda s: s["required"].append("count"), "count: the field is now required"),
    "a field no longer required": (lambda s: s["required"].remove("tip"), "tip: the field may now be missing"),
    "another type": (lambda s: s["properties"]["tip"].update({"type": "integer"}), "tip: its type changed"),
    "another format": (lambda s: s["properties"]["tip"].pop("format"), "tip: format changed"),
    "another type in a list": (
        lambda s: s["properties"]["roles"].update({"items": {"type": "integer"}}),
        "roles[]: its type changed",
    ),
    "none no longer allowed": (
        lambda s: s["properties"].update({"agency": {"type": "string", "x-class": "code"}}),
        "agency: its type changed",
    ),
    "one choice of another type": (
        lambda s: s["properties"]["agency"]["anyOf"][0].update({"type": "integer"}),
        "agency: its type changed",
    ),
    "a closed list instead of any word": (
        lambda s: s["properties"]["roles"]["items"].update({"enum": ["auditor"]}),
        "roles[]: its type changed",
    ),
    "a narrower list": (lambda s: s["properties"]["age"].update({"enum": ["child"]}), "age: ['adult'] may no longer"),
    "a wider list": (
        lambda s: s["properties"]["age"].update({"enum": ["adult", "child", "not_known"]}),
        "age: ['not_known'] may now stand there",
    ),
    "another class": (
        lambda s: s["properties"]["age"].update({"x-class": "code"}),
        "age: its class was 'locating' and is now 'code'",
    ),
    "no class": (lambda s: s["properties"]["age"].pop("x-class"), "age: its class was 'locating' and is now None"),
    "another default": (lambda s: s["properties"]["count"].update({"default": 1}), "count: default changed"),
    "a limit": (lambda s: s["properties"]["count"].update({"maximum": 9}), "count: maximum changed"),
    "another type in a part": (
        lambda s: s["$defs"]["Part"]["properties"]["word"].update({"type": "integer"}),
        "part.word: its type changed",
    ),
    "another class in a part": (
        lambda s: s["$defs"]["Part"]["properties"]["word"].update({"x-class": "personal"}),
        "part.word: its class was 'code' and is now 'personal'",
    ),
    "fields nobody knows are let in": (
        lambda s: s.update({"additionalProperties": True}),
        "the event: additionalProperties changed",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_that_breaks_a_reader_is_found_and_named(case: str) -> None:
    change, sentence = CHANGES[case]
    changed = copy.deepcopy(RELEASED)
    change(changed)
    found = incompatibilities(RELEASED, changed)
    assert any(each.startswith(sentence) for each in found), found
    assert len(found) == (2 if case == "a renamed field" else 1)


def test_a_removed_event_is_found() -> None:
    assert incompatibilities_of_all({"tips/example.v1.json": RELEASED}, {}) == [
        "tips/example.v1.json: the event was removed"
    ]


def test_a_new_event_and_other_words_break_nobody() -> None:
    said = copy.deepcopy(RELEASED)
    said.update(description="Other words.", title="Other words")
    said["properties"]["tip"]["description"] = "More words."
    present = {"tips/example.v1.json": said, "tips/new.v1.json": RELEASED}
    assert incompatibilities_of_all({"tips/example.v1.json": RELEASED}, present) == []


@pytest.mark.parametrize("name", sorted(all_schemas()))
def test_every_contract_event_is_compatible_with_itself_and_with_no_other(name: str) -> None:
    schemas = all_schemas()
    assert incompatibilities(schemas[name], schemas[name]) == []
    for other in schemas.keys() - {name}:
        assert incompatibilities(schemas[name], schemas[other])


def test_a_change_of_a_real_event_is_found() -> None:
    changed = copy.deepcopy(dict(schema_of("tips", TipReceived)))
    del changed["properties"]["county"]
    changed["required"].remove("county")
    assert incompatibilities(schema_of("tips", TipReceived), changed) == ["county: the field was removed or renamed"]


# A moment as events have it: the schema names its form only with its zone.
Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
VALUES: Mapping[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-9, 9),
    str: st.text(max_size=3),
    bool: st.booleans(),
    UUID: st.uuids(),
    Zoned: st.datetimes(timezones=st.just(UTC)),
    int | None: st.none() | st.integers(-9, 9),
    tuple[int, ...]: st.lists(st.integers(-9, 9), max_size=2).map(tuple),
    Literal["a", "b"]: st.sampled_from(["a", "b"]),
    Literal["a", "b", "c"]: st.sampled_from(["a", "b", "c"]),
}

Shape = tuple[tuple[str, Any, bool], ...]

one_field = st.tuples(st.sampled_from(["first", "second", "third"]), st.sampled_from(list(VALUES)), st.booleans())
shapes = st.lists(one_field, min_size=1, max_size=3, unique_by=lambda field: field[0]).map(tuple)


def struct_of(shape: Shape) -> type[msgspec.Struct]:
    """A struct as strict as events are; a field that may be missing has the first of its values as default."""
    defaults = {
        int: 0,
        str: "",
        bool: False,
        UUID: UUID(int=0),
        Zoned: datetime.min.replace(tzinfo=UTC),
        int | None: None,
    }
    fields = [
        (name, kind, defaults.get(kind, () if kind == tuple[int, ...] else "a")) if may_miss else (name, kind)
        for name, kind, may_miss in shape
    ]
    return msgspec.defstruct("Example", fields, kw_only=True, forbid_unknown_fields=True)


def plain_schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    own: dict[str, Any] = msgspec.json.schema(struct)["$defs"]["Example"]
    return own


def written(data: st.DataObject, shape: Shape) -> bytes:
    """An event of this shape as some writer may write it."""
    made = {
        name: data.draw(VALUES[kind])
        for name, kind, may_miss in shape
        if not (may_miss and data.draw(st.booleans(), label=f"{name} is missing"))
    }
    return msgspec.json.encode(made)


@given(shapes, shapes, st.data())
def test_what_is_called_compatible_is_read_by_old_and_new_code_alike(
    old: Shape, new: Shape, data: st.DataObject
) -> None:
    before, after = struct_of(old), struct_of(new)
    if not incompatibilities(plain_schema(before), plain_schema(after)):
        stored, fresh = written(data, old), written(data, new)
        assert msgspec.to_builtins(msgspec.json.decode(stored, type=after)) == msgspec.to_builtins(
            msgspec.json.decode(stored, type=before)
        )
        msgspec.json.decode(fresh, type=before)


@given(shapes, shapes)
def test_nothing_is_called_compatible_but_the_same_fields(old: Shape, new: Shape) -> None:
    found = incompatibilities(plain_schema(struct_of(old)), plain_schema(struct_of(new)))
    assert (found == []) == (set(old) == set(new))

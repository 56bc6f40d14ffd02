"""What would break a reader if a released event changed.

Readers refuse a field or a value they do not know, and the log keeps every event ever written. So an event of a
released name and version must be readable both ways: old events by new code, new events by code that is not yet
updated. Everything but words is therefore fixed; what must differ gets a new version.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.schema import Schema

IDENTITY = {"x-service": "service", "x-name": "name", "x-version": "version", "x-subject": "subject"}
WORDS = frozenset({"$schema", "title", "description", "examples"})
COMPARED_APART = frozenset({"$ref", "$defs", "type", "enum", "x-class", "properties", "required", "items", "anyOf"})
_ABSENT = object()


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """One sentence for each change of an event that some reader would stumble over; empty when there is none."""
    found = [
        f"its {word} was {old[key]!r} and is now {new.get(key)!r}"
        for key, word in IDENTITY.items()
        if key in old and old[key] != new.get(key)
    ]
    return [*found, *_compare("", old, new, old, new)]


def incompatibilities_of_all(released: Mapping[str, Schema], present: Mapping[str, Schema]) -> list[str]:
    """The same for all events, by file name; a released event that is gone is one, too."""
    found = [f"{name}: the event was removed" for name in released if name not in present]
    for name in released.keys() & present.keys():
        found.extend(f"{name}: {change}" for change in incompatibilities(released[name], present[name]))
    return sorted(found)


def _compare(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[str]:
    old, new = _followed(old, old_root), _followed(new, new_root)
    where = path or "the event"
    if old.get("x-class") != new.get("x-class"):
        yield f"{where}: its class was {old.get('x-class')!r} and is now {new.get('x-class')!r}"
    if _shape(old) != _shape(new):
        yield f"{where}: its type changed"
        return
    yield from _constraints(where, old, new)
    yield from _values(where, old, new)
    if "properties" in old:
        yield from _fields(path, old, new, old_root, new_root)
    if isinstance(old.get("items"), dict):
        yield from _compare(f"{path}[]", old["items"], new["items"], old_root, new_root)
    for one, other in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=True):
        yield from _compare(path, one, other, old_root, new_root)


def _fields(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[str]:
    before, after = old["properties"], new["properties"]
    must_before, must_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        inner = f"{path}.{name}" if path else name
        if name not in after:
            yield f"{inner}: the field was removed or renamed"
            continue
        if name in must_after - must_before:
            yield f"{inner}: the field is now required, and stored events may lack it"
        if name in must_before - must_after:
            yield f"{inner}: the field may now be missing, and present readers need it"
        yield from _compare(inner, before[name], after[name], old_root, new_root)
    for name in after:
        if name in before:
            continue
        inner = f"{path}.{name}" if path else name
        if name in must_after:
            yield f"{inner}: a new required field, which stored events lack"
        elif old.get("additionalProperties") is False:
            yield f"{inner}: a new field, which present readers refuse"


def _values(where: str, old: Schema, new: Schema) -> Iterator[str]:
    if "enum" not in old or "enum" not in new:
        return
    if gone := [value for value in old["enum"] if value not in new["enum"]]:
        yield f"{where}: {gone} may no longer stand there, and stored events may hold it"
    if more := [value for value in new["enum"] if value not in old["enum"]]:
        yield f"{where}: {more} may now stand there, which present readers refuse"


def _constraints(where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Lengths, patterns, limits, defaults: whichever way one moved, some reader differs from some writer."""
    for key in sorted((old.keys() | new.keys()) - COMPARED_APART - WORDS - IDENTITY.keys()):
        if old.get(key, _ABSENT) != new.get(key, _ABSENT):
            yield f"{where}: {key} changed"


def _shape(schema: Schema) -> tuple[Any, ...]:
    kind = schema.get("type")
    return (kind, "enum" in schema, "properties" in schema, isinstance(schema.get("items"), dict), _choices(schema))


def _choices(schema: Schema) -> int:
    return len(schema.get("anyOf", ()))


def _followed(schema: Schema, root: Schema) -> Schema:
    """A reference with what it stands for; marks beside the reference stay."""
    if "$ref" not in schema:
        return schema
    target = root.get("$defs", {})[schema["$ref"].rpartition("/")[2]]
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}

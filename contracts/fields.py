"""Looks inside an event: every field of it, however deep, and what each can reveal."""

from collections.abc import Iterator
from typing import NamedTuple, get_args

from msgspec import inspect

from contracts.language import Class, Event, Personal, Seal

CLASSES: frozenset[str] = frozenset(get_args(Class))
UNCLASSIFIED = ""


class Field(NamedTuple):
    """`path` is dotted from the event; `classes` are what it is marked with, `UNCLASSIFIED` among them for a gap.

    `inside` are the structs it is made of. A field in good order has exactly one class.
    """

    path: str
    classes: frozenset[str]
    inside: frozenset[type]


def fields_of(event: type[Event]) -> Iterator[Field]:
    """The event's own fields, then those of structs inside them. What a seal is made of is no field of the event."""
    yield from _fields(event, "", frozenset())


def class_of(event: type[Event], field: str) -> str:
    """Raises ValueError for a field without a class, with several, or with one that is not of the list."""
    for found in fields_of(event):
        if found.path == field:
            if len(found.classes) == 1 and found.classes <= CLASSES:
                return next(iter(found.classes))
            raise ValueError(f"{event.NAME}: mark {field} with one class of contracts.language.Class.")
    raise ValueError(f"{event.NAME} has no field {field}.")


def _fields(struct: type, prefix: str, seen: frozenset[type]) -> Iterator[Field]:
    described = inspect.type_info(struct)
    if not isinstance(described, inspect.StructType) or struct in seen:
        return
    for field in described.fields:
        path = prefix + field.encode_name
        inside = frozenset(_structs(field.type))
        yield Field(path, frozenset(_classes(field.type)), inside)
        for each in inside - {Personal, Seal}:
            yield from _fields(each, f"{path}.", seen | {struct})


def _classes(type_: inspect.Type) -> Iterator[str]:
    """An outer mark holds for what is inside, and an inner mark counts beside it: it may say worse."""
    if isinstance(type_, inspect.Metadata) and "class" in (type_.extra or {}):
        yield str((type_.extra or {})["class"])
        yield from (each for each in _classes(type_.type) if each != UNCLASSIFIED)
        return
    parts = [part for part in _parts(type_) if not isinstance(part, inspect.NoneType)]
    if not parts:
        yield UNCLASSIFIED
    for part in parts:
        yield from _classes(part)


def _structs(type_: inspect.Type) -> Iterator[type]:
    if isinstance(type_, inspect.StructType):
        yield type_.cls
    for part in _parts(type_):
        yield from _structs(part)


def _parts(type_: inspect.Type) -> tuple[inspect.Type, ...]:
    match type_:
        case inspect.Metadata(type=inner):
            return (inner,)
        case inspect.UnionType(types=types):
            return tuple(types)
        case inspect.TupleType(item_types=types):
            return tuple(types)
        case inspect.DictType(key_type=key, value_type=value):
            return (key, value)
        case inspect.CollectionType(item_type=item):
            return (item,)
        case _:
            return ()

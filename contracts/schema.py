"""The JSON Schema of an event version, made from its struct; each field carries its class as `x-class`."""

import inspect as docs
import json
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from contracts.fields import class_of
from contracts.language import Event
from contracts.published import PUBLISHED

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = Mapping[str, Any]


def schema_of(service: str, event: type[Event]) -> Schema:
    """Of the event's data, as they stand in the stored form. Raises ValueError for a field without a class."""
    made = msgspec.json.schema(event)
    parts = made.pop("$defs")
    own = parts.pop(event.__name__)
    for field in msgspec.structs.fields(event):
        schema = own["properties"][field.encode_name]
        _mark_moments(inspect.type_info(field.type), schema)
        schema["x-class"] = class_of(event, field.encode_name)
    return {
        "$schema": DIALECT,
        "title": event.NAME,
        "description": docs.cleandoc(event.__doc__ or ""),
        "x-service": service,
        "x-name": event.NAME,
        "x-version": event.VERSION,
        "x-subject": subject_of(event),
        "type": "object",
        "properties": own["properties"],
        "required": own.get("required", []),
        "additionalProperties": False,
        **({"$defs": parts} if parts else {}),
    }


def subject_of(event: type[Event]) -> str:
    """Where its messages travel."""
    return f"evt.{event.NAME}"


def file_name(service: str, event: type[Event]) -> str:
    """Relative to a folder of schemas."""
    return f"{service}/{event.NAME.removeprefix(f'{service}.')}.v{event.VERSION}.json"


def all_schemas() -> Mapping[str, Schema]:
    """Every published event's schema, by file name."""
    return {
        file_name(service, event): schema_of(service, event) for service, kind in PUBLISHED.items() for event in kind
    }


def rendered(document: Schema) -> str:
    """As it is checked in: for people to read and compare line by line."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _mark_moments(type_: inspect.Type, schema: dict[str, Any]) -> None:
    """The library names the format of times with a zone only when the type demands one."""
    match type_:
        case inspect.Metadata(type=inner):
            _mark_moments(inner, schema)
        case inspect.DateTimeType():
            schema["format"] = "date-time"
        case inspect.CollectionType(item_type=item):
            _mark_moments(item, schema["items"])
        case _:
            return

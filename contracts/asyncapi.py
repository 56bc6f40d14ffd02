"""The house's messages as an AsyncAPI document: where each travels, with which headers, in which form."""

from collections.abc import Mapping
from typing import Any

from contracts.language import Event
from contracts.published import PUBLISHED
from contracts.schema import Schema, file_name, subject_of

_UUID = {"type": "string", "format": "uuid"}
_MOMENT = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "string", "pattern": "^[1-9][0-9]*$"}

ENVELOPE: Mapping[str, Any] = {
    "title": "stored form",
    "description": "An event as it lies in the log and travels, the same bytes in both places.",
    "type": "object",
    "properties": {
        "version": {"type": "integer", "minimum": 1, "description": "Of the event's data. A newer one is refused."},
        "event_id": _UUID,
        "happened_at": {**_MOMENT, "description": "When it happened, as people assert."},
        "actor": {"type": "string", "description": "An account, a service, or public: never a name."},
        "agency": {"type": "string"},
        "command_id": _UUID,
        "causation_id": {"anyOf": [_UUID, {"type": "null"}]},
        "correlation_id": {**_UUID, "description": "The case."},
        "policy": {"type": "string", "description": "The version of the policies that permitted it."},
        "data": {"type": "object"},
        "recorded_at": {**_MOMENT, "description": "When the machine knew, never before its predecessor."},
    },
    "required": [
        "version",
        "event_id",
        "happened_at",
        "actor",
        "agency",
        "command_id",
        "causation_id",
        "correlation_id",
        "policy",
        "data",
        "recorded_at",
    ],
    "additionalProperties": False,
}

HEADERS: Mapping[str, Any] = {
    "title": "headers",
    "description": "CloudEvents 1.0 in NATS binary mode; Nats-Msg-Id lets the server drop what it has already.",
    "type": "object",
    "properties": {
        "Nats-Msg-Id": _UUID,
        "content-type": {"const": "application/json"},
        "ce-specversion": {"const": "1.0"},
        "ce-id": {**_UUID, "description": "The event id."},
        "ce-source": {"type": "string", "pattern": "^/muster/[a-z_]+$"},
        "ce-type": {"type": "string", "pattern": r"^[a-z_]+\.[a-z_]+$", "description": "The event's stored name."},
        "ce-time": {**_MOMENT, "description": "When it was recorded."},
        "ce-position": {**_NUMBER, "description": "Its place in the log of its source, without gaps."},
        "ce-stream": {**_UUID, "description": "The aggregate."},
        "ce-streamversion": {**_NUMBER, "description": "Its place in the aggregate's stream."},
        "traceparent": {
            "type": "string",
            "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "W3C Trace Context: the case, and the end of the event id. No reader needs it.",
        },
    },
    "required": [
        "Nats-Msg-Id",
        "content-type",
        "ce-specversion",
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-time",
        "ce-position",
        "ce-stream",
        "ce-streamversion",
    ],
    "additionalProperties": False,
}


def asyncapi() -> Schema:
    """Refers to the schemas of the data by their files, which lie beside it."""
    every = [(service, event) for service, kind in PUBLISHED.items() for event in kind]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Muster: what services tell each other",
            "version": "1",
            "description": "One stream for each service, in the order of its log. No message names anyone.",
        },
        "defaultContentType": "application/json",
        "channels": {event.NAME: _channel(event) for _, event in every},
        "operations": {f"tell.{event.NAME}": _operation(service, event) for service, event in every},
        "components": {
            "messages": {_message_name(event): _message(service, event) for service, event in every},
            "schemas": {"envelope": ENVELOPE, "headers": HEADERS},
        },
    }


def _message_name(event: type[Event]) -> str:
    return f"{event.NAME}.v{event.VERSION}"


def _channel(event: type[Event]) -> Schema:
    name = _message_name(event)
    return {"address": subject_of(event), "messages": {name: {"$ref": f"#/components/messages/{name}"}}}


def _operation(service: str, event: type[Event]) -> Schema:
    return {"action": "send", "title": f"told by {service}", "channel": {"$ref": f"#/channels/{event.NAME}"}}


def _message(service: str, event: type[Event]) -> Schema:
    data = {"properties": {"version": {"const": event.VERSION}, "data": {"$ref": f"./{file_name(service, event)}"}}}
    return {
        "name": event.NAME,
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"allOf": [{"$ref": "#/components/schemas/envelope"}, data]},
    }

"""What happened to a record, for those who work on it: codes, moments and references, never a sealed text.

A service lists the events it shows; of any other nobody learns here, not even that it happened.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from contracts.language import Event, Personal
from services.kernel.stored_form import Happening


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `by` is the account that did it; None for the service itself, and for whoever has no account."""

    stream: UUID
    name: str
    happened_at: datetime
    recorded_at: datetime
    by: UUID | None
    facts: dict[str, Any]


def entries(happenings: Iterable[Happening], shown: Collection[type[Event]]) -> list[Entry]:
    """In the order they were recorded."""
    told = sorted((each for each in happenings if type(each.event) in shown), key=lambda each: each.position)
    return [_entry(each) for each in told]


def _entry(happening: Happening) -> Entry:
    if happening.recorded_at is None:
        raise LookupError("An event that was not read back has no history.")
    kind, _, reference = happening.origin.actor.partition(":")
    return Entry(
        stream=happening.stream,
        name=happening.event.NAME,
        happened_at=happening.happened_at,
        recorded_at=happening.recorded_at,
        by=UUID(reference) if kind == "account" else None,
        facts={
            name: value
            for name in happening.event.__struct_fields__
            if not _is_sealed(value := getattr(happening.event, name))
        },
    )


def _is_sealed(value: object) -> bool:
    """Fields of an event hold one thing or several of a kind."""
    return isinstance(value, Personal) or (isinstance(value, tuple) and any(_is_sealed(each) for each in value))

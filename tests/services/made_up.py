"""Events with made-up fields, for properties that must hold of any events whatever."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from contracts.language import Event, Personal

T = TypeVar("T", bound=msgspec.Struct)

# Few of each, so that events meet one another.
PEOPLE = tuple(UUID(int=number) for number in range(1, 6))
WORDS = ("child", "adult", "not_known", "cps_investigator", "victim_advocate", "C02", "C06")
START = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)

references = st.sampled_from(PEOPLE)
words = st.sampled_from(WORDS)
moments = st.integers(-48, 48).map(lambda hours: START + timedelta(hours=hours))
texts = st.builds(Personal, person=references, text=words)

_BY_TYPE: Mapping[Any, st.SearchStrategy[Any]] = {
    UUID: references,
    UUID | None: st.none() | references,
    str: words,
    datetime: moments,
    bool: st.booleans(),
    int: st.integers(0, 100),
    UUID | None: st.none() | references,
    datetime | None: st.none() | moments,
    date | None: st.none() | moments.map(datetime.date),
    Personal: texts,
    Personal | None: st.none() | texts,
}


def made_up(event: type[T]) -> st.SearchStrategy[T]:
    """Any event of that type, or any part of one."""
    hints = get_type_hints(event)
    fields = {name: _of(hints[name]) for name in event.__struct_fields__}
    return st.builds(event, **fields)


def _of(kind: Any) -> st.SearchStrategy[Any]:
    if get_origin(kind) is tuple:
        return st.lists(_of(get_args(kind)[0]), max_size=3).map(tuple)
    return _BY_TYPE[kind] if kind in _BY_TYPE else made_up(kind)


def all_of(events: tuple[type[Event], ...]) -> st.SearchStrategy[Event]:
    """Any event of those types."""
    return st.one_of(*(made_up(event) for event in events))

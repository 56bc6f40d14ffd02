"""A list taken away as a file: every row the same scope and gate give the caller, and never before that is on record.

A list's GET route has a twin: POST to the same path with `/export` behind it, the same action, the same filters.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID, uuid4

import msgspec
from litestar import Request
from litestar.response import Stream

from contracts.language import Refused
from services.kernel.http.commands import caller_of
from services.kernel.http.gate import Gate
from services.kernel.http.reading import Reader
from services.kernel.log import Log
from services.kernel.operations import ListExported
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

MOST = 10_000
"""Rows of one file. A list that holds more is refused, never cut short: whoever counts rows would count wrongly."""

ASKED_FOR = MOST + 1
"""What an export asks its list for, so that it learns of a row too many."""

MEDIA_TYPE = "text/csv"
AT_ONCE = 200
# Without it a spreadsheet takes UTF-8 for something else.
MARK = "\ufeff"
# With these a spreadsheet begins a formula, in full width too, and after space that it passes over.
_RUNS = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True)
class Listed:
    """A list: what it is called, its row, and which fields of a row name records."""

    name: str
    row: type[msgspec.Struct]
    records: tuple[str, ...] = ()

    def of(self, rows: Iterable[msgspec.Struct]) -> tuple[UUID, ...]:
        """The records the rows name, each once."""
        named = (getattr(row, name) for row in rows for name in self.records)
        return tuple(dict.fromkeys(each for each in named if each is not None))


class Exports:
    """Takes lists away; one for the service."""

    def __init__(self, store: EventStore, events: Log, time: TimeSource, gate: Gate) -> None:
        self._store = store
        self._events = events
        self._time = time
        self._gate = gate

    async def take(
        self,
        request: Request[Any, Any, Any],
        listed: Listed,
        read: Callable[[], Awaitable[Sequence[msgspec.Struct]]],
        **filters: object,
    ) -> Stream:
        """The file. `read` asks for `ASKED_FOR` rows; `filters` are codes, numbers and moments, never what was typed.

        Raises `Refused` for more rows than a file may hold, and what `read` raises; then nothing is on record.
        """
        position = await self._events.last_position()
        rows = await read()
        if len(rows) > MOST:
            sentence = f"This list has more than {MOST:,} rows for one file. Narrow it by a filter, then take it."
            raise Refused("too_many_rows", sentence)
        now = self._time.now()
        await self._record(request, listed, rows, filters, position, now)
        name = f"muster-{listed.name.replace(' ', '-')}-{now:%Y%m%dT%H%M%SZ}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Stream(file_of(listed.row, rows), media_type=MEDIA_TYPE, headers=headers)

    async def _record(
        self,
        request: Request[Any, Any, Any],
        listed: Listed,
        rows: Sequence[msgspec.Struct],
        filters: Mapping[str, object],
        position: int,
        now: datetime,
    ) -> None:
        """Who took what away. A file of many records belongs to the case of none of them."""
        caller = caller_of(request)
        event = ListExported(
            question=listed.name,
            narrowed=narrowed_by(filters),
            rows=len(rows),
            records=listed.of(rows),
            position=position,
        )
        export = uuid4()
        origin = Origin(
            actor=caller.actor,
            agency=caller.agency,
            command_id=uuid4(),
            causation_id=None,
            correlation_id=export,
            policy=self._gate.version,
        )
        await self._store.append(Changes([Change(export, 0, [event])]), origin, now)


def narrowed_by(filters: Mapping[str, object]) -> tuple[str, ...]:
    """As it goes on record. They are codes, numbers and moments, never what was typed."""
    return tuple(f"{name}={text_of(value)}" for name, value in filters.items() if value is not None)


async def put_search_on_record(
    reader: Reader, request: Request[Any, Any, Any], listed: Listed, rows: Sequence[msgspec.Struct], **filters: object
) -> None:
    """That the caller searched the list, and what it returned, before they see it. `filters` are as for a file.

    A list that nothing narrows was not searched.
    """
    narrowed = narrowed_by(filters)
    if narrowed:
        await reader.searched(caller_of(request), listed.name, narrowed, len(rows), listed.of(rows))


def file_of(row: type[msgspec.Struct], rows: Sequence[msgspec.Struct]) -> Iterator[bytes]:
    """Some rows at a time, after a line that says in words what stands in each column."""
    columns = list(columns_of(row))
    heads = [" ".join(path).replace("_", " ").capitalize() for path in columns]
    yield (MARK + _lines([heads])).encode()
    for first in range(0, len(rows), AT_ONCE):
        yield _lines([_cells(each, columns) for each in rows[first : first + AT_ONCE]]).encode()


def columns_of(row: type[msgspec.Struct]) -> Iterator[tuple[str, ...]]:
    """A column for each field; what a row holds one of is spread out in its place."""
    for each in msgspec.structs.fields(row):
        inner = [kind for kind in (each.type, *get_args(each.type)) if _is_struct(kind)]
        if inner and not _holds_several(each.type):
            yield from ((each.name, *path) for path in columns_of(inner[0]))
        else:
            yield (each.name,)


def text_of(value: object) -> str:  # noqa: PLR0911  # one case for each kind of value
    """In a form that programs and people read: moments with their zone, references as they are."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return "; ".join(f"{name}: {text}" for name, each in value.items() if (text := text_of(each)))
        case list() | tuple() | set() | frozenset():
            return "; ".join(text_of(each) for each in value)
        case msgspec.Struct():
            return text_of({name.replace("_", " "): getattr(value, name) for name in value.__struct_fields__})
        case _:
            return str(value)


def harmless(text: str) -> str:
    """As a spreadsheet shows it and does not run it."""
    stripped = text.lstrip()
    return f"'{text}" if stripped.startswith(_RUNS) or text[:1] in {"\t", "\r", "\n"} else text


def _cells(row: msgspec.Struct, columns: Sequence[tuple[str, ...]]) -> list[str]:
    return [_cell(row, path) for path in columns]


def _cell(row: msgspec.Struct, path: Sequence[str]) -> str:
    value: object = row
    for name in path:
        value = None if value is None else getattr(value, name)
    text = text_of(value)
    # A number below nothing is no formula.
    return text if isinstance(value, int | float) else harmless(text)


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _holds_several(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) in {list, tuple, dict, set, frozenset}

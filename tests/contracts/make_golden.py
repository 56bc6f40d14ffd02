"""Writes the golden bytes of events that have none yet: `python -m tests.contracts.make_golden --new-only`.

A file that stands is never written again: events of that form lie in logs for ever. Values are made from the fields'
types, always the same. The kernel's own events have theirs in tests/kernel/golden.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import inspect

from contracts.language import Event, Personal, Seal
from services.kernel.stored_form import Happening, Origin, Registry, StructMapper, stamp_recorded_at
from tests.architecture.wired import KERNEL_EVENTS, definitions

FOLDER = Path(__file__).parent / "golden"
STREAM = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ELSEWHERE = timezone(timedelta(hours=-6))


def released() -> Sequence[type[Event]]:
    """Every event a service stores or publishes, but the kernel's."""
    every = (event for definition in definitions() for event in (*definition.events, *definition.contract))
    return [event for event in dict.fromkeys(every) if event not in KERNEL_EVENTS]


def file_of(event: type[Event]) -> Path:
    """Where its golden bytes are."""
    return FOLDER / f"{event.NAME}.v{event.VERSION}.json"


def mapper() -> StructMapper:
    """Knows every event of every service; what is sealed stays as it is."""
    return StructMapper(Registry.of(released()), lambda event, _: event)


def state_of(event: type[Event]) -> bytes:
    """As the row lies in the table."""
    fields = msgspec.structs.fields(event)
    values = {field.name: value_of(field.name, inspect.type_info(field.type)) for field in fields}
    happening = Happening(
        stream=STREAM,
        version=3,
        event_id=UUID("00000000-0000-4000-8000-000000000009"),
        happened_at=NOON,
        origin=Origin(
            actor="account:00000000-0000-4000-8000-000000000006",
            agency="MDCPS",
            command_id=UUID("00000000-0000-4000-8000-000000000007"),
            causation_id=UUID("00000000-0000-4000-8000-000000000005"),
            correlation_id=UUID("00000000-0000-4000-8000-000000000008"),
            policy="0123456789ab",
        ),
        event=event(**values),
    )
    return stamp_recorded_at(mapper().to_stored_event(happening).state, NOON + timedelta(seconds=1, microseconds=1))


def value_of(name: str, type_: inspect.Type) -> Any:
    """Holds every part a field can have. Raises TypeError for a type no event has had so far."""
    match type_:
        case inspect.Metadata(type=inner):
            return value_of(name, inner)
        case inspect.UnionType(types=types):
            return value_of(name, next(each for each in types if not isinstance(each, inspect.NoneType)))
        case inspect.VarTupleType(item_type=item):
            return (value_of(name, item), value_of(name, item))
        case inspect.StructType(cls=struct) if struct is Personal:
            return _sealed()
        case inspect.StructType(cls=struct):
            return struct(**{each.name: value_of(each.name, each.type) for each in type_.fields})
        case _:
            return _simple(name, type_)


def _simple(name: str, type_: inspect.Type) -> Any:
    made: Mapping[type[inspect.Type], Any] = {
        inspect.UUIDType: UUID(bytes=name.encode().ljust(16, b".")[:16], version=4),
        inspect.DateTimeType: datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=ELSEWHERE),
        inspect.DateType: date(2026, 2, 28),
        inspect.BoolType: True,
        inspect.IntType: 86_400,
        inspect.StrType: f'{name} of an example, "é"',
    }
    if type(type_) not in made:
        raise TypeError(f"Say in tests/contracts/make_golden.py which value {type_} shall have.")
    return made[type(type_)]


def _sealed() -> Personal:
    person = UUID("00000000-0000-4000-8000-000000000003")
    key = UUID("00000000-0000-4000-8000-000000000004")
    seal = Seal(key=key, nonce=b"twelve bytes", ciphertext=b"\x00\xff not readable", commitment=b"\x01" * 32)
    return Personal(person=person, seal=seal)


def write_new(folder: Path) -> list[str]:
    """Answers which files were missing."""
    missing = [event for event in released() if not (folder / file_of(event).name).exists()]
    for event in missing:
        (folder / file_of(event).name).write_bytes(state_of(event))
    return [file_of(event).name for event in missing]


def main() -> None:
    """Adds what is missing."""
    options = argparse.ArgumentParser(prog="python -m tests.contracts.make_golden", description=__doc__)
    options.add_argument("--new-only", action="store_true", required=True, help="the only way: nothing is overwritten")
    options.parse_args()
    for name in write_new(FOLDER):
        sys.stdout.write(f"{name} written\n")


if __name__ == "__main__":
    main()

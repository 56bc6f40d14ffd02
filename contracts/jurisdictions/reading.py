"""Reads one file of a state. What does not fit is refused with the file, the row and the field.

A row is named by its first field, and its version where it has one: people find it so in the file.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import msgspec

from contracts.jurisdictions.errors import DataRefused

T = TypeVar("T")
K = TypeVar("K")

# msgspec names the place at the end of its message, or the field in it.
_AT = re.compile(r"^(?P<wrong>.*) - at `(?:key in )?\$\.?(?P<place>.*)`$", re.DOTALL)
_NAMED = re.compile(r"(?:required|unknown) field `(?P<field>[^`]*)`")


def one(folder: Traversable, name: str, type_: type[T]) -> T:
    """A file that is one row, or lists of parts of one thing."""
    return convert(name, "", _decoded(folder, name), type_)


def rows(folder: Traversable, name: str, type_: type[T]) -> tuple[T, ...]:
    """A JSON file that is a list."""
    return listed(name, _decoded(folder, name), type_)


def listed(name: str, written: Any, type_: type[T]) -> tuple[T, ...]:
    """Each row by itself, so that it can be named."""
    if not isinstance(written, list):
        raise DataRefused(name, "", "", "a list is expected.")
    return tuple(convert(name, _row(each, number), each, type_) for number, each in enumerate(written, start=1))


def lists(folder: Traversable, name: str, keys: Iterable[str]) -> Mapping[str, Any]:
    """A JSON file of several lists under these keys, undecoded; one that is absent is empty."""
    written = _decoded(folder, name)
    if not isinstance(written, dict):
        raise DataRefused(name, "", "", "an object is expected.")
    for key in written:
        if key not in keys:
            raise DataRefused(name, "", key, "it is not known.")
    return {key: written.get(key, []) for key in keys}


def table(folder: Traversable, name: str, type_: type[T]) -> tuple[T, ...]:
    """A CSV table; a blank cell is `None`, so a column that may be blank must say so in its type."""
    text = (folder / name).read_text(encoding="utf-8")
    found: list[T] = []
    lines = csv.DictReader(io.StringIO(text), strict=True)
    try:
        for row in lines:
            line = f"line {lines.line_num}"
            if None in row or None in row.values():
                raise DataRefused(name, line, "", "it has more or fewer cells than the first line.")
            written = {column: cell or None for column, cell in row.items()}
            found.append(convert(name, line, written, type_, strict=False))
    except csv.Error as error:
        raise DataRefused(name, f"line {lines.line_num}", "", f"{error}.") from error
    return tuple(found)


def by_key(name: str, entries: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    """Raises `DataRefused` where a key stands twice."""
    keyed: dict[K, T] = {}
    for entry in entries:
        if key(entry) in keyed:
            raise DataRefused(name, str(key(entry)), "", "it stands there twice.")
        keyed[key(entry)] = entry
    return keyed


def convert(name: str, row: str, written: Any, type_: type[T], *, strict: bool = True) -> T:
    """Raises `DataRefused`."""
    try:
        return msgspec.convert(written, type_, strict=strict)
    except msgspec.ValidationError as error:
        message, place = str(error), ""
        if at := _AT.match(message):
            message, place = at["wrong"], at["place"]
        if named := _NAMED.search(message):
            place = f"{place}.{named['field']}".removeprefix(".")
        raise DataRefused(name, row, place, f"{message}.") from error


def _decoded(folder: Traversable, name: str) -> Any:
    try:
        return msgspec.json.decode((folder / name).read_bytes())
    except msgspec.DecodeError as error:
        raise DataRefused(name, "", "", f"it is not JSON: {error}.") from error
    except OSError as error:
        raise DataRefused(name, "", "", "it cannot be read.") from error


def _row(written: Any, number: int) -> str:
    if not isinstance(written, dict) or not written:
        return f"row {number}"
    field, value = next(iter(written.items()))
    version = f" version {written['version']}" if "version" in written else ""
    return f"{field} {value}{version}"

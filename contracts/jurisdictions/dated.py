"""Rows that hold from a day until a day, and which of them holds on one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

from contracts.jurisdictions.errors import DataRefused


class Dated(Protocol):
    """Both days are included. `in_force_from` of `None`: for as long as anybody asks about.

    `in_force_until` of `None`: until the next row begins, or to no known end.
    """

    @property
    def in_force_from(self) -> date | None: ...

    @property
    def in_force_until(self) -> date | None: ...


D = TypeVar("D", bound=Dated)
K = TypeVar("K")
DAY = timedelta(days=1)


def in_order(rows: Iterable[D]) -> tuple[D, ...]:
    """By the day they begin to hold."""
    return tuple(sorted(rows, key=_begins))


def in_force(rows: Sequence[D], on: date) -> D | None:
    """The row that holds that day, of rows about one thing. None before the first and after one that has ended."""
    begun = [row for row in in_order(rows) if _begins(row) <= on]
    if not begun:
        return None
    ends = begun[-1].in_force_until
    return begun[-1] if ends is None or on <= ends else None


def by_key(rows: Iterable[D], key: Callable[[D], K]) -> dict[K, tuple[D, ...]]:
    """The rows about one thing together, in order; things in the order they first stand there."""
    found: dict[K, list[D]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {each: in_order(about) for each, about in found.items()}


def refuse_unless_one_follows_another(file: str, key: str, rows: Sequence[D]) -> None:
    """Raises `DataRefused` for rows about one thing of which two hold on a day, or none on a day in between."""
    ordered = in_order(rows)
    for row in ordered:
        if row.in_force_until is not None and row.in_force_until < _begins(row):
            raise DataRefused(file, key, "in_force_until", f"it ends on {row.in_force_until}, before it begins.")
    for earlier, later in pairwise(ordered):
        begins = _begins(later)
        if begins == _begins(earlier):
            since = f"on {begins}" if later.in_force_from else "from the beginning"
            raise DataRefused(file, key, "in_force_from", f"two hold {since}.")
        ends = earlier.in_force_until
        if ends is not None and ends >= begins:
            raise DataRefused(file, key, "in_force_until", f"two hold on {begins}: the earlier ends on {ends}.")
        if ends is not None and ends + DAY < begins:
            raise DataRefused(file, key, "in_force_until", f"none holds between {ends} and {begins}.")


def _begins(row: Dated) -> date:
    return row.in_force_from or date.min

"""Whether two runs of rows are the same: a pure comparison, position by position."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

Kind = Literal["", "missing_here", "missing_there", "not_the_same"]


class Row(NamedTuple):
    """One row of a log."""

    position: int
    stream: UUID
    version: int
    name: str
    state: bytes


class Difference(NamedTuple):
    """The first place where the two are not the same. `kind` is empty and `at` 0 when there is none."""

    kind: Kind = ""
    at: int = 0


def first_difference(there: Sequence[Row], here: Sequence[Row]) -> Difference:
    """Compares two runs of the same positions; the order they come in does not matter."""
    theirs = _by_position(there)
    ours = _by_position(here)
    for position in sorted(theirs.keys() | ours.keys()):
        if position not in ours:
            return Difference("missing_here", position)
        if position not in theirs:
            return Difference("missing_there", position)
        if theirs[position] != ours[position]:
            return Difference("not_the_same", position)
    return Difference()


def _by_position(rows: Sequence[Row]) -> Mapping[int, Row]:
    return {row.position: row for row in rows}

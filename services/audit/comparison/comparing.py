"""Whether two runs of rows are the same, and a log in order: pure comparisons, position by position."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from uuid import UUID

from services.audit.finding.decisions import Span
from services.audit.finding.state import FindingKind
from services.kernel.operations import LOST
from services.kernel.proof.leaves import Row
from services.kernel.stored_form import recorded_at_of

NOTHING = b""


def chained(before: bytes, row: Row) -> bytes:
    """SHA-256 over the digest before it and the row; lengths are in it, so that no two runs of rows read the same."""
    name = row.name.encode()
    numbers = (row.position, row.version, len(name), len(row.state))
    head = b"".join(number.to_bytes(8, signed=True) for number in numbers)
    return hashlib.sha256(b"".join((before, head, row.stream.bytes, name, row.state))).digest()


def digest_of(rows: Iterable[Row]) -> str:
    """Of rows in order; empty when there is none."""
    return reduce(chained, rows, NOTHING).hex()


def differences(
    after: int,
    until: int,
    there: Sequence[Row],
    here: Sequence[Row],
    elsewhere: Collection[int],
    restored: Sequence[Span] = (),
) -> Sequence[Span]:
    """What is wrong with the positions after one and up to another, in order.

    The order the rows come in does not matter. `elsewhere` are positions whose row there stands in the copy at another.
    Within `restored` it was declared that the log was put back: a row there that says so is not wrong, any other is.
    """
    found = _one_by_one(after, until, _by_position(there), _by_position(here), elsewhere, restored)
    return list(_joined(found))


def declared_lost(row: Row, restored: Sequence[Span]) -> bool:
    """Whether it stands in the place of one that was lost, where that is declared."""
    return row.name in LOST and any(span.first <= row.position <= span.last for span in restored)


def out_of_time(before: datetime | None, rows: Sequence[Row]) -> tuple[Sequence[Span], datetime | None]:
    """Rows recorded before their predecessor, the first one's being `before`; and when the last was recorded."""
    found = []
    for row in rows:
        recorded_at = recorded_at_of(row.state)
        if recorded_at is None:
            continue
        if before is not None and recorded_at < before:
            found.append(Span(FindingKind.OUT_OF_TIME, row.position, row.position))
        before = recorded_at
    return found, before


def unled(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows that are not the first of their stream and whose predecessor in it is not among those before them."""
    met: set[tuple[UUID, int]] = set()
    found = []
    for row in rows:
        if row.version != 1 and (row.stream, row.version - 1) not in met:
            found.append(row)
        met.add((row.stream, row.version))
    return found


def _one_by_one(
    after: int,
    until: int,
    theirs: Mapping[int, Row],
    ours: Mapping[int, Row],
    elsewhere: Collection[int],
    restored: Sequence[Span],
) -> Iterator[Span]:
    expected = after + 1
    for position in sorted(theirs.keys() | ours.keys()):
        if position > expected:
            yield Span(FindingKind.SKIPPED, expected, position - 1)
        if position not in ours:
            yield Span(FindingKind.MISSING_HERE, position, position)
        elif position not in theirs:
            yield Span(FindingKind.MISSING_THERE, position, position)
        elif theirs[position] != ours[position] and not declared_lost(theirs[position], restored):
            yield Span(_kind(theirs[position], elsewhere), position, position)
        expected = position + 1
    if expected <= until:
        yield Span(FindingKind.SKIPPED, expected, until)


def _kind(row: Row, elsewhere: Collection[int]) -> FindingKind:
    if row.name in LOST:
        return FindingKind.ROLLED_BACK
    return FindingKind.REORDERED if row.position in elsewhere else FindingKind.NOT_THE_SAME


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    run: Span | None = None
    for span in spans:
        if run is not None and (run.kind, run.last + 1) == (span.kind, span.first):
            run = run._replace(last=span.last)
            continue
        if run is not None:
            yield run
        run = span
    if run is not None:
        yield run


def _by_position(rows: Sequence[Row]) -> Mapping[int, Row]:
    return {row.position: row for row in rows}

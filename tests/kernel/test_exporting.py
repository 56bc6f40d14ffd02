"""What a file looks like: columns in words, moments with their zone, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from services.kernel.http.exporting import AT_ONCE, MARK, file_of, harmless

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)


class Seat(msgspec.Struct, frozen=True):
    held_by: UUID | None = None
    asked: int = 0


class Whose(msgspec.Struct, frozen=True):
    reference: UUID
    name: str | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    box: UUID
    whose: Whose | None
    due_at: datetime | None
    day: date
    late: bool
    below: int
    linked: list[UUID]
    seats: dict[str, Seat]
    words: str


def a_row(**changes: object) -> Row:
    row = Row(
        box=UUID(int=1),
        whose=Whose(UUID(int=2), "Example Person"),
        due_at=NOON,
        day=NOON.date(),
        late=True,
        below=-3,
        linked=[UUID(int=3), UUID(int=4)],
        seats={"first": Seat(UUID(int=5), 2), "second": Seat()},
        words="plain",
    )
    return msgspec.structs.replace(row, **changes)


def read(*rows: Row) -> list[list[str]]:
    text = b"".join(file_of(Row, rows)).decode()
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK))))


def test_a_file_says_in_words_what_stands_in_each_column() -> None:
    head = ["Box", "Whose reference", "Whose name", "Due at", "Day", "Late", "Below", "Linked", "Seats", "Words"]
    assert read() == [head]
    assert read(a_row())[1] == [
        str(UUID(int=1)),
        str(UUID(int=2)),
        "Example Person",
        "2026-11-03T18:00:00+00:00",
        "2026-11-03",
        "yes",
        "-3",
        f"{UUID(int=3)}; {UUID(int=4)}",
        f"first: held by: {UUID(int=5)}; asked: 2; second: asked: 0",
        "plain",
    ]


def test_what_is_not_there_is_an_empty_cell() -> None:
    assert read(a_row(whose=None, due_at=None, linked=[], seats={}))[1] == [
        str(UUID(int=1)), "", "", "", "2026-11-03", "yes", "-3", "", "", "plain",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\uff1d1", "|calc", '=cmd|"/c calc"!A0']
)
def test_what_a_spreadsheet_would_run_is_shown_and_not_run(text: str) -> None:
    assert read(a_row(words=text))[1][-1] == f"'{text}"
    assert harmless(f"a{text}") == f"a{text}"


def test_a_quote_a_comma_and_a_line_stay_in_their_cell() -> None:
    assert read(a_row(words='a "b", c\nd'))[1][-1] == 'a "b", c\nd'


def test_a_long_file_is_given_some_rows_at_a_time_and_whole() -> None:
    parts = list(file_of(Row, [a_row()] * (2 * AT_ONCE + 1)))
    assert len(parts) == 4
    assert len(read(*[a_row()] * (2 * AT_ONCE + 1))) == 2 * AT_ONCE + 2

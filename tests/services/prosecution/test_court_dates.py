"""Court dates from files: what is read, what is wrong with a row, and that no bytes make it fail or go on for long."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import process_time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.prosecution.case.events import HearingMoved, HearingSet
from services.prosecution.court_dates.judging import Judged, judge, read
from services.prosecution.court_dates.rows import MOST_BYTES, FileProblem, Row, cause_number
from tests.services.prosecution.given import ACCUSED, CASE, CHARGING, DAY, MISSISSIPPI, case, charged, hearing_set
from tests.support.running_service import NOON

FILE = UUID("99999999-0001-4000-8000-000000000000")
OTHER = UUID("99999999-0002-4000-8000-000000000000")
CAUSE = "25-1-0042"
HEAD = "cause,kind,court,day,time,purpose,although_closed\n"
RIGHT = f"{CAUSE},Arraignment,circuit,2026-11-16,09:00,,\n"
CENTRAL_NINE = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def finds(causes: Sequence[str], court: str) -> Mapping[UUID, tuple[UUID, ...]]:
    """Of the case's accused in the circuit court; a second number is of two cases."""
    two = {CASE: (ACCUSED,), OTHER: (ACCUSED,)} if "2-CASES" in causes else {}
    return {CASE: (ACCUSED,)} if CAUSE in causes and court == "circuit" else two


def rows_of(text: str | bytes, court: str = "") -> tuple[Row, ...] | FileProblem:
    return read(text if isinstance(text, bytes) else text.encode(), court, CHARGING)


def judged(text: str, court: str = "", *events: Any) -> Judged:
    rows = rows_of(text, court)
    assert not isinstance(rows, FileProblem), rows
    return judge(FILE, rows, {CASE: case(*charged(), *events)}, finds, CHARGING, MISSISSIPPI, NOON)


def faults_of(row: str, court: str = "") -> tuple[str, ...]:
    (wrong,) = judged(HEAD + row, court).wrong
    return wrong.faults


def calendar(*events: str, before: str = "") -> str:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{each}\r\nEND:VEVENT\r\n" for n, each in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Court//EN\r\n{before}{body}END:VCALENDAR\r\n"


AN_EVENT = (
    f"SUMMARY:State v. Example - Arraignment ({CAUSE})\r\nLOCATION:Hinds County Circuit Court\r\n"
    "DTSTART;TZID=America/Chicago:20261116T090000"
)


def test_a_row_becomes_a_hearing_of_the_accused_of_its_cause() -> None:
    found = judged(HEAD + RIGHT)
    (date,) = found.dates
    assert (date.case, date.accused, date.kind, date.court, date.set_for) == (
        CASE, (ACCUSED,), "arraignment", "circuit", CENTRAL_NINE,
    )  # fmt: skip
    assert [each.NAME for each in found.events[CASE]] == ["hearing.set"]


@pytest.mark.parametrize(
    "written",
    [
        f"{CAUSE},arraignment,,11/16/2026,9:00 AM,plea,",
        " 25-1-0042 ,ARRAIGNMENT,Circuit court,2026-11-16,09:00,Plea,",
        "25 - 1 - 0042,Arraignment,circuit,11/16/26,9:00 a.m.,,",
    ],
)
def test_as_people_and_courts_write_it(written: str) -> None:
    assert judged(HEAD + written, "circuit").dates[0].set_for == CENTRAL_NINE
    assert judged((HEAD + written).replace(",", ";"), "circuit").dates[0].set_for == CENTRAL_NINE


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (",arraignment,circuit,2026-11-16,09:00,,", ("cause_missing",)),
        ("25-1-0043,arraignment,circuit,2026-11-16,09:00,,", ("cause_unknown",)),
        (f"{CAUSE},arraignment,justice,2026-11-16,09:00,,", ("cause_unknown",)),
        ("2-CASES,arraignment,circuit,2026-11-16,09:00,,", ("cause_of_two_cases",)),
        (f"{CAUSE},a chat,circuit,2026-11-16,09:00,,", ("kind_unknown",)),
        (f"{CAUSE},arraignment,moot,2026-11-16,09:00,,", ("court_unknown",)),
        (f"{CAUSE},arraignment,,2026-11-16,09:00,,", ("court_unknown",)),
        (f"{CAUSE},arraignment,circuit,2026-02-30,09:00,,", ("day_wrong",)),
        (f"{CAUSE},arraignment,circuit,2126-11-18,09:00,,", ("day_wrong",)),
        (f"{CAUSE},arraignment,circuit,2026-11-16,25:00,,", ("time_wrong",)),
        (f"{CAUSE},arraignment,circuit,16.11.2026,,why,", ("day_wrong", "time_wrong", "purpose_unknown")),
        (f"{CAUSE},arraignment,circuit,2026-11-16,09:00,,,x", ("too_many_cells",)),
        (f"{CAUSE},arraignment,circuit,2026-11-14,09:00,,", ("court_closed",)),
        (f"{CAUSE},arraignment,circuit,2026-12-25,09:00,,", ("court_closed",)),
        ('=HYPERLINK("http://example.invalid"),arraignment,circuit,2026-11-16,09:00,,', ("cause_missing",)),
        ("=1+25-1-0042,arraignment,circuit,2026-11-16,09:00,,", ("cause_missing",)),
        ("@SUM(25),arraignment,circuit,2026-11-16,09:00,,", ("cause_missing",)),
        ("25-1-0042\x00,arraignment,circuit,2026-11-16,09:00,,", ("cause_missing",)),
    ],
)
def test_what_is_wrong_with_a_row_is_said_by_its_number_and_never_with_what_stood_there(
    row: str, faults: tuple[str, ...]
) -> None:
    assert faults_of(row) == faults


def test_a_weekend_comes_in_where_the_file_says_that_the_court_set_it_so() -> None:
    found = judged(f"{HEAD}{CAUSE},arraignment,circuit,2026-11-14,09:00,,yes\n")
    assert [each.closed for each in found.dates] == [True]
    assert [each.NAME for each in found.events[CASE]] == ["hearing.set", "hearing.on_closed_day"]


def test_what_is_on_file_is_not_set_again_whether_twice_in_a_file_or_vacated_since() -> None:
    twice = judged(HEAD + RIGHT + RIGHT.replace("2026-11-16", "11/16/2026"))
    assert (len(twice.dates), twice.on_file) == (1, (3,))
    there = hearing_set("arraignment")
    known = there.set_for.astimezone(UTC)
    row = f"{CAUSE},arraignment,circuit,{known:%Y-%m-%d},{known.hour - 6:02}:00,,"
    assert known == NOON + DAY
    assert judged(HEAD + row, "", there).on_file == (2,)
    again = judged(HEAD + RIGHT, "", *judged(HEAD + RIGHT).events[CASE])
    assert (again.dates, again.on_file, dict(again.events)) == ((), (2,), {})


def test_a_hearing_that_was_moved_is_not_put_back_by_the_same_file() -> None:
    first = judged(HEAD + RIGHT).events[CASE]
    (was_set,) = first
    assert isinstance(was_set, HearingSet)
    moved = HearingMoved(case=CASE, hearing=was_set.hearing, set_for=CENTRAL_NINE + DAY, reason="court")
    again = judged(HEAD + RIGHT, "", *first, moved)
    assert (again.dates, again.on_file) == ((), (2,))


def test_a_row_is_right_whatever_is_wrong_with_its_neighbours() -> None:
    found = judged(f"{HEAD}nothing,x,y,z,9,,\n\n{RIGHT},,,,,,\n{CAUSE},trial,circuit,2026-11-17,09:00,,\n")
    assert [each.row for each in found.dates] == [4, 6]
    assert [each.row for each in found.wrong] == [2]


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (b"", "file_empty"),
        (HEAD.encode(), "file_empty"),
        (b"\xff\xfec\x00a\x00", "file_not_utf8"),
        ("cause,kind\n".encode("utf-16"), "file_not_utf8"),
        (b"x" * (MOST_BYTES + 1), "file_too_large"),
        (b"cause,kind,day,time,defendant\n", "file_column_unknown"),
        (b"cause,cause,kind,day,time\n", "file_column_twice"),
        (b"cause,kind,day\n", "file_column_missing"),
        (HEAD.encode() + b'"open', "file_not_csv"),
        (HEAD.encode() + RIGHT.encode() * 501, "file_too_many_rows"),
        (b"BEGIN:VCALENDAR\r\nrubbish", "file_not_calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "file_empty"),
        (b"BEGIN:VCALENDAR\r\n" * 9_000, "file_not_calendar"),
        (calendar(*["DTSTART:20261116T150000Z"] * 501).encode(), "file_too_many_rows"),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_said_with_its_place(file: bytes, fault: str) -> None:
    found = rows_of(file)
    assert isinstance(found, FileProblem)
    assert (found.fault, bool(found.sentence)) == (fault, True)


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART;TZID=America/Chicago:20261116T090000",
        "DTSTART:20261116T150000Z",
        "DTSTART:20261116T090000",
        "DTSTART;TZID=Central Standard Time:20261116T090000",
    ],
)
def test_an_event_of_a_calendar_becomes_a_hearing_in_whatever_zone_it_is_written(start: str) -> None:
    event = AN_EVENT.replace("DTSTART;TZID=America/Chicago:20261116T090000", start)
    (date,) = judged(calendar(event)).dates
    assert (date.kind, date.court, date.set_for) == ("arraignment", "circuit", CENTRAL_NINE)


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (f"{AN_EVENT}\r\nRRULE:FREQ=SECONDLY;COUNT=999999999", "recurring"),
        (f"{AN_EVENT}\r\nRDATE:20261201T150000Z", "recurring"),
        (f"{AN_EVENT}\r\nSTATUS:CANCELLED", "cancelled"),
        (f"SUMMARY:Arraignment {CAUSE}\r\nDTSTART;VALUE=DATE:20261116", "time_wrong"),
        (f"SUMMARY:Arraignment {CAUSE}", "day_wrong"),
        (f"SUMMARY:Arraignment {CAUSE}\r\nDTSTART;TZID=Nowhere/Land:20261116T090000", "zone_unknown"),
        (f"SUMMARY:Lunch {CAUSE}\r\nDTSTART:20261116T150000Z", "kind_unknown"),
        ("SUMMARY:Arraignment\r\nDTSTART:20261116T150000Z", "cause_missing"),
    ],
)
def test_an_event_that_recurs_is_cancelled_or_says_too_little_is_left_out(event: str, fault: str) -> None:
    (wrong,) = judged(calendar(event), "circuit").wrong
    assert fault in wrong.faults


def test_rules_that_recur_for_ever_are_never_followed() -> None:
    bomb = "RRULE:FREQ=SECONDLY;INTERVAL=1\r\n"
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:America/Chicago\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\n"
        f"{bomb}TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    began = process_time()
    folded = zone.replace("VTIMEZONE", "VTIME\r\n ZONE")
    rows = rows_of(calendar(*[f"{AN_EVENT}\r\n{bomb}".rstrip()] * 40, before=zone * 50 + folded))
    assert not isinstance(rows, FileProblem)
    assert {each.faults for each in rows} == {("recurring",)}
    assert {each.starts_at for each in rows} == {CENTRAL_NINE}
    assert process_time() - began < 20, "a rule that was followed has no end"


@pytest.mark.parametrize("again", ["BEGIN:VTIMEZONE\n", "BEGIN:VEVENT\n", "\n ", "\n", "X\n ", "END:VCALENDAR\n"])
def test_the_largest_file_that_says_one_thing_over_and_over_takes_no_time(again: str) -> None:
    file = "BEGIN:VCALENDAR\n"
    file += again * ((MOST_BYTES - len(file)) // len(again))
    began = process_time()
    assert isinstance(rows_of(file), FileProblem)
    assert process_time() - began < 5


LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", AN_EVENT, "DTSTART:x",
        "DTSTART;TZID=:", "RRULE:FREQ=", "RRULE", ":", ";", "CATEGORIES:a,b", "CATEGORIES;X=1:", "STATUS:CANCELLED",
        "DTSTART:20261116T150000Z", " folded", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "SUMMARY;ENCODING=BASE64:%%%", HEAD,
        RIGHT, '"', "=cmd|' /C calc'!A0", "\x00",
    ]
)  # fmt: skip


@given_any(
    st.one_of(st.binary(max_size=200), st.lists(LINES, max_size=14).map(lambda each: "\r\n".join(each).encode()))
)
def test_no_bytes_make_it_fail(file: bytes) -> None:
    for begun in (file, b"BEGIN:VCALENDAR\r\n" + file):
        rows = rows_of(begun, "circuit")
        if not isinstance(rows, FileProblem):
            judge(FILE, rows, {CASE: case(*charged())}, finds, CHARGING, MISSISSIPPI, NOON)


@pytest.mark.parametrize("text", ["", "abc", "=25-1", "25", "x" * 40, "-25-1-0042", "2025/001;drop"])
def test_what_is_no_number_of_a_cause(text: str) -> None:
    assert cause_number(text) == ""

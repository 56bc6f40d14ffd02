"""What is written as iCalendar, read by a library of others (icalendar): the same instants, whatever the clocks do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import load_mississippi
from services.forensic_clinic.feed.written import LINE, Busy, written

ZONE: ZoneInfo = load_mississippi().state.clocks
BACK, FORWARD = datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2027, 3, 14, 8, tzinfo=UTC)
"""When the clocks go back and forward: 02:00 CDT is 01:00 CST, 02:00 CST is 03:00 CDT."""
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)

AROUND_A_CHANGE = st.one_of(
    st.sampled_from([BACK, FORWARD]).flatmap(
        lambda change: st.integers(-4 * 3600, 4 * 3600).map(lambda seconds: change + seconds * SECOND)
    ),
    # Any moment of a year with both changes in it.
    st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)
TIMES = st.tuples(AROUND_A_CHANGE, st.integers(1, 12 * 3600)).map(lambda each: (each[0], each[0] + each[1] * SECOND))
PHASES = st.sampled_from(["held", "booked", "completed", "cancelled"])


def busy(since: datetime, until: datetime, uid: str = "one", phase: str = "booked", sequence: int = 0) -> Busy:
    return Busy(uid=uid, phase=phase, since=since, until=until, sequence=sequence, changed_at=since)


def read(content: bytes) -> icalendar.Calendar:
    calendar = icalendar.Calendar.from_ical(content)
    assert isinstance(calendar, icalendar.Calendar)
    assert [error for component in calendar.walk() for error in component.errors] == []
    return calendar


def instants(calendar: icalendar.Calendar) -> Sequence[tuple[str, datetime, datetime]]:
    return sorted((str(each["UID"]), in_utc(each.start), in_utc(each.end)) for each in calendar.events)


def in_utc(moment: object) -> datetime:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


@given(st.lists(st.tuples(TIMES, PHASES), max_size=6))
def test_any_times_of_a_year_are_read_as_the_same_instants(times: list[tuple[tuple[datetime, datetime], str]]) -> None:
    entries = [busy(*each, uid=f"u{number}", phase=phase) for number, (each, phase) in enumerate(times)]
    calendar = read(written(entries, ZONE, BACK))
    assert instants(calendar) == [(each.uid, each.since, each.until) for each in entries]


@given(st.lists(TIMES, min_size=1, max_size=3), AROUND_A_CHANGE)
def test_the_zone_that_stands_beside_them_is_the_states_own(
    times: list[tuple[datetime, datetime]], moment: datetime
) -> None:
    calendar = read(written([busy(*each) for each in times], ZONE, BACK))
    (zone,) = calendar.timezones
    made = zone.to_tz(lookup_tzid=False)
    for each in (moment, *(end for pair in times for end in pair)):
        local = each.astimezone(ZONE)
        if local.fold == 0:
            # As a program that knows the zone by this file alone takes the time: of two equal ones the first.
            assert local.replace(tzinfo=made).utcoffset() == local.utcoffset(), each


def test_of_two_equal_times_the_second_is_said_in_utc() -> None:
    first, second = BACK - HOUR / 2, BACK + HOUR / 2
    text = written([busy(first, second)], ZONE, BACK).decode()
    assert "DTSTART;TZID=America/Chicago:20261101T013000\r\n" in text
    assert "DTEND:20261101T073000Z\r\n" in text


def test_nothing_stands_in_it_but_that_somebody_is_busy() -> None:
    text = written([busy(BACK, BACK + HOUR, uid="0f" * 20, sequence=3)], ZONE, BACK).decode()
    event = text.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0].split()
    assert [line.partition(":")[0].partition(";")[0] for line in event] == [
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS", "TRANSP",
    ]  # fmt: skip
    assert {"SUMMARY:Busy", "CLASS:PRIVATE", "STATUS:CONFIRMED", "SEQUENCE:3", "TRANSP:OPAQUE"} < set(event)


def test_a_hold_is_tentative_and_what_was_given_up_is_cancelled_and_takes_no_time() -> None:
    entries = [busy(BACK, BACK + HOUR, uid, phase) for uid, phase in (("a", "held"), ("b", "cancelled"))]
    held, given_up = read(written(entries, ZONE, BACK)).events
    assert (str(held["STATUS"]), str(held["TRANSP"])) == ("TENTATIVE", "OPAQUE")
    assert (str(given_up["STATUS"]), str(given_up["TRANSP"])) == ("CANCELLED", "TRANSPARENT")


def test_no_part_of_a_second_is_left_out_of_it() -> None:
    part = timedelta(milliseconds=1)
    assert instants(read(written([busy(BACK + part, BACK + HOUR + part)], ZONE, BACK))) == [
        ("one", BACK, BACK + HOUR + SECOND)
    ]


def test_a_calendar_of_nothing_is_a_calendar_and_is_the_same_each_time() -> None:
    empty = written([], ZONE, BACK)
    assert read(empty).events == []
    assert empty == written([], ZONE, BACK + HOUR), "or else each fetch would be told that something changed"


def test_lines_are_as_long_as_programs_read() -> None:
    lines = written([busy(BACK, BACK + HOUR, uid="u" * 200)], ZONE, BACK).split(b"\r\n")
    assert max(map(len, lines)) <= LINE
    assert lines[-1] == b""
    assert str(read(b"\r\n".join(lines)).events[0]["UID"]) == "u" * 200

"""Days of the calendar, also those on which the clocks change: what is missing, what comes twice, where it is drawn."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import LOCAL
from services.console.pages.calendar.answers import Calendar, CalendarExam, Hours, Row
from services.console.pages.calendar.days import HOUR, clock, day_of, days_from
from services.console.pages.calendar.drawing import picture
from services.console.pages.calendar.view import shown

FORWARD, BACK, PLAIN = date(2027, 3, 14), date(2026, 11, 1), date(2026, 11, 3)
NURSE, COLLEAGUE, ROOM, EXAM = (UUID(int=number) for number in range(1, 5))
# Any moment of a year with both changes in it, to the minute.
MOMENTS = st.integers(min_value=0, max_value=365 * 24 * 60).map(
    lambda minutes: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_a_day_has_the_hours_that_pass_in_it() -> None:
    assert [day_of(each).hours for each in (PLAIN, FORWARD, BACK)] == [24, 23, 25]
    assert day_of(PLAIN).change is None


def test_the_hour_that_does_not_exist_is_named() -> None:
    change = day_of(FORWARD).change
    assert change is not None
    assert change.at == datetime(2027, 3, 14, 8, tzinfo=UTC)
    assert (change.forward, change.gap) == (True, ("02:00", "03:00"))
    assert (change.zone_before, change.zone_after) == ("CST", "CDT")


def test_the_hour_that_comes_twice_is_named_and_each_of_its_times_says_which_it_is() -> None:
    day = day_of(BACK)
    assert day.change is not None
    assert day.change.at == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert (day.change.forward, day.change.gap) == (False, ("01:00", "02:00"))
    first = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert [clock(first, day), clock(first + HOUR, day)] == ["01:30 CDT", "01:30 CST"]
    assert clock(day.until, day) == "24:00"


@given(MOMENTS)
def test_every_moment_is_in_one_day_and_is_said_otherwise_than_every_other_of_it(moment: datetime) -> None:
    local = moment.astimezone(LOCAL)
    near = [day for day in days_from(local.date() - timedelta(days=1), 3) if day.since <= moment < day.until]
    assert [day.day for day in near] == [local.date()]
    (day,) = near
    assert (clock(moment, day) == clock(moment + HOUR, day)) is False


def a_calendar(*exams: CalendarExam, whole: bool, day: date = PLAIN) -> Calendar:
    found = day_of(day)
    hours = [Hours(found.since + 6 * HOUR, found.until + HOUR)]
    rows = [Row("nurse", NURSE, 0, hours), Row("nurse", COLLEAGUE, 0, hours), Row("room", ROOM, 1, hours)]
    return Calendar("BRIDGE", found.since, found.until, whole, rows, list(exams))


def an_exam(since: datetime, hours: int, phase: str = "booked") -> CalendarExam:
    return CalendarExam(EXAM, UUID(int=9), phase, NURSE, ROOM, since, since + hours * HOUR, None)


def told(calendar: Calendar, me: UUID | None, day: date = PLAIN) -> list[list[str]]:
    (found,) = shown(calendar, [day_of(day)], me)
    return [[f"{each.since}-{each.until} {each.kind}" for each in row.entries] for row in found.rows]


def test_who_sees_the_whole_clinic_is_told_what_is_free() -> None:
    exam = an_exam(day_of(PLAIN).since + 8 * HOUR, 2)
    assert told(a_calendar(exam, whole=True), None) == [
        ["06:00-08:00 free", "08:00-10:00 booked", "10:00-24:00 free"],
        ["06:00-24:00 free"],
        ["06:00-08:00 free", "08:00-10:00 booked", "10:00-24:00 free"],
    ]


def test_who_sees_her_own_exams_is_told_of_others_when_they_are_there_and_not_that_they_are_free() -> None:
    exam = an_exam(day_of(PLAIN).since + 8 * HOUR, 2, "held")
    mine, colleagues, room = told(a_calendar(exam, whole=False), NURSE)
    assert mine == ["06:00-08:00 free", "08:00-10:00 held", "10:00-24:00 free"]
    assert colleagues == ["06:00-24:00 hours"]
    assert room == ["06:00-24:00 hours", "08:00-10:00 held"]


def test_an_exam_over_midnight_stands_on_both_days_and_says_so() -> None:
    exam = an_exam(day_of(PLAIN).until - HOUR, 3)
    calendar = a_calendar(exam, whole=True)
    (first, second) = shown(calendar, days_from(PLAIN, 2), None)
    (of_first, of_second) = first.exams[0], second.exams[0]
    assert (of_first.since, of_first.until, of_first.before, of_first.on) == ("23:00", "24:00", False, True)
    assert (of_second.since, of_second.until, of_second.before, of_second.on) == ("00:00", "02:00", True, False)


@pytest.mark.parametrize(("day", "hours"), [(FORWARD, 23), (BACK, 25), (PLAIN, 24)])
def test_the_picture_is_as_wide_as_time_passes(day: date, hours: int) -> None:
    found = day_of(day)
    # Two hours of time, over the change where there is one.
    exam = an_exam(found.since + HOUR, 2)
    (one,) = shown(a_calendar(exam, whole=True, day=day), [found], None)
    drawn = picture(one, {NURSE: "Example Nurse One", COLLEAGUE: "Example Nurse Two", ROOM: "Room 1"}, found.since)
    assert len(drawn.ticks) == hours
    assert [tick.label for tick in drawn.ticks if tick.again] == (["01"] if day == BACK else [])
    assert ("02" in [tick.label for tick in drawn.ticks]) == (day != FORWARD)
    hour = (drawn.right - drawn.left) / hours
    (bar,) = [each for each in drawn.lanes[0].bars if each.kind == "booked"]
    assert bar.width == pytest.approx(2 * hour, abs=0.3)
    assert (drawn.change is None) == (day == PLAIN)
    assert (drawn.doubled is None) == (day != BACK)
    if drawn.doubled is not None and drawn.change is not None:
        assert drawn.doubled - drawn.change == pytest.approx(hour, abs=0.3)

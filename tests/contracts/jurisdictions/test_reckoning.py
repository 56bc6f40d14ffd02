"""How a due time is found: what counts, what does not, and steps that add up to it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import ClockRule, Jurisdiction, load_mississippi
from contracts.jurisdictions.clocks import WHOLE_DAYS, Calendar
from contracts.jurisdictions.reckoning import Reckoned, reckon, terms
from contracts.jurisdictions.state import Holiday, Holidays

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()
CENTRAL = ZoneInfo("America/Chicago")
MISSISSIPPI: Jurisdiction = load_mississippi()
PATTERN = MISSISSIPPI.clock_rule("C06")
LEFT_OUT: Calendar = "excluding_weekends_and_holidays"
WITHOUT = "without Saturdays, Sundays and state holidays"

# Each turns its clocks otherwise: on other days, by half an hour, at midnight, never.
ZONES = [ZoneInfo(name) for name in ("America/Chicago", "Australia/Lord_Howe", "America/Havana", "Asia/Tokyo")]


def rule(calendar: Calendar, amount: int, *warnings: int) -> ClockRule:
    if calendar == "business_days":
        return msgspec.structs.replace(
            PATTERN,
            calendar=calendar,
            period_hours=None,
            warning_hours=None,
            period_business_days=amount,
            warning_business_days=warnings,
        )
    if calendar in WHOLE_DAYS:
        return msgspec.structs.replace(
            PATTERN,
            calendar=calendar,
            period_hours=None,
            warning_hours=None,
            period_days=amount,
            warning_days=warnings,
        )
    return msgspec.structs.replace(PATTERN, calendar=calendar, period_hours=amount, warning_hours=warnings)


def reckoned(calendar: Calendar, amount: int, since: str) -> Reckoned:
    return reckon(rule(calendar, amount), datetime.fromisoformat(since), CENTRAL, MISSISSIPPI.holidays)


def due(calendar: Calendar, amount: int, since: str) -> str:
    return reckoned(calendar, amount, since).due_at.astimezone(CENTRAL).isoformat()


@pytest.mark.parametrize(
    ("calendar", "amount", "since", "until"),
    [
        ("elapsed", 24, "2026-11-03T12:00:00-06:00", "2026-11-04T12:00:00-06:00"),
        ("elapsed", 24, "2026-11-07T12:00:00-06:00", "2026-11-08T12:00:00-06:00"),  # a Saturday counts
        ("elapsed", 24, "2026-03-07T12:00:00-06:00", "2026-03-08T13:00:00-05:00"),  # the day of 23 hours
        ("elapsed", 24, "2026-10-31T12:00:00-05:00", "2026-11-01T11:00:00-06:00"),  # the day of 25
        ("elapsed", 24, "2026-11-03T18:00:00+00:00", "2026-11-04T12:00:00-06:00"),  # told in another zone
        (LEFT_OUT, 48, "2026-11-03T12:00:00-06:00", "2026-11-05T12:00:00-06:00"),
        (LEFT_OUT, 48, "2026-11-05T12:00:00-06:00", "2026-11-09T12:00:00-06:00"),  # over a weekend
        (LEFT_OUT, 48, "2026-11-07T15:30:00-06:00", "2026-11-11T00:00:00-06:00"),  # from a Saturday
        (LEFT_OUT, 48, "2026-11-05T00:00:00-06:00", "2026-11-07T00:00:00-06:00"),  # up to a Friday's midnight
        (LEFT_OUT, 48, "2026-11-25T16:00:00-06:00", "2026-11-30T16:00:00-06:00"),  # over Thanksgiving
        (LEFT_OUT, 48, "2022-12-23T09:00:00-06:00", "2022-12-28T09:00:00-06:00"),  # Christmas fell on a Sunday
        (LEFT_OUT, 48, "2026-10-30T12:00:00-05:00", "2026-11-03T12:00:00-06:00"),  # the Sunday of 25 hours
        ("business_days", 1, "2026-11-03T12:00:00-06:00", "2026-11-05T00:00:00-06:00"),
        ("business_days", 5, "2026-11-19T23:59:00-06:00", "2026-11-28T00:00:00-06:00"),
        ("business_days", 5, "2026-12-30T08:00:00-06:00", "2027-01-08T00:00:00-06:00"),
    ],
)
def test_a_due_time_on_each_calendar(calendar: Calendar, amount: int, since: str, until: str) -> None:
    assert due(calendar, amount, since) == until


def test_each_step_says_what_counted_and_why_the_rest_did_not() -> None:
    steps = reckoned(LEFT_OUT, 48, "2026-11-25T16:00:00-06:00").steps
    assert [(step.since.isoformat()[:16], step.counted / HOUR, step.why, step.holiday) for step in steps] == [
        ("2026-11-25T16:00", 8, "counted", ""),
        ("2026-11-26T00:00", 0, "holiday", "Thanksgiving Day"),
        ("2026-11-27T00:00", 24, "counted", ""),
        ("2026-11-28T00:00", 0, "saturday", ""),
        ("2026-11-29T00:00", 0, "sunday", ""),
        ("2026-11-30T00:00", 16, "counted", ""),
    ]


def test_a_step_ends_where_the_clocks_are_turned_and_the_next_says_by_how_much() -> None:
    steps = reckoned("elapsed", 24, "2026-03-07T12:00:00-06:00").steps
    assert [(step.until.isoformat(), step.counted / HOUR, step.clocks_moved / HOUR) for step in steps] == [
        ("2026-03-08T03:00:00-05:00", 14, 0),
        ("2026-03-08T13:00:00-05:00", 10, 1),
    ]


@pytest.mark.parametrize(
    ("calendar", "amount", "since", "lines"),
    [
        (
            "elapsed",
            24,
            "2026-11-03T18:00:00+00:00",
            ["2026-11-03T12:00:00-06:00 + 24 h = 2026-11-04T12:00:00-06:00"],
        ),
        (
            "elapsed",
            24,
            "2026-10-31T12:00:00-05:00",
            [
                "2026-10-31T12:00:00-05:00 + 24 h = 2026-11-01T11:00:00-06:00",
                "2026-10-31T12:00:00-05:00 to 2026-11-01T01:00:00-06:00: 14 h",
                "2026-11-01T01:00:00-06:00 to 2026-11-01T11:00:00-06:00: 10 h, after the clocks were turned by -1 h",
            ],
        ),
        (
            LEFT_OUT,
            30,
            "2026-12-24T20:00:00-06:00",
            [
                f"2026-12-24T20:00:00-06:00 + 30 h {WITHOUT} = 2026-12-29T02:00:00-06:00",
                "2026-12-24T20:00:00-06:00 to 2026-12-25T00:00:00-06:00: 4 h",
                "2026-12-25T00:00:00-06:00 to 2026-12-26T00:00:00-06:00: Christmas Day, does not count",
                "2026-12-26T00:00:00-06:00 to 2026-12-27T00:00:00-06:00: Saturday, does not count",
                "2026-12-27T00:00:00-06:00 to 2026-12-28T00:00:00-06:00: Sunday, does not count",
                "2026-12-28T00:00:00-06:00 to 2026-12-29T02:00:00-06:00: 26 h",
            ],
        ),
        (
            "business_days",
            1,
            "2026-11-03T12:00:00-06:00",
            [
                "2026-11-03T12:00:00-06:00 + 1 business day = 2026-11-05T00:00:00-06:00",
                "2026-11-03T12:00:00-06:00 to 2026-11-04T00:00:00-06:00: the day it happened, does not count",
                "2026-11-04T00:00:00-06:00 to 2026-11-05T00:00:00-06:00: 1 business day",
            ],
        ),
    ],
)
def test_the_arithmetic_is_told_line_by_line_on_the_states_clocks(
    calendar: Calendar, amount: int, since: str, lines: list[str]
) -> None:
    found = terms(rule(calendar, amount), datetime.fromisoformat(since), CENTRAL, MISSISSIPPI.holidays)
    assert found.arithmetic.splitlines() == lines


def test_where_a_year_of_holidays_is_not_on_file_none_is_left_out_in_it_and_the_arithmetic_says_so() -> None:
    last = max(MISSISSIPPI.holidays.years)
    since = datetime(last, 12, 31, 12, tzinfo=CENTRAL)
    found = terms(rule(LEFT_OUT, 24), since, CENTRAL, MISSISSIPPI.holidays)
    assert found.due_at == since + DAY  # New Year's Day counts: earlier than the law, never later
    assert found.arithmetic.endswith(
        f"The state holidays of {last + 1} are not on file: none was left out in that year."
    )
    assert reckon(rule(LEFT_OUT, 12), since, CENTRAL, MISSISSIPPI.holidays).unknown_years == ()
    assert reckon(rule("elapsed", 24), since, CENTRAL, MISSISSIPPI.holidays).unknown_years == ()


def test_warnings_are_reckoned_on_the_rules_own_calendar() -> None:
    since = datetime(2026, 11, 5, 12, tzinfo=CENTRAL)
    found = terms(rule(LEFT_OUT, 48, 24, 40), since, CENTRAL, MISSISSIPPI.holidays)
    assert found.warn_at == (since + DAY, datetime(2026, 11, 9, 4, tzinfo=CENTRAL))
    assert found.started_at == since
    days = terms(rule("business_days", 5, 2), since, CENTRAL, MISSISSIPPI.holidays)
    assert days.warn_at == (datetime(2026, 11, 10, tzinfo=CENTRAL),)


CALENDARS = st.sampled_from(["elapsed", LEFT_OUT, "business_days", "calendar_days", "court_days"])
FIRST = datetime(2019, 12, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 352_000_000).map(lambda seconds: FIRST + timedelta(seconds=seconds))
HOLIDAYS: Mapping[bool, Holidays] = {True: MISSISSIPPI.holidays, False: Holidays(days={})}


@given(CALENDARS, st.integers(1, 400), MOMENTS, st.sampled_from(ZONES), st.booleans())
def test_steps_join_without_a_gap_add_up_to_the_period_and_are_never_early(
    calendar: Calendar, amount: int, since: datetime, zone: ZoneInfo, known: bool
) -> None:
    wanted = rule(calendar, min(amount, 30) if calendar == "business_days" else amount)
    found = reckon(wanted, since, zone, HOLIDAYS[known])
    assert sum((step.counted for step in found.steps), NOTHING) == wanted.period
    assert found.steps[0].since == since
    assert found.steps[-1].until == found.due_at
    assert found.steps[-1].counted > NOTHING
    for step, following in zip(found.steps, found.steps[1:], strict=False):
        assert step.until == following.since
        assert step.since.astimezone(UTC) < step.until.astimezone(UTC)
    if calendar == "business_days":
        assert all(step.counted in {NOTHING, DAY} for step in found.steps)
        assert found.due_at > since + wanted.period - HOUR  # a day the clocks are turned forward has 23
    elif calendar in WHOLE_DAYS:
        first, last = (each.astimezone(zone).date() for each in (since, found.due_at - HOUR))
        carried = (last - first).days - amount
        assert carried == 0 or (calendar == "court_days" and 0 < carried < 6)
        for n in range(carried):
            day = first + (amount + n) * DAY
            assert day.weekday() in {5, 6} or HOLIDAYS[known].on(day)
        if calendar == "court_days":
            assert last.weekday() not in {5, 6}
            assert HOLIDAYS[known].on(last) is None
    else:
        for step in found.steps:
            # What counts, counts in full: an hour is an hour on the days the clocks are turned.
            assert step.counted in {NOTHING, step.until.astimezone(UTC) - step.since.astimezone(UTC)}
        assert found.due_at >= since + wanted.period
    if calendar == "elapsed":
        assert found.due_at == since + wanted.period


@given(CALENDARS, st.integers(1, 200), MOMENTS, st.integers(0, 20_000), st.sampled_from(ZONES))
def test_what_happens_later_is_never_due_earlier(
    calendar: Calendar, amount: int, since: datetime, minutes: int, zone: ZoneInfo
) -> None:
    wanted = rule(calendar, min(amount, 30) if calendar == "business_days" else amount)
    later = since + timedelta(minutes=minutes)
    first, second = (reckon(wanted, each, zone, MISSISSIPPI.holidays) for each in (since, later))
    assert first.due_at <= second.due_at


@given(st.integers(1, 200), MOMENTS, st.sampled_from(ZONES))
def test_nothing_of_a_weekend_or_a_holiday_counts_and_nothing_else_is_left_out(
    amount: int, since: datetime, zone: ZoneInfo
) -> None:
    holidays = MISSISSIPPI.holidays
    for step in reckon(rule(LEFT_OUT, amount), since, zone, holidays).steps:
        first, last = (
            step.since.date(),
            (step.until.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone).date(),
        )
        days = [first + DAY * number for number in range((last - first).days + 1)]
        free = [day.weekday() >= 5 or holidays.on(day) is not None for day in days]
        assert not any(free) if step.why == "counted" else free == [True]


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second, … such day of a month; -1: the last."""
    days = [date(year, month, 1) + DAY * each for each in range(31)]
    return [day for day in days if (day.month, day.weekday()) == (month, weekday)][number - (number > 0)]


@pytest.mark.parametrize("year", sorted(MISSISSIPPI.holidays.years))
def test_the_state_holidays_of_a_year_are_those_of_section_3_3_7(year: int) -> None:
    monday, thursday = 0, 3
    declared = {
        date(year, 1, 1),
        nth(year, 1, monday, 3),
        nth(year, 2, monday, 3),
        nth(year, 4, monday, -1),
        nth(year, 5, monday, -1),
        date(year, 7, 4),
        nth(year, 9, monday, 1),
        date(year, 11, 11),
        nth(year, 11, thursday, 4),
        date(year, 12, 25),
    }
    observed = {day + DAY for day in declared if day.weekday() == 6}
    on_file: dict[date, Holiday] = {
        day: holiday for day, holiday in MISSISSIPPI.holidays.days.items() if day.year == year
    }
    assert set(on_file) == declared | observed
    assert all(on_file[day].name.endswith("falls on a Sunday") for day in observed)
    # The day of Thanksgiving is proclaimed; no proclamation was read.
    assert {day for day, holiday in on_file.items() if holiday.confidence != "V"} == {nth(year, 11, thursday, 4)}

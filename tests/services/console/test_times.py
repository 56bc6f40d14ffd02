"""How a moment is said, and how one that was typed is read: also on the nights the clocks are changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import LOCAL
from services.console.frame.times import NoSuchTime, Times, TwiceThatDay, read_typed
from services.console.frame.words import read_catalogue

WORDS = read_catalogue()
# Saturday, 03:12 in Jackson.
NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
TIMES = Times(NOW, WORDS["en"])
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW - 3 * HOUR, "00:12"),
        (NOW - 4 * HOUR, "Fri 23:12"),
        (NOW + DAY, "Sun 03:12"),
        (NOW - 7 * DAY, "Sat 14 Nov 03:12"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "Wed 31 Dec 2025 17:59"),
    ],
)
def test_the_weekday_is_said_when_it_is_not_today_and_the_date_when_it_is_far(moment: datetime, said: str) -> None:
    assert TIMES.short(moment) == said


def test_a_moment_is_said_absolutely_and_relatively_and_by_the_other_clock() -> None:
    said = TIMES.said(NOW - 5 * HOUR - 48 * MINUTE)
    assert said == ("2026-11-21T03:24:00Z", "Fri 21:24", "CST", "5 h 48 min ago", "2026-11-21 03:24 UTC")
    assert TIMES.said(datetime(2026, 7, 1, 12, tzinfo=UTC)).zone == "CDT"


@pytest.mark.parametrize(
    ("after", "en", "es"),
    [
        (timedelta(seconds=-30), "now", "ahora"),
        (5 * MINUTE, "in 5 min", "en 5 min"),
        (-2 * HOUR, "2 h ago", "hace 2 h"),
        (3 * DAY + 4 * HOUR, "in 3 d 4 h", "en 3 d 4 h"),
        (71 * HOUR + 59 * MINUTE, "in 71 h 59 min", "en 71 h 59 min"),
    ],
)
def test_how_long_it_is_is_said_in_the_two_largest_units(after: timedelta, en: str, es: str) -> None:
    assert TIMES.relative(NOW + after) == en
    assert Times(NOW, WORDS["es"]).relative(NOW + after) == es


@pytest.mark.parametrize(
    ("after", "text", "past"),
    [
        (5 * HOUR + 48 * MINUTE, "5:48", False),
        (timedelta(seconds=59), "0:00", False),
        (-41 * MINUTE, "+0:41", True),
        (80 * HOUR, "3 d", False),
        (-80 * HOUR, "+3 d", True),
    ],
)
def test_time_left_is_a_number(after: timedelta, text: str, past: bool) -> None:
    assert TIMES.left(NOW + after)[:2] == (text, past)


@pytest.mark.parametrize("typed", ["02:31", "2:31", "0231", "231", "2.31", "2 31", " 02:31 "])
def test_a_time_is_read_as_people_type_it(typed: str) -> None:
    assert read_typed("2026-11-20", typed) == datetime(2026, 11, 20, 8, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time"),
    [("2026-11-20", "24:00"), ("2026-11-31", "02:31"), ("", "02:31"), ("2026-11-20", ""), ("20.11.2026", "02:31")],
)
def test_what_is_no_time_is_refused(day: str, time: str) -> None:
    with pytest.raises(NoSuchTime):
        read_typed(day, time)


def test_a_time_that_came_twice_is_asked_about() -> None:
    with pytest.raises(TwiceThatDay):
        read_typed("2026-11-01", "01:30")
    first, second = (read_typed("2026-11-01", "01:30", second=each) for each in (False, True))
    assert (first, second) == (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC))


def test_a_time_the_clocks_left_out_is_refused() -> None:
    with pytest.raises(NoSuchTime):
        read_typed("2026-03-08", "02:30")
    assert read_typed("2026-03-08", "03:30") == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


@given(st.timedeltas(-10_000 * DAY, 10_000 * DAY))
def test_what_a_form_holds_is_read_back_as_the_same_moment(since: timedelta) -> None:
    moment = (NOW + since).replace(second=0, microsecond=0)
    day, time = TIMES.typed(moment)
    second = bool(moment.astimezone(LOCAL).fold)
    try:
        assert read_typed(day, time) == moment
    except TwiceThatDay:
        assert read_typed(day, time, second=second) == moment

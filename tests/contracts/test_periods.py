"""Periods as arithmetic: compared with the moments they hold, one by one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from contracts.periods import Period, common, covers, joined, without

START = datetime(2026, 3, 8, tzinfo=UTC)
STEPS = 24


def at(step: int) -> datetime:
    return START + timedelta(minutes=30 * step)


periods = st.builds(
    lambda first, length: Period(at(first), at(first + length)), st.integers(0, STEPS), st.integers(0, 6)
)
some = st.lists(periods, max_size=6)


def moments(found: list[Period] | tuple[Period, ...]) -> set[int]:
    """The half hours that lie in them."""
    return {step for step in range(2 * STEPS) for each in found if each.since <= at(step) < each.until}


def in_order_and_apart(found: tuple[Period, ...]) -> bool:
    empty = any(each.since >= each.until for each in found)
    return not empty and all(one.until < other.since for one, other in pairwise(found))


@given(some)
def test_joined_holds_the_same_moments_in_fewest_periods(these: list[Period]) -> None:
    assert moments(joined(these)) == moments(these)
    assert in_order_and_apart(joined(these))


@given(some, some)
def test_without_and_common_share_the_moments_out(these: list[Period], those: list[Period]) -> None:
    assert moments(without(these, *those)) == moments(these) - moments(those)
    assert moments(common(these, those)) == moments(these) & moments(those)
    assert in_order_and_apart(without(these, *those))
    assert in_order_and_apart(common(these, those))


@given(some, periods.filter(lambda each: each.since < each.until))
def test_covers_asks_for_every_moment(these: list[Period], wanted: Period) -> None:
    assert covers(these, wanted) == (moments([wanted]) <= moments(these))


def test_a_day_on_which_the_clocks_change_has_its_own_length() -> None:
    central = ZoneInfo("America/Chicago")
    spring = Period(datetime(2026, 3, 8, tzinfo=central), datetime(2026, 3, 9, tzinfo=central))
    # From one to three by the clock face is one hour on this day.
    early = Period(datetime(2026, 3, 8, 1, tzinfo=central), datetime(2026, 3, 8, 3, tzinfo=central))
    assert sum((each.until - each.since for each in joined([spring])), timedelta()) == timedelta(hours=23)
    assert sum((each.until - each.since for each in without([spring], early)), timedelta()) == timedelta(hours=22)
    autumn = Period(datetime(2026, 11, 1, 1, tzinfo=central), datetime(2026, 11, 1, 1, 30, tzinfo=central, fold=1))
    assert sum((each.until - each.since for each in joined([autumn])), timedelta()) == timedelta(minutes=90)

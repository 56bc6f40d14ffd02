"""The moments of a case in one line: each a step of its own, and in true time where it was."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.console.frame.past import NARROW, WIDE, Here, bar_of, elsewhere, steps_at
from services.console.frame.times import Times
from services.console.looking_back import Past
from services.console.timeline.line import Told, draw_line, dues_of, stops_of
from services.kernel.http.caller import Caller
from services.kernel.past.log import By
from tests.services.console.given import HOUR, NOW, TIMES

CLOCK, OTHER = UUID(int=7), UUID(int=8)
DAY = timedelta(days=1)
LOOKS = Caller(UUID(int=9), "AG-PID", ("auditor",))


def told(number: int, hours: float, name: str = "contact.made", **more: object) -> Told:
    at = NOW + hours * HOUR
    return Told(number, at, at, name, **more)  # type: ignore[arg-type]  # fields of a clock


hours = st.integers(0, 5).map(float) | st.floats(0, 9_000)
events = st.lists(st.tuples(hours, hours), min_size=1, max_size=60).map(
    lambda pairs: [Told(n, NOW + a * HOUR, NOW + b * HOUR, "contact.made") for n, (a, b) in enumerate(pairs, 1)]
)
ways: st.SearchStrategy[By] = st.sampled_from(["recorded", "happened"])


@given(events, ways, st.sampled_from([WIDE, NARROW]), hours)
def test_each_moment_is_one_step_as_wide_as_any_other_and_true_time_runs_on_below(
    some: list[Told], by: By, width: int, now: float
) -> None:
    moment = NOW + now * HOUR
    line = draw_line(some, by, Times(moment, TIMES.words), width)
    stops = [each.stop for each in line.stops]
    assert [number for stop in stops for number in range(stop.first, stop.last + 1)] == list(range(1, len(some) + 1))
    assert [stop.at for stop in stops] == sorted({each.at(by) for each in some})
    assert len({round(each.width, 1) for each in line.stops}) == 1
    for one, next_ in zip(line.stops, line.stops[1:], strict=False):
        assert abs(one.left + one.width - next_.left) < 0.2
        assert one.true_x <= next_.true_x
    assert all(0 < each.left and each.left + each.width < width for each in line.stops)
    assert all(0 < each.true_x < width for each in line.stops)
    assert [each.later for each in line.stops] == [stop.at > moment for stop in stops]
    on = [each.x for each in line.stops if not each.later]
    assert line.here == (on[-1] if on else line.stops[0].left)


@given(events, ways, st.integers(1, 70))
def test_the_slider_goes_to_the_step_of_its_number(some: list[Told], by: By, step: int) -> None:
    past, here = Past(NOW, by, LOOKS), Here("/cases/1", [], CLOCK)
    steps = steps_at(some, NOW, by)
    address = elsewhere(past, here, steps, str(step))
    stops = stops_of(some, by)
    assert bool(address) == (step <= len(stops))
    if address:
        assert f"{stops[step - 1].at:%Y-%m-%dT%H}" in address.replace("%3A", ":")
        assert steps_at(some, stops[step - 1].at, by).place == step
    for nonsense in ("", "0", "-1", "x", "²", "9" * 40):
        assert not elsewhere(past, here, steps, nonsense)


def test_a_clock_is_due_where_it_was_last_set_and_missed_where_that_came() -> None:
    started = told(1, 0, "clock.started", clock=CLOCK, rule="C06", due_at=NOW + 24 * HOUR)
    extended = told(2, 1, "clock.extended", clock=CLOCK, rule="C06", due_at=NOW + 30 * HOUR)
    beside = told(3, 2, "clock.started", clock=OTHER, rule="C02", due_at=NOW + 3 * HOUR)
    missed = told(4, 30, "clock.missed", clock=CLOCK, rule="C06")
    some = [started, extended, beside, missed, told(5, 24 * 90)]
    assert dues_of(some) == [("C02", NOW + 3 * HOUR), ("C06", NOW + 30 * HOUR)]
    line = draw_line(some, "recorded", TIMES, WIDE)
    stops, (between, on) = line.stops, line.dues
    assert [list(each.stop.missed) for each in stops] == [[], [], [], ["C06"], []]
    assert [each.stop.of_clocks for each in stops] == [True, True, True, True, False]
    assert stops[2].x < between.x < stops[3].x
    assert on.x == stops[3].x
    assert stops[3].true_x - stops[0].true_x < (stops[4].true_x - stops[0].true_x) / 50, "a day, and then months"
    ahead = told(1, 0, "clock.started", clock=CLOCK, rule="C06", due_at=NOW + 24 * HOUR)
    assert draw_line([ahead], "recorded", TIMES, NARROW).dues == [], "what is to come has no place on it"


def test_what_a_page_is_compared_with_stays_while_it_is_earlier_and_the_later_of_two_is_the_page() -> None:
    some = [told(1, 0), told(2, 1), told(3, 2)]
    here, times = Here("/cases/1", [("a", "b")], CLOCK), Times(NOW + DAY, TIMES.words)
    fixed = Past(NOW + HOUR, "recorded", LOOKS, against=NOW + HOUR / 2)
    bar = bar_of(fixed, here, steps_at(some, fixed.moment, "recorded"), times, whole=True)
    assert "compared_with=" in bar.after
    assert "compared_with=" not in bar.before, "there it would be later"
    each = Past(NOW + HOUR, "recorded", LOOKS, against="before")
    bar = bar_of(each, here, steps_at(some, each.moment, "recorded"), times, whole=True)
    assert "compared_with=before" in bar.before
    assert "compared_with=before" in bar.after
    later = Past(NOW, "recorded", LOOKS, against=NOW + HOUR)
    address = elsewhere(later, here, None, "")
    assert address.startswith("/cases/1?a=b&compared_with=")
    assert address.index("compared_with") < address.index("as_of=")

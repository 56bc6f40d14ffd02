"""The judgement over made-up samples: what leaks is found, what only works, warms up or starts again is not."""

import random
from collections.abc import Callable, Iterator

import pytest

from tests.soak.judging import JUDGED_FROM, Sample, growing, judge, never_judged
from tests.soak.memory import Memory, Seen

EVERY = 5
MB = 1e6


def a_life(
    until: int, megabytes: Callable[[float], float], *, since: int = 0, name: str = "tips", life: str = "1"
) -> Iterator[Sample]:
    dice = random.Random(f"{since} {name}")
    for at in range(since, until, EVERY):
        own = int((megabytes(at - since) + dice.gauss(0.0, 0.3)) * MB)
        yield Sample(at, Seen(name, life, 1, Memory(own, own, own)))


def warming_up(at: float) -> float:
    return 56.0 + 8.0 * min(at / 300.0, 1.0)


def test_a_process_that_warms_up_and_then_stays_is_flat() -> None:
    (verdict,) = judge(a_life(1800, warming_up))
    assert verdict.judged
    assert growing([verdict]) == []
    assert round(verdict.early / MB) == round(verdict.late / MB) == 64


def test_a_process_that_leaks_after_warming_up_is_found() -> None:
    (verdict,) = judge(a_life(1800, lambda at: warming_up(at) + at * 20.0 / 3600.0))
    assert 15 * MB < verdict.an_hour < 25 * MB
    assert round(verdict.midway / MB) == 71
    assert growing([verdict])[0].startswith("tips, once warm, grew from ")


def test_a_leak_that_begins_late_is_found() -> None:
    assert growing(judge(a_life(1800, lambda at: 60.0 + max(at - 900.0, 0.0) * 40.0 / 3600.0)))


def test_a_step_at_a_restart_is_no_leak_and_each_life_is_judged() -> None:
    before = a_life(900, lambda _: 60.0)
    after = a_life(1800, lambda _: 75.0, since=900, life="2")
    verdicts = judge([*before, *after])
    assert [each.judged for each in verdicts] == [True, True]
    assert growing(verdicts) == []


def test_a_leak_that_every_restart_takes_back_is_found() -> None:
    def leaks(at: float) -> float:
        return 60.0 + at * 60.0 / 3600.0

    lives = [a_life(since + 600, leaks, since=since, life=str(since)) for since in (0, 600, 1200)]
    assert len(growing(judge([sample for life in lives for sample in life]))) == 3


def test_a_peak_at_the_end_and_a_small_step_are_no_leaks() -> None:
    assert growing(judge(a_life(1800, lambda at: 60.0 + 30.0 * (at > 1700)))) == []
    assert growing(judge(a_life(1800, lambda at: 60.0 + 1.0 * (at > 1200)))) == []


@pytest.mark.parametrize("at_second", range(0, 1800, 60))
def test_one_large_step_is_no_leak_whenever_it_comes_and_a_leak_beside_it_is_found(at_second: int) -> None:
    def step(at: float) -> float:
        return 60.0 + 4.0 * (at > at_second)

    assert growing(judge(a_life(1800, step))) == []
    assert growing(judge(a_life(1800, lambda at: step(at) + at * 20.0 / 3600.0)))


def test_a_cache_that_is_full_in_the_end_is_no_leak() -> None:
    assert growing(judge(a_life(960, lambda at: 71.0 + 4.0 * min(at / 600.0, 1.0)))) == []


def test_a_life_too_short_to_tell_is_not_judged_and_said_so() -> None:
    verdicts = judge([*a_life(1800, warming_up), *a_life(int(JUDGED_FROM), lambda at: 56.0 + 20.0 * at, name="audit")])
    assert growing(verdicts) == []
    assert never_judged(verdicts) == ["audit"]


def test_a_life_seen_once_is_no_fault() -> None:
    assert not judge(a_life(EVERY, warming_up))[0].judged


def test_in_three_minutes_warming_up_is_no_leak_and_a_gross_leak_is() -> None:
    assert growing(judge(a_life(120, warming_up))) == []
    assert growing(judge(a_life(120, lambda at: 56.0 + at)))


def test_blocks_that_fill_slowly_are_no_leak_and_what_goes_on_beyond_them_is() -> None:
    def fills(at: float) -> float:
        return min(8.0 + at * 360.0 / 3600.0, 90.0)

    assert growing(judge(a_life(1200, fills, name="nats"))) == []
    assert growing(judge(a_life(1200, lambda at: fills(at) + at * 200.0 / 3600.0, name="nats")))

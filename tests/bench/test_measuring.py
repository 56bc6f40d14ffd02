"""What figures come to: pairs of one round, medians, and what was missed by how much."""

from collections.abc import Callable

import pytest

from tests.bench.contenders import Round
from tests.bench.measuring import Spread, at_least, at_most, below, beside, in_turn


def test_a_ratio_is_of_the_two_that_ran_in_one_round() -> None:
    # The machine was half as fast in the second round, for both.
    found = beside("appends", "appends/s", [300.0, 150.0, 320.0], "stock", [100.0, 50.0, 80.0])
    assert found.ratio == Spread(3.0, 3.0, 4.0)
    assert (found.ours, found.beside) == (Spread(300.0, 150.0, 320.0), Spread(80.0, 50.0, 100.0))


def test_rounds_that_one_of_them_missed_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="shorter"):
        beside("appends", "appends/s", [300.0, 150.0], "stock", [100.0])


def test_what_is_asked_is_met_at_its_very_number() -> None:
    assert beside("a", "/s", [30.0], "b", [2.0], at_least(15)).verdict == "met"
    assert beside("a", "ms", [3.0], "b", [2.0], at_most(1.5)).verdict == "met"
    assert below("a", "ms", [50.0], 50.0).verdict == "met"


def test_what_is_missed_says_by_what_factor() -> None:
    assert beside("a", "/s", [10.0], "b", [2.0], at_least(15)).verdict == "MISSED by a factor of 3"
    assert beside("a", "ms", [6.0], "b", [2.0], at_most(1.5)).verdict == "MISSED by a factor of 2"
    missed = below("a", "ms", [100.0], 50.0)
    assert (missed.met, missed.verdict) == (False, "MISSED by a factor of 2")


def test_the_median_of_the_rounds_decides_and_not_the_best() -> None:
    assert not beside("a", "/s", [30.0, 10.0, 10.0], "b", [1.0, 1.0, 1.0], at_least(15)).met


def test_what_nothing_is_asked_of_has_no_verdict() -> None:
    found = beside("a", "/s", [1.0], "b", [100.0])
    assert (found.met, found.verdict) == (True, "")


def test_all_take_turns_and_none_always_follows_the_same() -> None:
    ran: list[str] = []

    def work(name: str) -> Callable[[], int]:
        def run() -> int:
            ran.append(name)
            return len(ran)

        return run

    found = in_turn({name: work(name) for name in ("ours", "stock", "plain")}, 3)
    assert ran == ["ours", "stock", "plain", "stock", "plain", "ours", "plain", "ours", "stock"]
    assert found == {"ours": [1, 6, 8], "stock": [2, 4, 9], "plain": [3, 5, 7]}


def test_two_processes_together_are_as_fast_as_both() -> None:
    both = Round.of_all([Round(100, 2.0, [0.01], 10), Round(60, 2.5, [0.02], 10)])
    assert (both.per_second, both.together) == (64.0, 8)

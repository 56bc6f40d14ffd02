"""Whether memory stays flat: pure, over samples. Each life of a process is judged alone: a restart is no growth."""

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.soak.memory import Seen


class Sample(NamedTuple):
    """What was seen `at` so many seconds after the soak began."""

    at: float
    seen: Seen


class Limits(NamedTuple):
    """A life of at least `judged_from` seconds grows when it rises by more than both."""

    judged_from: float
    bytes_an_hour: float
    share: float


class Verdict(NamedTuple):
    """One life. Bytes are medians of its `own` memory over its middle and last third, and an hour's rise."""

    name: str
    began: float
    ended: float
    middle: float
    last: float
    an_hour: float
    judged: bool
    grows: bool


def judge(samples: Iterable[Sample], limits: Limits) -> list[Verdict]:
    """Every life, in the order of their beginnings.

    The first third of a life is its warming up: modules, caches and connection pools fill. Over the rest, `an_hour` is
    the slope of the least squares, and the medians of the middle and of the last third are compared. Neither alone will
    do: a slope is thrown off by one peak at the end of a short life, a median by one step of an allocator. What leaks
    shows in both.
    """
    lives: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        lives.setdefault((sample.seen.name, sample.seen.life), []).append(sample)
    return [_verdict(life, limits) for life in lives.values()]


def growing(verdicts: Iterable[Verdict]) -> list[str]:
    """A sentence for each life that grew."""
    return [
        f"{each.name} grew from {each.middle / 1e6:.1f} to {each.last / 1e6:.1f} MB between the middle and the last"
        f" third of its life from {each.began:.0f} to {each.ended:.0f} s, {each.an_hour / 1e6:+.0f} MB an hour"
        for each in verdicts
        if each.grows
    ]


def never_judged(verdicts: Sequence[Verdict]) -> list[str]:
    """Parts of the house that never lived long enough: of them nothing is known."""
    judged = {each.name for each in verdicts if each.judged}
    return sorted({each.name for each in verdicts} - judged)


def _verdict(life: Sequence[Sample], limits: Limits) -> Verdict:
    name, began, ended = life[0].seen.name, life[0].at, life[-1].at
    third = (ended - began) / 3
    middle = [sample for sample in life if began + third <= sample.at <= ended - third]
    last = [sample for sample in life if sample.at >= ended - third]
    medians = [statistics.median(sample.seen.memory.own for sample in each or life) for each in (middle, last)]
    an_hour = _slope(middle + last) * 3600.0
    judged = ended - began >= limits.judged_from
    rises = an_hour > limits.bytes_an_hour and medians[1] > medians[0] * (1.0 + limits.share)
    return Verdict(name, began, ended, *medians, an_hour, judged, grows=judged and rises)


def _slope(samples: Sequence[Sample]) -> float:
    """Bytes a second."""
    times = [sample.at for sample in samples]
    if len(set(times)) < 2:
        return 0.0
    return statistics.linear_regression(times, [sample.seen.memory.own for sample in samples]).slope

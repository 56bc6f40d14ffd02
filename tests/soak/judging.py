"""Whether memory stays flat: pure, over samples. Each life of a process is judged alone: a restart is no growth."""

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.soak.memory import Seen

JUDGED_FROM = 60.0
LONG_LIFE = 840.0
# What leaks goes on leaking: of its rise, at least so much falls on either half of the time.
GOES_ON = 0.2


class Sample(NamedTuple):
    """What was seen `at` so many seconds after the soak began."""

    at: float
    seen: Seen


class Limits(NamedTuple):
    """A life grows when it rises by more than both: so many bytes an hour, and such a share of what it took before.

    `filled` are bytes that a part comes to take in any case, however long it needs: what rises below is no growth.
    """

    bytes_an_hour: float
    share: float
    filled: float = 0.0

    def words(self) -> str:
        """For people."""
        above = f", above {self.filled / 1e6:.0f} MB" if self.filled else ""
        return f"{self.bytes_an_hour / 1e6:.0f} MB an hour and {self.share:.0%}{above}"


OF_ANY = Limits(10e6, 0.03)
LIMITS = {
    "postgres": Limits(20e6, 0.05),
    "nats": Limits(60e6, 0.10, filled=110e6),
}
"""Chosen from what was measured at five commands a second.

A service keeps what it took while warming up, 54 to 65 MB: from its third to its ninth minute it rose by less than 1 %,
at up to ten megabytes an hour and ever more slowly. Ten megabytes an hour are less than 600 bytes a command.
PostgreSQL's 80 processes each come to know one statement after the other, in sum 3 % in three minutes. nats-server
keeps the blocks of its streams that were touched last, some 70 MB of six busy ones, which fill slowly at this rate.
"""


class Verdict(NamedTuple):
    """One life. Bytes are medians of its `own` memory early, midway and late in it, once warm, and an hour's rise."""

    name: str
    began: float
    ended: float
    early: float
    midway: float
    late: float
    an_hour: float
    judged: bool
    grows: bool


def judge(samples: Iterable[Sample]) -> list[Verdict]:
    """Every life, in the order of their beginnings.

    The first third of a life is its warming up: modules, caches and connection pools fill. The rest is cut into three.
    Over it, `an_hour` is the slope of the least squares, the medians of its first and of its last part are compared,
    and the rise must be seen in both halves of it. None alone will do: a slope is thrown off by one peak at the end of
    a short life, and medians by one step of an allocator, which keeps what some large answer needed for a moment. What
    leaks shows in all. A life shorter than LONG_LIFE seconds is allowed a larger share, since it warms up for a larger
    part of it; one shorter than JUDGED_FROM tells nothing.
    """
    lives: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        lives.setdefault((sample.seen.name, sample.seen.life), []).append(sample)
    return [_verdict(life) for life in lives.values()]


def growing(verdicts: Iterable[Verdict]) -> list[str]:
    """A sentence for each life that grew."""
    return [
        f"{each.name}, once warm, grew from {each.early / 1e6:.1f} over {each.midway / 1e6:.1f} to"
        f" {each.late / 1e6:.1f} MB in its life from {each.began:.0f} to {each.ended:.0f} s,"
        f" {each.an_hour / 1e6:+.0f} MB an hour"
        for each in verdicts
        if each.grows
    ]


def never_judged(verdicts: Sequence[Verdict]) -> list[str]:
    """Parts of the house that never lived long enough: of them nothing is known."""
    judged = {each.name for each in verdicts if each.judged}
    return sorted({each.name for each in verdicts} - judged)


def _verdict(life: Sequence[Sample]) -> Verdict:
    began, ended = life[0].at, life[-1].at
    warm = [sample for sample in life if sample.at >= began + (ended - began) / 3]
    part = (ended - warm[0].at) / 3
    early = _median([sample for sample in warm if sample.at <= warm[0].at + part])
    midway = _median([sample for sample in warm if warm[0].at + part <= sample.at <= ended - part] or warm)
    late = _median([sample for sample in warm if sample.at >= ended - part])
    an_hour = _slope(warm) * 3600.0
    name = life[0].seen.name
    limits = LIMITS.get(name, OF_ANY)
    judged = ended - began >= JUDGED_FROM
    share = limits.share * max(1.0, LONG_LIFE / (ended - began)) if judged else 0.0
    rises = an_hour > limits.bytes_an_hour and late > max(early, limits.filled) * (1.0 + share)
    goes_on = min(midway - early, late - midway) > GOES_ON * (late - early)
    return Verdict(name, began, ended, early, midway, late, an_hour, judged, grows=judged and rises and goes_on)


def _median(samples: Sequence[Sample]) -> float:
    return statistics.median(sample.seen.memory.own for sample in samples)


def _slope(samples: Sequence[Sample]) -> float:
    """Bytes a second."""
    times = [sample.at for sample in samples]
    if len(set(times)) < 2:
        return 0.0
    return statistics.linear_regression(times, [sample.seen.memory.own for sample in samples]).slope

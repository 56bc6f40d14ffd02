"""What a measure comes to: ours beside its peer or its limit, of runs that took turns, with the spread and the goal."""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")


class Spread(msgspec.Struct, frozen=True):
    """The median of several runs, and the least and the most of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """At least one."""
        return cls(statistics.median(values), min(values), max(values))


class Goal(msgspec.Struct, frozen=True):
    """Of the ratio, ours by the one beside it."""

    kind: Literal["at least", "at most"]
    ratio: float

    def __str__(self) -> str:
        return f"{self.kind} {self.ratio:g}"

    def reached(self, ratio: float) -> float:
        """How many times as good as asked for: 1 or more is met, 0.5 is missed by a factor of 2."""
        if self.kind == "at least":
            return ratio / self.ratio
        return self.ratio / ratio if ratio > 0 else float("inf")


class Result(msgspec.Struct, frozen=True):
    """One figure. `ratio` is of the two that were run one after the other, so a machine that slows down slows both."""

    what: str
    unit: str
    ours: Spread
    peer: str
    beside: Spread
    ratio: Spread
    goal: Goal | None = None

    @property
    def met(self) -> bool:
        """Also where nothing is asked."""
        return self.goal is None or self.goal.reached(self.ratio.median) >= 1.0

    @property
    def verdict(self) -> str:
        """In a word; of what is missed, by how much."""
        if self.goal is None:
            return ""
        if self.met:
            return "met"
        reached = self.goal.reached(self.ratio.median)
        return f"MISSED by a factor of {1 / reached:.3g}" if reached else "MISSED altogether"


class Measured(msgspec.Struct, frozen=True):
    """One measure of the table. `failed` says why there are no results, or not all; `words` are said below them."""

    name: str
    title: str
    seconds: float
    results: Sequence[Result]
    words: Sequence[str] = ()
    failed: str = ""


def at_least(ratio: float) -> Goal:
    """So many times the one beside it, or more."""
    return Goal("at least", ratio)


def at_most(ratio: float) -> Goal:
    """So many times the one beside it, or less."""
    return Goal("at most", ratio)


def beside(
    what: str, unit: str, ours: Sequence[float], peer: str, theirs: Sequence[float], goal: Goal | None = None
) -> Result:
    """Of as many runs of each, those of one round at the same place. Raises ValueError when they are not as many."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Result(what, unit, Spread.of(ours), peer, Spread.of(theirs), Spread.of(ratios), goal)


def below(what: str, unit: str, ours: Sequence[float], limit: float) -> Result:
    """Beside a number that must not be passed."""
    return beside(what, unit, ours, "the limit", [limit] * len(ours), at_most(1.0))


def in_turn(works: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Each once a round, every round from another one on, so that none always follows the same."""
    names = list(works)
    found: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            say(f"round {number + 1} of {rounds}: {name}")
            found[name].append(works[name]())
    return found


def say(what: str) -> None:
    """To whoever waits, on one line."""
    sys.stderr.write(f"\r\x1b[K{what}")
    sys.stderr.flush()

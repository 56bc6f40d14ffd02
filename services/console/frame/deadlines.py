"""How a page says a statutory deadline: what is left, how it was computed, by which law, and how it ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.console.frame.times import Times

HOUR = timedelta(hours=1)
DAYS_FROM = timedelta(days=3)
SOON = timedelta(hours=4)


class Deadline(NamedTuple):
    """`found` is what a later entry showed, `done` that the duty itself was done; `sum` is the arithmetic by line.

    `sure` says how well the law behind it is known: V read, S from a secondary source, U unverified; empty: not said.
    `page` is where it is explained whole, empty where there is no such page.
    """

    rule: str
    phase: str
    found: str
    since: datetime
    due_at: datetime
    citation: str
    sum: tuple[str, ...]
    done: bool = False
    sure: str = ""
    page: str = ""

    @property
    def pressing(self) -> bool:
        """Whether somebody still has to do something."""
        return self.phase == "running" or (self.phase == "missed" and not self.found and not self.done)


def sum_of(since: datetime, due_at: datetime, times: Times) -> str:
    """The period in the law's measure: hours, or days where there are several."""
    period = due_at - since
    if period >= DAYS_FROM and not period % timedelta(days=1):
        return times.words.say("deadline.days", since=times.full(since), n=period.days, due=times.full(due_at))
    return times.words.say("clock.sum", since=times.full(since), hours=f"{period / HOUR:g}", due=times.full(due_at))


def pressing_of(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """What is due first comes first."""
    return sorted((each for each in deadlines if each.pressing), key=lambda each: each.due_at)


def ended_of(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """In the order they were due."""
    return sorted((each for each in deadlines if not each.pressing), key=lambda each: each.due_at)


def tone_of(due_at: datetime, times: Times) -> str:
    """The word for the look of a line: late, soon, or calm."""
    left = times.left(due_at)
    return "late" if left.past else "soon" if left.seconds < SOON.total_seconds() else "calm"


def end_of(deadline: Deadline) -> str:
    """The code of how it ended."""
    match (deadline.phase, deadline.found):
        case ("met", "missed"):
            return "found_missed"
        case ("met", _):
            return "met"
        case ("missed", "met"):
            return "found_met"
        case ("missed", "excused"):
            return "missed_excused"
        case ("missed", _):
            return "missed_done"
        case _:
            return "excused"

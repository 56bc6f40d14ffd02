"""What a prosecutor's case page shows: each accused by number, with counts, clocks and what can come next."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.console.frame.deadlines import Deadline
from services.console.frame.times import Times
from services.console.frame.words import Words
from services.console.pages.court.answers import Accused, Case, CourtClock


class Shown(NamedTuple):
    """An accused as the page has them: `number` stands for the name, which is on a page of its own."""

    number: int
    accused: Accused
    may_enter: Sequence[tuple[str, str]]
    tried: bool
    judged: bool
    appealed: bool


def accused_of(case: Case, words: Words) -> list[Shown]:
    """In the order they were added. `tried` says that a time for trial was running, `judged` and `appealed` how far an
    open count has come.
    """
    return [_shown(number, each, words) for number, each in enumerate(case.accused, start=1)]


def _shown(number: int, accused: Accused, words: Words) -> Shown:
    stages = dict.fromkeys(stage for count in accused.counts for stage in count.may_enter)
    tried = any(clock.rule == "C41" for clock in accused.clocks)
    at = {count.stage for count in accused.counts if count.phase == "open"}
    return Shown(
        number,
        accused,
        [(stage, words.word("stage", stage)) for stage in stages],
        tried,
        judged=not at.isdisjoint({"judgment", "post_trial_motions"}),
        appealed="appeal" in at,
    )


def deadlines_of(case: Case, times: Times) -> dict[Deadline, str]:
    """Every clock, and whose it is."""
    say = times.words.say
    return {
        _deadline(case.reference, accused.accused, clock): say("court.accused", number=number)
        for number, accused in enumerate(case.accused, start=1)
        for clock in accused.clocks
    }


def _deadline(case: UUID, accused: UUID, clock: CourtClock) -> Deadline:
    return Deadline(
        rule=clock.rule,
        phase=clock.phase,
        found=clock.found,
        since=clock.started_at,
        due_at=clock.due_at,
        citation=clock.citation,
        sum=tuple(clock.arithmetic),
        page=f"/court/{case}/accused/{accused}/clocks/{clock.rule}-{clock.number}",
    )


def numbers_of(case: Case) -> dict[UUID, int]:
    """By which number the page calls an accused."""
    return {each.accused: number for number, each in enumerate(case.accused, start=1)}


def day_in(text: str) -> str | None:
    """A day as services take it. None for what is none."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None

"""A fact that is entered later: what was known until now and what is true are shown before it is sent."""

from datetime import datetime, timedelta
from typing import NamedTuple

from services.console.frame.times import Times
from services.console.pages.case.view import CaseView, standing_of

LATE = timedelta(minutes=5)
"""Somebody types for so long; what is entered within it happened now."""

CHECKED = "checked"


class Fact(NamedTuple):
    """When it was in truth, and the rule whose deadline it is about."""

    moment: datetime | None
    rule: str


class Late(NamedTuple):
    """`known` is how it stands as recorded so far, `true` how it stands once this is on record."""

    moment: datetime
    rule: str
    known: str
    true: str


def late_of(fact: Fact, case: CaseView, times: Times) -> Late | None:
    """None for what happens now, and for a time to come, which the service refuses."""
    moment, say = fact.moment, times.words.say
    if moment is None or times.now - moment < LATE:
        return None
    bars = [bar for bar in case.story.bars if bar.rule == fact.rule]
    if not bars:
        return Late(moment, fact.rule, say("late.nothing_known"), say("late.true", time=times.full(moment)))
    last = bars[-1]
    length = times.length(abs(last.due_at - moment))
    true = say("late.in_time" if moment < last.due_at else "late.too_late", length=length, due=times.full(last.due_at))
    return Late(moment, fact.rule, standing_of(last, times), true)

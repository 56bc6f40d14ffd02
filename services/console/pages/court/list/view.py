"""An office's cases as queues named by the duty, not by the object."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.console.pages.court.answers import CaseRow
from services.console.pages.court.safe_harbour.answers import HarbourRow

DECIDE, HARBOUR, SERVICE, NOTICES = "decide", "harbour", "service", "notices"
HEARINGS, MISSED, ALL = "hearings", "missed", "all"
RULES = ("C35", "C36", "C39", "C40", "C41", "C42", "C43", "C44")
QUEUES = (DECIDE, HARBOUR, SERVICE, NOTICES, *RULES, HEARINGS, MISSED, ALL)
NEXT = 10
MOST = 200
"""As many as the service lists, due soonest first."""


class Queue(NamedTuple):
    """Its code and how many cases wait in it."""

    name: str
    number: int


class NextDue(NamedTuple):
    """A deadline or hearing of one of the office's cases: the clock's rule, or `hearing:` and its kind."""

    row: CaseRow
    what: str
    due_at: datetime


def next_of_all(rows: Sequence[CaseRow]) -> list[NextDue]:
    """The deadlines and hearings of all the cases that come due next, a case as often as it has any."""
    every = [NextDue(row, each.what, each.due_at) for row in rows for each in row.due]
    return sorted(every, key=lambda each: each.due_at)[:NEXT]


Harbours = Mapping[UUID, Sequence[HarbourRow]]
"""By case, those of its accused who may be victims, and about whom the office has something to do."""


def harbours_of(rows: Iterable[HarbourRow]) -> Harbours:
    """Without those about whom nothing is to be done."""
    found: dict[UUID, list[HarbourRow]] = {}
    for row in rows:
        if row.of_the_office:
            found.setdefault(row.case, []).append(row)
    return found


def is_in(row: CaseRow, queue: str, harbours: Harbours) -> bool:
    """Whether a case waits there."""
    waits = {
        HARBOUR: row.case in harbours,
        DECIDE: row.phase == "referred",
        SERVICE: bool(row.papers_failed),
        NOTICES: bool(row.notices_owed),
        HEARINGS: any(each.what.startswith("hearing:") for each in row.due),
        MISSED: bool(row.missed),
        ALL: True,
    }
    return waits[queue] if queue in waits else any(each.what == queue for each in row.due)


def queues_of(rows: Sequence[CaseRow], harbours: Harbours) -> list[Queue]:
    """Those that hold something, and the list of all."""
    found = [Queue(name, sum(is_in(row, name, harbours) for row in rows)) for name in QUEUES]
    return [each for each in found if each.number or each.name == ALL]


def next_due(row: CaseRow, queue: str) -> tuple[str, datetime] | None:
    """What this queue is about, else what comes first."""
    of_queue = [
        each for each in row.due if each.what == queue or (queue == HEARINGS and each.what.startswith("hearing:"))
    ]
    first = min(of_queue or row.due, key=lambda each: each.due_at, default=None)
    return (first.what, first.due_at) if first else None

"""One clock as the copy has it: what it began with, by which due time it ran, and how it ended. Pure.

Folded by the kernel's own `evolve`, so that what is counted here is what the service itself holds of its clock.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import Any, Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.audit.replay.telling import Told
from services.kernel import clock as clocks
from services.kernel.clock import (
    CLOCK_EVENTS,
    Clock,
    ClockExcused,
    ClockFoundMet,
    ClockFoundMissed,
    ClockMet,
    ClockRecomputed,
    ClockRuled,
    ClockStarted,
    ClockWarned,
)

Outcome = Literal["met", "missed", "lawfully_missed", "excused", "open"]
"""How a clock stands, as far as is known today; each clock in exactly one (docs/decisions/compliance.md)."""

OUTCOMES: tuple[Outcome, ...] = ("met", "missed", "lawfully_missed", "excused", "open")

# A ruling's paper is sealed, so it is read by its codes alone; a warning changes no outcome.
_FOLDED: Mapping[str, type[Event]] = {each.NAME: each for each in CLOCK_EVENTS if each not in {ClockWarned, ClockRuled}}
READ = (*_FOLDED, ClockRuled.NAME)
"""The events of a clock that are read."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that was started.

    `reckoned_due_at` is what its rule's version gave, `due_at` is later where an order `extended` it. `reckoned_on` is
    the moment by which that version was chosen: when it began, or when it was put under another. `done_at` is when the
    duty was done, in time or not, as far as that is on record; `excused_at` when it fell away, `reason` why, by which
    `authority`, empty where nobody's. `noticed`: all was done that the law asks for where it cannot be met in time.
    """

    clock: UUID
    source: str
    case: UUID
    subject: UUID
    rule: str
    rule_version: int
    triggered_by: UUID
    began_at: datetime
    recorded_at: datetime
    reckoned_on: datetime
    reckoned_due_at: datetime
    due_at: datetime
    extended: bool = False
    known: clocks.Phase = "running"
    found: Literal["", "met", "missed", "excused"] = ""
    done_at: datetime | None = None
    excused_at: datetime | None = None
    reason: str = ""
    authority: str = ""
    noticed: bool = False

    @property
    def outcome(self) -> Outcome:
        """What a later entry showed outranks the end as recorded; an excuse does not hide that it was missed before."""
        match self.known, self.found:
            case _, "met":
                return "met"
            case _, "missed":
                return "missed"
            case "met", _:
                return "met"
            case "excused", _:
                return "excused"
            case "missed", _:
                return "lawfully_missed" if self.noticed or self.authority else "missed"
            case _:
                return "open"


def histories(events: Iterable[Told]) -> list[History]:
    """Of the events of many clocks, those of each in the order of its log. One without its start is left out."""
    of_clock: dict[tuple[str, UUID | None], list[Told]] = {}
    for each in events:
        if each.name in READ:
            of_clock.setdefault((each.source, each.stream), []).append(each)
    return [found for told in of_clock.values() if (found := history_of(told)) is not None]


def history_of(told: Iterable[Told]) -> History | None:
    """Of one clock's events in order; None where its start is not among them. `noticed` is for others to say."""
    events = [(each, _event(each)) for each in told]
    began = next(((each, event) for each, event in events if isinstance(event, ClockStarted)), None)
    if began is None or began[0].stream is None:
        return None
    first, start = began
    clock = reduce(clocks.evolve, (event for _, event in events if event is not None), Clock())
    reckoned, by = [(event, each) for each, event in events if isinstance(event, ClockStarted | ClockRecomputed)][-1]
    return History(
        clock=began[0].stream,
        source=first.source,
        case=first.correlation_id,
        subject=clock.subject,
        rule=clock.rule,
        rule_version=clock.rule_version,
        triggered_by=start.triggered_by,
        began_at=clock.started_at,
        recorded_at=first.recorded_at,
        reckoned_on=clock.started_at if reckoned is start else by.recorded_at,
        reckoned_due_at=reckoned.due_at,
        due_at=clock.due_at,
        extended=clock.extended,
        known=clock.phase,
        found=clock.found,
        done_at=_done_at(event for _, event in events),
        **_excuse(events),
    )


def _event(told: Told) -> Event | None:
    kind = _FOLDED.get(told.name)
    return None if kind is None else msgspec.convert(told.data, kind)


def _done_at(events: Iterable[Event | None]) -> datetime | None:
    """By the last word."""
    done: datetime | None = None
    for event in events:
        match event:
            case ClockMet() | ClockFoundMet():
                done = event.met_at
            case ClockFoundMissed():
                done = event.done_at
            case _:
                pass
    return done


def _excuse(events: Iterable[tuple[Told, Event | None]]) -> dict[str, Any]:
    """A ruling goes before what it does to the clock, in the same commit."""
    ruled = ""
    for told, event in events:
        if told.name == ClockRuled.NAME:
            ruled = told.data["authority"] if told.data["what"] == "excused" else ""
        elif isinstance(event, ClockExcused):
            return {"excused_at": told.happened_at, "reason": event.reason, "authority": ruled}
    return {}

"""What became of a clock, as its log tells it: what it began with, who did what to it, and where that leaves it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from contracts.deadline import Course, State, Trigger, Turning, What
from services.kernel import clock as clocks
from services.kernel.clock import (
    Clock,
    ClockExcused,
    ClockExtended,
    ClockFoundMet,
    ClockFoundMissed,
    ClockMet,
    ClockMissed,
    ClockRecomputed,
    ClockRuled,
    ClockStarted,
    ClockWarned,
)
from services.kernel.stored_form import Happening

_WHAT: dict[type, What] = {
    ClockStarted: "started",
    ClockWarned: "warned",
    ClockExtended: "extended",
    ClockRecomputed: "recomputed",
    ClockMet: "met",
    ClockMissed: "missed",
    ClockExcused: "excused",
    ClockFoundMet: "found_met",
    ClockFoundMissed: "found_missed",
}

DECIDED: frozenset[What] = frozenset({"extended", "recomputed", "excused", "found_met", "found_missed"})
"""Of these it is told who did it. Who met a clock may sit on a seat of which not everybody is told who holds it."""


def course_of(told: Sequence[Happening], beside: Iterable[Happening]) -> Course | None:
    """None for a stream that is no clock that was started. `beside` is where the event it began with may be found.

    That event is the one its start names; else the first of the same command that is not a clock's own.
    """
    began = next((each for each in told if isinstance(each.event, ClockStarted)), None)
    if began is None or not isinstance(began.event, ClockStarted):
        return None
    clock = reduce(clocks.evolve, (each.event for each in told), Clock())
    reckoned = [each.event for each in told if isinstance(each.event, ClockStarted | ClockRecomputed)][-1]
    return Course(
        clock=began.stream,
        version=told[-1].version,
        rule=clock.rule,
        rule_version=clock.rule_version,
        trigger=_trigger(began, beside),
        since=clock.started_at,
        reckoned_due_at=reckoned.due_at,
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        warned=clock.warned,
        arithmetic=tuple(reckoned.arithmetic.splitlines()),
        phase=clock.phase,
        found=clock.found,
        state=state_of(clock),
        late_seconds=clock.late_seconds,
        turnings=tuple(_turnings(told)),
    )


def state_of(clock: Clock) -> State:
    """As far as is known now. Raises `ValueError` for one that never started."""
    match (clock.phase, clock.found):
        case ("running", _):
            return "extended" if clock.extended else "running"
        case (_, "met"):
            return "found_met"
        case (_, "missed"):
            return "found_missed"
        case ("excused", _) | (_, "excused"):
            return "excused"
        case ("met", _):
            return "met"
        case ("missed", _):
            return "missed"
        case _:
            raise ValueError("This clock never started.")


def _trigger(began: Happening, beside: Iterable[Happening]) -> Trigger:
    event = began.event
    named = event.triggered_by if isinstance(event, ClockStarted) else None
    candidates = [each for each in beside if type(each.event) not in _WHAT and not isinstance(each.event, ClockRuled)]
    of_command = (each for each in candidates if each.origin.command_id == began.origin.command_id)
    found = next((each for each in candidates if each.event_id == named), None) or next(of_command, began)
    return Trigger(
        name=found.event.NAME,
        position=found.position,
        happened_at=found.happened_at,
        recorded_at=_recorded(found),
        because_of=found.origin.causation_id,
    )


def _turnings(told: Sequence[Happening]) -> Iterable[Turning]:
    due_at: datetime | None = None
    ruled: Happening | None = None
    for each in told:
        event = each.event
        if isinstance(event, ClockRuled):
            ruled = each
        what = _WHAT.get(type(event))
        if what is None:
            continue
        if isinstance(event, ClockStarted | ClockExtended | ClockRecomputed):
            due_at = event.due_at
        kind, _, account = each.origin.actor.partition(":")
        named = kind == "account" and what in DECIDED
        yield Turning(
            what=what,
            happened_at=each.happened_at,
            recorded_at=_recorded(each),
            by=UUID(account) if named else None,
            agency=each.origin.agency if named else "",
            due_at=due_at or each.happened_at,
            reason=getattr(event, "reason", ""),
            **(_authority(ruled) if what in DECIDED else {}),
        )
        ruled = None if what in DECIDED else ruled


def _authority(ruled: Happening | None) -> dict[str, Any]:
    """Of the ruling that went before, if any."""
    if ruled is None or not isinstance(ruled.event, ClockRuled):
        return {}
    event = ruled.event
    paper = ruled.event_id if event.document is not None else None
    return {"authority": event.authority, "citation": event.citation, "paper": paper}


def _recorded(happening: Happening) -> datetime:
    if happening.recorded_at is None:
        raise LookupError("An event that was not read back has no place in a log.")
    return happening.recorded_at

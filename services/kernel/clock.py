"""A deadline as an aggregate. It ends exactly once as recorded: met, missed or excused.

The due time itself is too late: whoever acts at that very moment and the timer agree.
What is typed in later and shows otherwise is a further event: "known then" is the first end, "true then" the last.
Decisions are pure; `now` is the one source of time.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.deadline import Terms
from contracts.language import Code, Event, Measure, Moment, Personal, Reference, Refused, classified

Moments = Annotated[tuple[Annotated[datetime, msgspec.Meta(tz=True)], ...], classified("moment")]


class ClockStarted(Event, frozen=True, kw_only=True):
    """A duty with a due time began; the arithmetic is kept as it was done, line by line."""

    NAME = "clock.started"

    rule: Code
    rule_version: Measure
    citation: Code
    subject: Reference
    triggered_by: Reference
    started_at: Moment
    due_at: Moment
    warn_at: Moments
    arithmetic: Code


class ClockWarned(Event, frozen=True, kw_only=True):
    """A warning point came while the clock ran."""

    NAME = "clock.warned"

    rule: Code
    subject: Reference
    warn_at: Moment
    due_at: Moment


class ClockExtended(Event, frozen=True, kw_only=True):
    """An explicit command gave the clock another due time."""

    NAME = "clock.extended"

    rule: Code
    subject: Reference
    due_at: Moment
    warn_at: Moments
    reason: Code


class ClockRecomputed(Event, frozen=True, kw_only=True):
    """An explicit command put a running clock under another version of its rule. `reason` is of a closed list."""

    NAME = "clock.recomputed"

    rule: Code
    rule_version: Measure
    citation: Code
    subject: Reference
    due_at: Moment
    warn_at: Moments
    arithmetic: Code
    reason: Code


class ClockMet(Event, frozen=True, kw_only=True):
    """The duty was done in time, as recorded then."""

    NAME = "clock.met"

    rule: Code
    subject: Reference
    met_at: Moment


class ClockMissed(Event, frozen=True, kw_only=True):
    """The due time passed. `late_seconds` is how long after it this was recorded."""

    NAME = "clock.missed"

    rule: Code
    subject: Reference
    due_at: Moment
    late_seconds: Measure


class ClockExcused(Event, frozen=True, kw_only=True):
    """The duty fell away, before the due time or after a miss."""

    NAME = "clock.excused"

    rule: Code
    subject: Reference
    reason: Code


class ClockFoundMet(Event, frozen=True, kw_only=True):
    """Recorded as missed; a later entry shows it was done in time."""

    NAME = "clock.found_met"

    rule: Code
    subject: Reference
    met_at: Moment


class ClockFoundMissed(Event, frozen=True, kw_only=True):
    """Recorded as met; a later entry shows it was not in time."""

    NAME = "clock.found_missed"

    rule: Code
    subject: Reference
    done_at: Moment


class ClockRuled(Event, frozen=True, kw_only=True):
    """Somebody decided something about the clock, on an authority its rule lists; what it does to it comes right after.

    `what` is extended, excused or found_met. `citation` is empty where no law says it. `document` says by which paper.
    """

    NAME = "clock.ruled"

    rule: Code
    subject: Reference
    what: Code
    authority: Code
    citation: Code
    document: Annotated[Personal | None, classified("personal")]


CLOCK_EVENTS: tuple[type[Event], ...] = (
    ClockStarted,
    ClockWarned,
    ClockExtended,
    ClockRecomputed,
    ClockMet,
    ClockMissed,
    ClockExcused,
    ClockFoundMet,
    ClockFoundMissed,
    ClockRuled,
)

NEVER = datetime.min.replace(tzinfo=UTC)

Recomputing = Literal["moves", "under_it_already", "ended", "extended", "past_under_it"]
"""What becomes of a clock under another version: it moves, or why it stays. The due time may be the same."""

Phase = Literal["not started", "running", "met", "missed", "excused"]


class ClockRefusal:
    """Why a clock command is refused: the closed list of codes."""

    NOT_RUNNING = "clock_not_running"
    SHORTER = "clock_not_shortened"
    ENDED = "clock_ended_otherwise"
    NOT_IN_TIME = "clock_not_in_time"


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decides about a clock. `at` is the new due time, or when the duty was done; none for an excuse."""

    what: Literal["extended", "excused", "found_met"]
    authority: str
    citation: str = ""
    at: datetime | None = None
    document: Personal | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` is the end as recorded; `found` what a later entry showed.

    It keeps the rule's version it began by, unless recomputed. `extended`: its due time is an order's, not the rule's.
    """

    phase: Phase = "not started"
    found: Literal["", "met", "missed", "excused"] = ""
    rule: str = ""
    rule_version: int = 0
    subject: UUID = UUID(int=0)
    started_at: datetime = NEVER
    due_at: datetime = NEVER
    warn_at: tuple[datetime, ...] = ()
    warned: tuple[datetime, ...] = ()
    late_seconds: int = 0
    extended: bool = False


def evolve(clock: Clock, event: Event) -> Clock:  # one case an event
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ClockStarted():
            return change(
                clock,
                phase="running",
                rule=event.rule,
                rule_version=event.rule_version,
                subject=event.subject,
                started_at=event.started_at,
                due_at=event.due_at,
                warn_at=event.warn_at,
            )
        case ClockWarned():
            return change(clock, warned=(*clock.warned, event.warn_at))
        case ClockExtended():
            return change(clock, due_at=event.due_at, warn_at=event.warn_at, extended=True)
        case ClockRecomputed():
            return change(clock, rule_version=event.rule_version, due_at=event.due_at, warn_at=event.warn_at)
        case ClockMet():
            return change(clock, phase="met")
        case ClockMissed():
            return change(clock, phase="missed", late_seconds=event.late_seconds)
        case ClockExcused():
            return change(clock, found="excused") if clock.phase == "missed" else change(clock, phase="excused")
        case ClockFoundMet():
            return change(clock, found="met")
        case ClockFoundMissed():
            return change(clock, found="missed")
        case _:
            return clock


def start(clock: Clock, terms: Terms, subject: UUID, triggered_by: UUID, now: datetime) -> list[Event]:
    """Past due already, it is missed at once, with its lateness; past warnings are not sent."""
    if clock.phase != "not started":
        return []
    started = ClockStarted(
        rule=terms.rule,
        rule_version=terms.version,
        citation=terms.citation,
        subject=subject,
        triggered_by=triggered_by,
        started_at=terms.started_at,
        due_at=terms.due_at,
        warn_at=tuple(moment for moment in terms.warn_at if moment > now),
        arithmetic=terms.arithmetic,
    )
    return [started, *expire(evolve(clock, started), now)]


def warn(clock: Clock, moment: datetime, now: datetime) -> list[Event]:
    """Each warning once, never early, never after the clock has ended or its due time has come."""
    if clock.phase != "running" or moment in clock.warned or moment not in clock.warn_at:
        return []
    if now < moment or now >= clock.due_at:
        return []
    return [ClockWarned(rule=clock.rule, subject=clock.subject, warn_at=moment, due_at=clock.due_at)]


def still_warns(clock: Clock, moment: datetime, now: datetime) -> bool:
    """Whether anybody is to be told of this warning: the clock runs, and no later warning has come.

    After a standstill several come at once. Each is on record; told is the last of them.
    """
    is_last = not any(moment < later <= now for later in clock.warn_at)
    return clock.phase == "running" and now < clock.due_at and is_last


def expire(clock: Clock, now: datetime) -> list[Event]:
    """Missed, if it still runs and its due time has come."""
    if clock.phase != "running" or now < clock.due_at:
        return []
    late = int((now - clock.due_at).total_seconds())
    return [ClockMissed(rule=clock.rule, subject=clock.subject, due_at=clock.due_at, late_seconds=late)]


def meet(clock: Clock, done_at: datetime, now: datetime) -> list[Event]:
    """The duty was done at `done_at`. Done too late, a running clock is missed; done in time, a miss is found met."""
    if clock.phase == "running":
        if done_at < clock.due_at:
            return [ClockMet(rule=clock.rule, subject=clock.subject, met_at=done_at)]
        return expire(clock, max(now, done_at))
    if clock.phase == "missed" and not clock.found and done_at < clock.due_at:
        return [ClockFoundMet(rule=clock.rule, subject=clock.subject, met_at=done_at)]
    return []


def correct(clock: Clock, done_at: datetime) -> list[Event]:
    """A duty recorded as met was in truth done at `done_at`."""
    if clock.phase == "met" and clock.found != "missed" and done_at >= clock.due_at:
        return [ClockFoundMissed(rule=clock.rule, subject=clock.subject, done_at=done_at)]
    return []


def excuse(clock: Clock, reason: str, now: datetime) -> list[Event]:
    """The duty fell away. Past due, it was missed first: the excuse does not hide that."""
    if clock.phase == "running":
        missed = expire(clock, now)
        return [*missed, ClockExcused(rule=clock.rule, subject=clock.subject, reason=reason)]
    if clock.phase == "missed" and not clock.found:
        return [ClockExcused(rule=clock.rule, subject=clock.subject, reason=reason)]
    return []


def extend(clock: Clock, due_at: datetime, reason: str, now: datetime) -> list[Event]:
    """A later due time. Raises `Refused` for a clock that has ended or an earlier time."""
    if clock.phase != "running" or now >= clock.due_at:
        raise Refused(ClockRefusal.NOT_RUNNING, "This clock has ended, so its due time stays as it was.")
    if due_at <= clock.due_at:
        raise Refused(ClockRefusal.SHORTER, "The new due time must be later than the present one.")
    later = due_at - clock.due_at
    warn_at = tuple(moment + later for moment in clock.warn_at if moment not in clock.warned)
    return [ClockExtended(rule=clock.rule, subject=clock.subject, due_at=due_at, warn_at=warn_at, reason=reason)]


def rule_on(clock: Clock, ruling: Ruling, now: datetime) -> list[Event]:
    """What follows from a ruling that the clock's rule allows, with the authority first.

    Raises `Refused` where the clock has ended otherwise, or the duty was not done before its due time.
    """
    match ruling:
        case Ruling(what="extended", at=at) if at is not None:
            follows = extend(clock, at, ruling.authority, now)
        case Ruling(what="excused"):
            follows = excuse(clock, ruling.authority, now)
        case Ruling(what="found_met", at=at) if at is not None and clock.phase == "missed" and not clock.found:
            follows = meet(clock, at, now)
            if not follows:
                raise Refused(ClockRefusal.NOT_IN_TIME, "That is not before the due time, so it was missed.")
        case _:
            follows = []
    if not follows:
        raise Refused(ClockRefusal.ENDED, "This clock has ended otherwise, so nothing of it can be decided.")
    ruled = ClockRuled(
        rule=clock.rule,
        subject=clock.subject,
        what=ruling.what,
        authority=ruling.authority,
        citation=ruling.citation,
        document=ruling.document,
    )
    return [ruled, *follows]


def recomputing(clock: Clock, terms: Terms, now: datetime) -> Recomputing:
    """What `recompute` would do. A due time may come earlier, never so that it has passed already."""
    if clock.phase != "running" or now >= clock.due_at:
        return "ended"
    if clock.rule_version == terms.version:
        return "under_it_already"
    if clock.extended:
        return "extended"
    return "past_under_it" if terms.due_at <= now else "moves"


def recompute(clock: Clock, terms: Terms, reason: str, now: datetime) -> list[ClockRecomputed]:
    """The clock runs on under the version of `terms`, from the moment it began at. Nothing for one that stays.

    Warnings that came already, under either version, are not sent again.
    """
    if recomputing(clock, terms, now) != "moves":
        return []
    return [
        ClockRecomputed(
            rule=clock.rule,
            rule_version=terms.version,
            citation=terms.citation,
            subject=clock.subject,
            due_at=terms.due_at,
            warn_at=tuple(moment for moment in terms.warn_at if moment > now),
            arithmetic=terms.arithmetic,
            reason=reason,
        )
    ]


def asserted_moment(event: Event) -> datetime | None:
    """When a clock's event happened, which is not when it was decided; None for any other event."""
    match event:
        case ClockStarted():
            return event.started_at
        case ClockWarned():
            return event.warn_at
        case ClockMissed():
            return event.due_at
        case ClockMet() | ClockFoundMet():
            return event.met_at
        case ClockFoundMissed():
            return event.done_at
        case _:
            return None

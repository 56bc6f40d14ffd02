"""A deadline as it was reckoned from a rule, what a clock is started with; and what became of the clock since."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule asks for of something that happened at `started_at`.

    `arithmetic` is how `due_at` was found, line by line, for people who do it again. `warn_at` is in order, all of it
    before `due_at`.
    """

    rule: str
    version: int
    citation: str
    started_at: datetime
    due_at: datetime
    warn_at: tuple[datetime, ...] = ()
    arithmetic: str


What = Literal["started", "warned", "extended", "recomputed", "met", "missed", "excused", "found_met", "found_missed"]

State = Literal["running", "extended", "met", "missed", "lawfully_noticed", "excused", "found_met", "found_missed"]
"""How a clock stands as far as is known now: what a later entry showed outranks its end as recorded.

`lawfully_noticed` is missed, with all done that the law asks for where the duty cannot be met in time.
"""


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """The event a clock began with: its stored name, its place in its service's log, when it happened, when recorded.

    `because_of` is the event or command that led to it, which another service's log may hold.
    """

    name: str
    position: int
    happened_at: datetime
    recorded_at: datetime
    because_of: UUID | None


class Turning(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that became of a clock. `by` is the account that decided it, null where the rule itself did, or a fact.

    `reason`, `authority` and `citation` are codes and law, empty where none was given. `due_at` is what it was from
    then on. `paper` is the event whose sealed text says by which paper, and `document` that text where it is told.
    """

    what: What
    happened_at: datetime
    recorded_at: datetime
    by: UUID | None
    agency: str
    due_at: datetime
    reason: str = ""
    authority: str = ""
    citation: str = ""
    paper: UUID | None = None
    document: str | None = None


class NoticeGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A role that the law wants told: when it was to be, when it was, and when somebody of it said to know."""

    role: str
    requested_at: datetime | None
    sent_at: datetime | None
    acknowledged_at: datetime | None


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """What the law asks for where a duty cannot be met in time, and whether it was done.

    `known_at` is when somebody first said so. `complete`: every role acknowledged, and attempts and planned steps are
    on record. The law gives no number for it: the moments are told, and judged by nobody here.
    """

    rule: str
    citation: str
    known_at: datetime
    attempts: int
    planned_steps: int
    notices: tuple[NoticeGiven, ...]
    complete: bool


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A clock from its start until now, as its log tells it.

    `reckoned_due_at` and `arithmetic` are what the version it runs under gave when it was put under it; `due_at` is
    later where an order extended it. `phase` is running or the end as recorded, `found` what a later entry showed.
    """

    clock: UUID
    version: int
    rule: str
    rule_version: int
    trigger: Trigger
    since: datetime
    reckoned_due_at: datetime
    due_at: datetime
    warn_at: tuple[datetime, ...]
    warned: tuple[datetime, ...]
    arithmetic: tuple[str, ...]
    phase: str
    found: str
    state: State
    late_seconds: int
    turnings: tuple[Turning, ...]

"""What the audit service answers about compliance, as the pages read it."""

from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

import msgspec

Outcome = Literal["met", "missed", "lawfully_missed", "excused", "open"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Kind = Literal[
    "missed",
    "lawfully_missed",
    "not_started",
    "excused",
    "extended",
    "recomputed",
    "corrected",
    "began_again",
    "left_open",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Counted(msgspec.Struct, frozen=True):
    """Clocks of one month, county, agency or rule."""

    key: str
    met: int
    missed: int
    lawfully_missed: int
    excused: int
    open: int

    @property
    def all(self) -> int:
        """Of every outcome."""
        return sum(getattr(self, each) for each in OUTCOMES)


class Spread(msgspec.Struct, frozen=True):
    """Minutes; null where there is no clock."""

    clocks: int
    least: int | None
    quarter: int | None
    half: int | None
    three_quarters: int | None
    most: int | None

    def long(self, part: str) -> timedelta:
        """How long that is; nothing where there is no clock."""
        return timedelta(minutes=getattr(self, part) or 0)


class OfRule(msgspec.Struct, frozen=True):
    """One rule; `left` of those that were met, `late` of those missed whose duty was done after all."""

    rule: str
    name: str
    within: str
    citation: str
    counted: Counted
    months: list[Counted]
    left: Spread
    late: Spread
    not_told: int


class Numbers(msgspec.Struct, frozen=True):
    """How every clock stands; `counties` are null for whoever may not look cases up by county."""

    as_of: datetime
    rules: list[OfRule]
    months: list[Counted]
    counties: list[Counted] | None
    agencies: list[Counted]


class ClockRow(msgspec.Struct, frozen=True):
    """A clock behind a number; `case` is null where it is of none."""

    clock: UUID
    case: UUID | None
    service: str
    rule: str
    version: int
    agency: str
    began_at: datetime
    due_at: datetime
    extended: bool
    outcome: Outcome
    known: str
    done_at: datetime | None
    reason: str
    authority: str
    noticed: bool


class ClockPage(msgspec.Struct, frozen=True):
    """A page of them, and the number of all."""

    clocks: list[ClockRow]
    total: int


class ClosedRow(msgspec.Struct, frozen=True):
    """A closed case."""

    case: UUID
    closed_at: datetime
    clocks: int
    deviations: int
    kinds: list[str]


class ClosedPage(msgspec.Struct, frozen=True):
    """A page of them."""

    cases: list[ClosedRow]
    more: bool


class Reason(msgspec.Struct, frozen=True):
    """Why, as far as the record says."""

    code: str
    what: str
    seat: str
    times: int
    event: UUID | None


class Deviation(msgspec.Struct, frozen=True):
    """How a clock went another way than the rules expect."""

    kind: str
    event: UUID | None
    reasons: list[Reason]


class Step(msgspec.Struct, frozen=True):
    """A clock that ran, or that the rules expect; then `outcome` is null."""

    rule: str
    name: str
    clock: UUID | None
    began_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    outcome: Outcome | None
    deviations: list[Deviation]


class Conformance(msgspec.Struct, frozen=True):
    """A case beside its path."""

    case: UUID
    closed_at: datetime | None
    steps: list[Step]

    @property
    def deviations(self) -> int:
        """How many in all."""
        return sum(len(each.deviations) for each in self.steps)

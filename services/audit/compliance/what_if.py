"""History run under other rule files: what each clock would have been due, and how it would have ended. Pure.

Nothing is changed by it: no clock, no rule. It answers about deadlines alone, not about what people would have done
had they been told of another one.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.errors import UnknownRule
from services.audit.compliance.history import OUTCOMES, Outcome

Then = Literal["met", "missed", "lawfully_missed", "excused", "open", "no_clock", "cannot_tell"]
"""`no_clock`: the files would have started none. `cannot_tell`: when the duty was done after all is not on record."""

THENS: tuple[Then, ...] = (*OUTCOMES, "no_clock", "cannot_tell")


class Ran(Protocol):
    """What must be known of a clock; a row of the list of clocks has it."""

    @property
    def clock(self) -> UUID: ...
    @property
    def case(self) -> UUID | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def began_at(self) -> datetime: ...
    @property
    def reckoned_on(self) -> datetime: ...
    @property
    def reckoned_due_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def extended(self) -> bool: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def excused_at(self) -> datetime | None: ...
    @property
    def authority(self) -> str: ...
    @property
    def noticed(self) -> bool: ...
    @property
    def outcome(self) -> Outcome: ...


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that would have been due at another time, or not at all: then `new_due_at` is null."""

    rule: str
    case: UUID | None
    clock: UUID
    began_at: datetime
    due_at: datetime
    new_due_at: datetime | None
    outcome: Outcome
    then: Then


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """So many clocks of a rule ended in one way and would have ended in another, or the same with another due time."""

    rule: str
    outcome: Outcome
    then: Then
    clocks: int


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Of so many clocks looked at, those whose due time would have been another."""

    clocks: int
    moved: list[Moved]
    changed: list[Changed]


def what_if(clocks: Iterable[Ran], tables: Jurisdiction, now: datetime) -> Difference:
    """`tables` are the other files. Under those a clock ran by nothing changes: its due time comes out the same."""
    ran = list(clocks)
    changed = [found for each in ran if (found := _changed(each, tables, now)) is not None]
    many = Counter((each.rule, each.outcome, each.then) for each in changed)
    return Difference(
        clocks=len(ran),
        moved=[
            Moved(rule=rule, outcome=outcome, then=then, clocks=count)
            for (rule, outcome, then), count in sorted(many.items(), key=lambda each: _order(*each[0]))
        ],
        changed=sorted(changed, key=lambda each: (each.rule, each.began_at, each.clock)),
    )


def _order(rule: str, outcome: Outcome, then: Then) -> tuple[str, int, int]:
    return rule, OUTCOMES.index(outcome), THENS.index(then)


def _changed(ran: Ran, tables: Jurisdiction, now: datetime) -> Changed | None:
    due_at = _due_at(ran, tables)
    if due_at == ran.reckoned_due_at:
        return None
    # What an order set is the order's, unless the rule itself would have given more.
    if due_at is not None and ran.extended:
        due_at = max(due_at, ran.due_at)
        if due_at == ran.due_at:
            return None
    return Changed(
        rule=ran.rule,
        case=ran.case,
        clock=ran.clock,
        began_at=ran.began_at,
        due_at=ran.due_at,
        new_due_at=due_at,
        outcome=ran.outcome,
        then="no_clock" if due_at is None else _then(ran, due_at, now),
    )


def _due_at(ran: Ran, tables: Jurisdiction) -> datetime | None:
    """By the version that these files had in force when the clock's own was chosen; None where they start no clock."""
    try:
        terms = tables.terms_now(ran.rule, ran.began_at, ran.reckoned_on)
    except UnknownRule:
        return None
    return None if terms is None else terms.due_at


def _then(ran: Ran, due_at: datetime, now: datetime) -> Then:
    if ran.done_at is not None and ran.done_at < due_at:
        return "met"
    if ran.excused_at is not None and ran.excused_at < due_at:
        return "excused"
    if now < due_at:
        return "open"
    if ran.outcome in {"missed", "lawfully_missed"} and ran.done_at is None and due_at > ran.due_at:
        return "cannot_tell"
    return "lawfully_missed" if ran.noticed or ran.authority else "missed"

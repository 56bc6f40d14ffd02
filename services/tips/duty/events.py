"""What happens to a reporting duty (Miss. Code 43-21-353). It is done when its last part is, by no event of its own.

Whom was told, and under what number, may be entered in free words: sealed under the person the tip is about.
"""

from typing import Annotated

from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Codes = Annotated[tuple[str, ...], classified("code")]


class DutyArose(Event, frozen=True, kw_only=True):
    """Child Protection Services, or whom the rule names, must tell someone. It counts from receipt of the tip.

    `due_at` is none where the law gives no number. A part of `acknowledged` counts only when it was acknowledged.
    """

    NAME = "duty.arose"

    tip: Reference
    person: Reference
    rule: Code
    rule_version: Measure
    citation: Code
    opening: Measure
    since: Moment
    due_at: Moment | None
    parts: Codes
    acknowledged: Codes


class DutyPartDone(Event, frozen=True, kw_only=True):
    """One of those to tell was told. `agency` is empty where none is on file: then `told` says whom.

    `how` is of the closed list in decisions.py. `number` is the recipient's own reference, which could lead to a case.
    """

    NAME = "duty.part_done"

    tip: Reference
    rule: Code
    part: Code
    agency: Code
    done_at: Moment
    how: Code
    told: Text | None
    number: Text | None


class DutyPartAcknowledged(Event, frozen=True, kw_only=True):
    """Who was told said so. `account` is whoever said it here; none where someone else recorded it of them."""

    NAME = "duty.part_acknowledged"

    tip: Reference
    rule: Code
    part: Code
    agency: Code
    acknowledged_at: Moment
    account: Reference | None
    acknowledged_by: Text | None


class DutyPartFound(Event, frozen=True, kw_only=True):
    """A later entry shows when a part was in truth done or acknowledged; none where that stays as it was."""

    NAME = "duty.part_found"

    tip: Reference
    rule: Code
    part: Code
    done_at: Moment | None
    acknowledged_at: Moment | None
    reason: Text


class DutyDueTimeChanged(Event, frozen=True, kw_only=True):
    """The duty's clock was put under another version of its rule; whom it tells stays as it arose."""

    NAME = "duty.due_time_changed"

    tip: Reference
    rule: Code
    due_at: Moment


class DutyFellAway(Event, frozen=True, kw_only=True):
    """Not owed any more before it was done; what was done of it stays on record."""

    NAME = "duty.fell_away"

    tip: Reference
    rule: Code
    opening: Measure
    reason: Code


DUTY_EVENTS: tuple[type[Event], ...] = (
    DutyArose,
    DutyPartDone,
    DutyPartAcknowledged,
    DutyPartFound,
    DutyDueTimeChanged,
    DutyFellAway,
)

"""What the prosecution tells the others. It names nobody: no accused, no victim, no office."""

from typing import Annotated

from contracts.language import Code, Event, Flag, Measure, Reference, classified

Positions = Annotated[tuple[int, ...], classified("measure")]


class CaseOpened(Event, frozen=True, kw_only=True):
    """A tip was referred to a district attorney's office. `case` stays the same when it is referred there again."""

    NAME = "prosecution.case_opened"

    case: Reference
    tip: Reference


class CaseAccepted(Event, frozen=True, kw_only=True):
    """The office prosecutes."""

    NAME = "prosecution.case_accepted"

    case: Reference
    tip: Reference


class CaseDeclined(Event, frozen=True, kw_only=True):
    """The office does not prosecute. `reason` is of a closed list; the case can be referred again."""

    NAME = "prosecution.case_declined"

    case: Reference
    tip: Reference
    reason: Code


class CaseTransferred(Event, frozen=True, kw_only=True):
    """Another district attorney's office is responsible for the case now: it accepted it. Which one, is not told."""

    NAME = "prosecution.case_transferred"

    case: Reference
    tip: Reference


class OutcomeRecorded(Event, frozen=True, kw_only=True):
    """What came of one count at a stage. `ends`: the count is over."""

    NAME = "prosecution.outcome_recorded"

    case: Reference
    tip: Reference
    count: Reference
    stage: Code
    outcome: Code
    ends: Flag


class KeysDestroyed(Event, frozen=True, kw_only=True):
    """By the court's order `order` nothing opens here any more that was sealed under `keys` keys of the person.

    They had sealed `fields` texts, in the events at these `positions` of this service's log.
    """

    NAME = "prosecution.keys_destroyed"

    order: Reference
    tip: Reference
    keys: Measure
    fields: Measure
    positions: Positions


PROSECUTION_EVENTS: tuple[type[Event], ...] = (
    CaseOpened,
    CaseAccepted,
    CaseDeclined,
    CaseTransferred,
    OutcomeRecorded,
    KeysDestroyed,
)

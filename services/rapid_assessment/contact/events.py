"""What happens to the duty to see the child in person."""

from typing import Annotated

from contracts.language import Code, Event, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Texts = Annotated[tuple[Personal, ...], classified("personal")]


class ContactOwed(Event, frozen=True, kw_only=True):
    """Child Protection Services must see the child in person (Miss. Code 43-26-3(2)(a))."""

    NAME = "contact.owed"

    tip: Reference
    person: Reference
    since: Moment


class ContactMade(Event, frozen=True, kw_only=True):
    """A worker saw the child face to face: when, who, where."""

    NAME = "contact.made"

    tip: Reference
    made_at: Moment
    worker: Reference
    place: Text


class ContactAttempted(Event, frozen=True, kw_only=True):
    """Somebody tried to see the child, and did not: when, how, and what came of it (C04)."""

    NAME = "contact.attempted"

    tip: Reference
    attempted_at: Moment
    how: Code
    result: Code
    what: Text


class StepPlanned(Event, frozen=True, kw_only=True):
    """What will be done to find the child and establish safety: by which role, and by when (C04)."""

    NAME = "contact.step_planned"

    tip: Reference
    planned_for: Moment
    who: Code
    what: Text


class ContactImpossible(Event, frozen=True, kw_only=True):
    """Contact cannot be made in time (C03). The duty stays open.

    Attempts and planned steps are events of their own, recorded before or with it; texts in here are older entries.
    """

    NAME = "contact.impossible"

    tip: Reference
    known_at: Moment
    attempts: Texts
    planned_steps: Texts


class ContactNoLongerOwed(Event, frozen=True, kw_only=True):
    """The team ended, and with it the duty of this tip."""

    NAME = "contact.no_longer_owed"

    tip: Reference


CONTACT_EVENTS: tuple[type[Event], ...] = (
    ContactOwed,
    ContactMade,
    ContactAttempted,
    StepPlanned,
    ContactImpossible,
    ContactNoLongerOwed,
)

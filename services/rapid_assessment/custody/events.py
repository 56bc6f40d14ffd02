"""What happens while the child is in custody without an order of the court (Miss. Code 43-21-301 to 43-21-309).

Names and places are entered in free words and sealed under the person; where the child is kept is told as a county.
"""

from typing import Annotated

from contracts.language import Code, Event, Locating, Measure, Moment, Personal, Reference, classified

TextOrNone = Annotated[Personal | None, classified("personal")]


class ChildTaken(Event, frozen=True, kw_only=True):
    """A child was taken into custody without an order, by an officer or a CPS agent of `agency`.

    `number` counts how often. `county` is where the child is kept.
    """

    NAME = "custody.child_taken"

    tip: Reference
    person: Reference
    number: Measure
    taken_at: Moment
    agency: Code
    county: Locating
    place: TextOrNone


class JudgeNotified(Event, frozen=True, kw_only=True):
    """The judge or designee knows of the custody."""

    NAME = "custody.judge_notified"

    tip: Reference
    number: Measure
    notified_at: Moment
    how: Code
    whom: TextOrNone


class CustodyAuthorised(Event, frozen=True, kw_only=True):
    """The judge or designee authorised the custody. `form` is written, oral_emergency or oral."""

    NAME = "custody.authorised"

    tip: Reference
    number: Measure
    authorised_at: Moment
    form: Code
    by: TextOrNone


class OrderWritten(Event, frozen=True, kw_only=True):
    """The oral order of one taking was written up; `form` is that it was given in."""

    NAME = "custody.order_written"

    tip: Reference
    number: Measure
    form: Code
    written_at: Moment


class HearingHeld(Event, frozen=True, kw_only=True):
    """The shelter or detention hearing's order: `continued` with findings, or `released`."""

    NAME = "custody.hearing_held"

    tip: Reference
    number: Measure
    held_at: Moment
    order: Code


class ChildReleased(Event, frozen=True, kw_only=True):
    """The child is in custody no more; `to` is parent, guardian, relative or other."""

    NAME = "custody.child_released"

    tip: Reference
    number: Measure
    released_at: Moment
    to: Code
    whom: TextOrNone


CUSTODY_EVENTS: tuple[type[Event], ...] = (
    ChildTaken,
    JudgeNotified,
    CustodyAuthorised,
    OrderWritten,
    HearingHeld,
    ChildReleased,
)

"""What happens to who is beside a patient at an exam: an interpreter, or the place a victim service fills.

An advocate is nobody here. The service says from when until when it sends somebody, and sends whom it will: who that
is, and for which exam, stands in no event (28 CFR 94.115, docs/decisions/attendants.md).
"""

from typing import Annotated

from contracts.language import Code, Event, Measure, Moment, Reference, classified

Languages = Annotated[tuple[str, ...], classified("code")]


class AttendantEntered(Event, frozen=True, kw_only=True):
    """The clinic can call upon an `interpreter`, or an `advocate`'s place; `number` tells it from the others."""

    NAME = "attendant.entered"

    attendant: Reference
    clinic: Code
    kind: Code
    number: Measure
    languages: Languages


class AttendantAvailable(Event, frozen=True, kw_only=True):
    """A period in which the interpreter comes, or the place is filled; periods add up."""

    NAME = "attendant.available"

    attendant: Reference
    since: Moment
    until: Moment


class AttendantNotAvailable(Event, frozen=True, kw_only=True):
    """Availability between these moments was taken back."""

    NAME = "attendant.not_available"

    attendant: Reference
    since: Moment
    until: Moment


ATTENDANT_EVENTS: tuple[type[Event], ...] = (AttendantEntered, AttendantAvailable, AttendantNotAvailable)

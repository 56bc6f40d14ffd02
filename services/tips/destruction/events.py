"""What happens to a court's order that a person's texts be destroyed, and to a hold that forbids it: a stream a tip.

Court, number, authorities and reasons are sealed under a key of the order's or the hold's own: the certificate must
still tell them when the person's key is gone.
"""

from typing import Annotated

from contracts.events.tips import DestructionOrdered
from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
References = Annotated[tuple[Reference, ...], classified("reference")]
Positions = Annotated[tuple[int, ...], classified("measure")]


class DestructionRequested(Event, frozen=True, kw_only=True):
    """Somebody entered a court's order. Nothing is destroyed before a second person has confirmed it.

    `persons` are all references of the one person: each linked tip has its own.
    """

    NAME = "destruction.requested"

    tip: Reference
    order: Reference
    persons: References
    court: Text
    number: Text
    ordered_at: Moment
    account: Reference
    agency: Code


class DestructionConfirmed(Event, frozen=True, kw_only=True):
    """A second person, of another agency, compared the request with the court's paper."""

    NAME = "destruction.confirmed"

    tip: Reference
    order: Reference
    account: Reference
    agency: Code


class DestructionDropped(Event, frozen=True, kw_only=True):
    """The request ended without any destruction. `by_requester`: taken back; else the second person refused it."""

    NAME = "destruction.dropped"

    tip: Reference
    order: Reference
    account: Reference
    by_requester: Annotated[bool, classified("code")]
    reason: Text


class KeysDestroyed(Event, frozen=True, kw_only=True):
    """What this service itself destroyed, as every other tells it by its own `keys_destroyed`."""

    NAME = "destruction.keys_destroyed"

    order: Reference
    tip: Reference
    keys: Measure
    fields: Measure
    positions: Positions


class DestructionCarriedOut(Event, frozen=True, kw_only=True):
    """One service destroyed what it held: so many keys, which sealed so many fields, at these positions of its log.

    `event` at position `at` of that log says so there, for a proof of inclusion.
    """

    NAME = "destruction.carried_out"

    tip: Reference
    order: Reference
    service: Code
    keys: Measure
    fields: Measure
    positions: Positions
    event: Reference
    at: Measure


class DestructionCompleted(Event, frozen=True, kw_only=True):
    """Every service that seals texts has answered: the report to the court can be written."""

    NAME = "destruction.completed"

    tip: Reference
    order: Reference


class HoldPlaced(Event, frozen=True, kw_only=True):
    """Somebody who must keep what is on record forbids its destruction, on an authority."""

    NAME = "destruction.hold_placed"

    tip: Reference
    hold: Reference
    account: Reference
    agency: Code
    authority: Text


class HoldLifted(Event, frozen=True, kw_only=True):
    """The agency that placed the hold lifted it, on an authority."""

    NAME = "destruction.hold_lifted"

    tip: Reference
    hold: Reference
    account: Reference
    authority: Text


DESTRUCTION_EVENTS: tuple[type[Event], ...] = (
    DestructionRequested,
    DestructionConfirmed,
    DestructionDropped,
    DestructionOrdered,
    KeysDestroyed,
    DestructionCarriedOut,
    DestructionCompleted,
    HoldPlaced,
    HoldLifted,
)

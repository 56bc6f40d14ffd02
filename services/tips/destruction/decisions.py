"""A court's order that all about a person be destroyed: entered by one, confirmed by another, forbidden by a hold.

Pure. The law lets a youth court order it of everyone who holds the records (Miss. Code 43-21-265), and asks for a
written report that it was done. What is destroyed is gone for good, so one mistaken or bribed person must not do it.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.events.tips import DestructionOrdered
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.tips.destruction.events import (
    DestructionCarriedOut,
    DestructionCompleted,
    DestructionConfirmed,
    DestructionDropped,
    DestructionRequested,
    HoldLifted,
    HoldPlaced,
)
from services.tips.destruction.state import Destruction, Order

RULE = "C66"
"""That such an order is carried out in time."""

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Line = Annotated[str, msgspec.Meta(min_length=3, max_length=200)]


class DestructionRefusal(StrEnum):
    """Why a command is refused."""

    HELD = "legal_hold"
    REQUESTED_ALREADY = "destruction_requested_already"
    SAME_PERSON = "second_person_needed"
    SAME_AGENCY = "second_agency_needed"
    PERSONS_CHANGED = "destruction_persons_changed"
    NOT_WAITING = "destruction_not_waiting"
    TOO_LATE = "hold_too_late"
    NOT_YOUR_HOLD = "hold_of_another_agency"
    LIFTED_ALREADY = "hold_lifted_already"


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The court's order as its paper says, and about whom: a reference of the tip, never a name.

    `by` is until when the court wants it done; leave it out where the order names no day.
    """

    person: UUID
    court: Line
    number: Line
    ordered_at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever commands it."""

    account: UUID
    agency: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The tip and all that are linked with it: whom each is about, whom else they speak of, their orders and holds.

    `citation` is the law by which a court orders it.
    """

    subjects: tuple[UUID, ...]
    persons: frozenset[UUID]
    destructions: tuple[Destruction, ...]
    citation: str = ""

    def all_of(self, person: UUID) -> tuple[UUID, ...]:
        """Every reference of the same person: linked tips are about one."""
        return tuple(dict.fromkeys(self.subjects)) if person in self.subjects else (person,)


def request(group: Group, tip: UUID, who: Who, wanted: Request, new: UUID, now: datetime) -> list[Event]:
    """Raises `Refused`; `InvalidValue` for a person no tip of the case speaks of, or an order of a day to come."""
    not_in_future("ordered_at", wanted.ordered_at, now)
    if wanted.by is not None and wanted.by <= wanted.ordered_at:
        raise InvalidValue("by", "The day by which it is to be done comes after the order.")
    if wanted.person not in group.persons | set(group.subjects):
        raise InvalidValue("person", "This case speaks of no such person. Copy the reference from the case.")
    _refuse_if_held(group)
    persons = group.all_of(wanted.person)
    if any(each.phase == "requested" and set(each.persons) & set(persons) for each in _orders(group.destructions)):
        raise Refused(DestructionRefusal.REQUESTED_ALREADY, "An order about this person is entered already, and waits.")
    return [
        DestructionRequested(
            tip=tip,
            order=new,
            persons=persons,
            court=Personal(person=new, text=wanted.court),
            number=Personal(person=new, text=wanted.number),
            ordered_at=wanted.ordered_at,
            account=who.account,
            agency=who.agency,
        )
    ]


def confirm(order: Order, tip: UUID, who: Who, group: Group) -> list[Event]:
    """By a second person of another agency. From here on every service destroys. Raises `Refused`."""
    _refuse_unless_waiting(order)
    if order.account == who.account:
        raise Refused(DestructionRefusal.SAME_PERSON, "You entered this order yourself. Somebody else confirms it.")
    if order.agency == who.agency:
        raise Refused(
            DestructionRefusal.SAME_AGENCY, "Somebody of your own agency entered this. Another agency confirms it."
        )
    _refuse_if_held(group)
    if set(group.all_of(order.persons[0])) != set(order.persons):
        # A tip that was parted from this one is about another child: hers must not go with it.
        raise Refused(
            DestructionRefusal.PERSONS_CHANGED,
            "Tips were linked or parted since this was entered, so it is about other records now. Enter it anew.",
        )
    return [
        DestructionConfirmed(tip=tip, order=order.order, account=who.account, agency=who.agency),
        DestructionOrdered(tip=tip, order=order.order, persons=order.persons),
    ]


def drop(order: Order, tip: UUID, who: Who, reason: str) -> list[Event]:
    """Taken back by whoever entered it, or refused by another. Raises `Refused` for what is confirmed or ended."""
    _refuse_unless_waiting(order)
    return [
        DestructionDropped(
            tip=tip,
            order=order.order,
            account=who.account,
            by_requester=who.account == order.account,
            reason=Personal(person=order.order, text=reason),
        )
    ]


def place_hold(group: Group, tip: UUID, who: Who, authority: str, new: UUID) -> list[Event]:
    """Raises `Refused` where an order is confirmed: what is being destroyed cannot be held any more."""
    if any(each.phase == "confirmed" for each in _orders(group.destructions)):
        raise Refused(
            DestructionRefusal.TOO_LATE,
            "An order was confirmed, and what it is about is being destroyed.",
            rule=RULE,
            citation=group.citation,
        )
    text = Personal(person=new, text=authority)
    return [HoldPlaced(tip=tip, hold=new, account=who.account, agency=who.agency, authority=text)]


def lift_hold(destruction: Destruction, tip: UUID, hold: UUID, who: Who, authority: str) -> list[Event]:
    """By the agency that placed it. Raises `Refused`, `InvalidValue` for a hold there is not."""
    found = destruction.hold(hold)
    if found is None:
        raise InvalidValue("hold", "There is no such hold.")
    if found.agency != who.agency:
        raise Refused(DestructionRefusal.NOT_YOUR_HOLD, "Another agency placed this hold, and lifts it.")
    if found.lifted:
        raise Refused(DestructionRefusal.LIFTED_ALREADY, "This hold was lifted already.")
    text = Personal(person=hold, text=authority)
    return [HoldLifted(tip=tip, hold=hold, account=who.account, authority=text)]


def carry_out(order: Order, tip: UUID, done: DestructionCarriedOut) -> list[Event]:
    """A service answered: nothing for one that answered before. The last answer completes the order."""
    if order.phase != "confirmed" or done.service not in order.outstanding:
        return []
    last = order.outstanding == (done.service,)
    return [done, DestructionCompleted(tip=tip, order=order.order)] if last else [done]


def _orders(destructions: Iterable[Destruction]) -> list[Order]:
    return [order for each in destructions for order in each.orders]


def _refuse_unless_waiting(order: Order) -> None:
    if order.phase != "requested":
        raise Refused(DestructionRefusal.NOT_WAITING, "This order waits for nobody's word any more.")


def _refuse_if_held(group: Group) -> None:
    if any(each.held for each in group.destructions):
        raise Refused(
            DestructionRefusal.HELD,
            "A legal hold forbids destruction. The agency that placed it lifts it, or the court decides.",
            rule=RULE,
            citation=group.citation,
        )

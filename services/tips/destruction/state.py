"""The orders and holds of a tip as their events tell them."""

from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.tips.destruction.events import (
    DestructionCarriedOut,
    DestructionCompleted,
    DestructionConfirmed,
    DestructionDropped,
    DestructionRequested,
    HoldLifted,
    HoldPlaced,
)

HOLDERS = ("tips", "rapid_assessment", "forensic_clinic", "prosecution")
"""Every service that seals texts under a person that a tip is about; each answers an order."""

Phase = Literal["requested", "confirmed", "completed", "dropped"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`carried_out` are the services that answered."""

    order: UUID
    persons: tuple[UUID, ...]
    account: UUID
    agency: str
    phase: Phase = "requested"
    carried_out: tuple[str, ...] = ()

    @property
    def outstanding(self) -> tuple[str, ...]:
        """The services that have still to answer; all of them until somebody confirmed it."""
        return tuple(each for each in HOLDERS if each not in self.carried_out)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Of which agency's it is: nobody else lifts it."""

    hold: UUID
    agency: str
    lifted: bool = False


class Destruction(msgspec.Struct, frozen=True, kw_only=True):
    """Every one there was."""

    orders: tuple[Order, ...] = ()
    holds: tuple[Hold, ...] = ()

    @property
    def held(self) -> bool:
        """A hold stands."""
        return any(not each.lifted for each in self.holds)

    def order(self, order: UUID) -> Order | None:
        """None when there was no such order."""
        return next((each for each in self.orders if each.order == order), None)

    def hold(self, hold: UUID) -> Hold | None:
        """None when there was no such hold."""
        return next((each for each in self.holds if each.hold == hold), None)


def evolve(destruction: Destruction, event: Event) -> Destruction:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case DestructionRequested() as e:
            order = Order(order=e.order, persons=e.persons, account=e.account, agency=e.agency)
            return msgspec.structs.replace(destruction, orders=(*destruction.orders, order))
        case DestructionConfirmed(order=order):
            return _with_phase(destruction, order, "confirmed")
        case DestructionDropped(order=order):
            return _with_phase(destruction, order, "dropped")
        case DestructionCompleted(order=order):
            return _with_phase(destruction, order, "completed")
        case DestructionCarriedOut() as e:
            orders = [
                msgspec.structs.replace(each, carried_out=(*each.carried_out, e.service))
                if each.order == e.order
                else each
                for each in destruction.orders
            ]
            return msgspec.structs.replace(destruction, orders=tuple(orders))
        case HoldPlaced() as e:
            return msgspec.structs.replace(destruction, holds=(*destruction.holds, Hold(hold=e.hold, agency=e.agency)))
        case HoldLifted() as e:
            holds = [
                msgspec.structs.replace(each, lifted=True) if each.hold == e.hold else each
                for each in destruction.holds
            ]
            return msgspec.structs.replace(destruction, holds=tuple(holds))
        case _:
            return destruction


def _with_phase(destruction: Destruction, order: UUID, phase: Phase) -> Destruction:
    orders = [
        msgspec.structs.replace(each, phase=phase) if each.order == order else each for each in destruction.orders
    ]
    return msgspec.structs.replace(destruction, orders=tuple(orders))

"""In whose hand a tip is, as its events tell it."""

from uuid import UUID

import msgspec

from contracts.language import Event
from services.tips.hand.events import HandedOver, HandFinished, HandPutBack, HandTaken, HandTakenOver


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """`holder` has it; `offered_to` was handed it and has not taken it. Without both nobody has it."""

    holder: UUID | None = None
    offered_to: UUID | None = None


def evolve(hand: Hand, event: Event) -> Hand:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case HandTaken() | HandTakenOver():
            return Hand(holder=event.account)
        case HandedOver():
            return Hand(offered_to=event.to)
        case HandPutBack() | HandFinished():
            return Hand()
        case _:
            return hand

"""Who has a tip in hand, as it goes from one to the next. Nothing of it leaves this service."""

from typing import Annotated

from contracts.language import Event, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class HandTaken(Event, frozen=True, kw_only=True):
    """Somebody has the tip in hand from now on: it waited, or was handed over."""

    NAME = "hand.taken"

    tip: Reference
    account: Reference


class HandTakenOver(Event, frozen=True, kw_only=True):
    """Somebody took the tip out of another's hand, who cannot see to it, and says why."""

    NAME = "hand.taken_over"

    tip: Reference
    account: Reference
    holder: Reference
    note: Text


class HandedOver(Event, frozen=True, kw_only=True):
    """The holder hands the tip to somebody, with a note. Nobody has it until that person, or another, takes it."""

    NAME = "hand.handed_over"

    tip: Reference
    account: Reference
    to: Reference
    note: Text


class HandPutBack(Event, frozen=True, kw_only=True):
    """The holder lets the tip wait for whoever takes it, with a note for them."""

    NAME = "hand.put_back"

    tip: Reference
    account: Reference
    note: Text


class HandFinished(Event, frozen=True, kw_only=True):
    """The holder has done what is to be done at intake. What is told later makes the tip wait again."""

    NAME = "hand.finished"

    tip: Reference
    account: Reference


HandStep = HandTaken | HandTakenOver | HandedOver | HandPutBack | HandFinished

HAND_EVENTS: tuple[type[Event], ...] = (HandTaken, HandTakenOver, HandedOver, HandPutBack, HandFinished)

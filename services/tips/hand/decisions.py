"""Who has a tip in hand: taken, handed over with a note, put back, or finished with. Pure.

It is no lock and opens nothing: whoever takes tips in does all they could before, whoever has one in hand. What is
handed over is in nobody's hand until it is taken, so that no tip rests with somebody who has not heard of it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.language import Event, Personal, Refused
from services.tips.hand.events import HandedOver, HandFinished, HandPutBack, HandTaken, HandTakenOver
from services.tips.hand.state import Hand

Note = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class HandRefusal(StrEnum):
    """Why a command is refused."""

    YOURS_ALREADY = "in_your_hand_already"
    IN_HAND = "in_hand_already"
    IN_NOBODYS = "in_nobodys_hand"
    NOT_YOURS = "not_in_your_hand"
    TO_YOURSELF = "handed_to_yourself"
    KEPT_OUT = "handed_to_kept_out"
    WORK_WAITS = "work_waits"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What of a tip decides who may have it in hand. `work_waits`: not screened, or not all of it was read."""

    tip: UUID
    person: UUID
    kept_out: Sequence[UUID]
    work_waits: bool


def holder_of(hand: Hand, kept_out: Sequence[UUID]) -> UUID | None:
    """None while nobody has it; whoever came to be kept out of the case has it no more."""
    return None if hand.holder in kept_out else hand.holder


def take(hand: Hand, case: Case, account: UUID) -> list[Event]:
    """What waits, or was handed to anyone. Raises `Refused`."""
    holder = holder_of(hand, case.kept_out)
    if holder == account:
        raise Refused(HandRefusal.YOURS_ALREADY, "You have this tip in hand already.")
    if holder is not None:
        raise Refused(
            HandRefusal.IN_HAND,
            "Somebody else has this tip in hand. If they cannot see to it, take it over and say why.",
        )
    return [HandTaken(tip=case.tip, account=account)]


def take_over(hand: Hand, case: Case, account: UUID, note: str) -> list[Event]:
    """Out of another's hand, who cannot see to it. Raises `Refused`."""
    holder = holder_of(hand, case.kept_out)
    if holder == account:
        raise Refused(HandRefusal.YOURS_ALREADY, "You have this tip in hand already.")
    if holder is None:
        raise Refused(HandRefusal.IN_NOBODYS, "Nobody has this tip in hand. Take it; no reason is needed.")
    return [HandTakenOver(tip=case.tip, account=account, holder=holder, note=_text(case, note))]


def hand_over(hand: Hand, case: Case, account: UUID, to: UUID, note: str) -> list[Event]:
    """To one person, with what they must know. Raises `Refused`."""
    _holds(hand, case, account)
    if to == account:
        raise Refused(HandRefusal.TO_YOURSELF, "You have this tip in hand. Hand it to somebody else, or put it back.")
    if to in case.kept_out:
        raise Refused(HandRefusal.KEPT_OUT, "They are kept out of this case, so it cannot be handed to them.")
    return [HandedOver(tip=case.tip, account=account, to=to, note=_text(case, note))]


def put_back(hand: Hand, case: Case, account: UUID, note: str) -> list[Event]:
    """For whoever takes it next. Raises `Refused`."""
    _holds(hand, case, account)
    return [HandPutBack(tip=case.tip, account=account, note=_text(case, note))]


def finish(hand: Hand, case: Case, account: UUID) -> list[Event]:
    """Raises `Refused` while the tip is not screened, or something told later was not read."""
    _holds(hand, case, account)
    if case.work_waits:
        raise Refused(
            HandRefusal.WORK_WAITS,
            "Something of this tip waits: screen it, and read all that was told later. Or put it back for others.",
        )
    return [HandFinished(tip=case.tip, account=account)]


def _holds(hand: Hand, case: Case, account: UUID) -> None:
    if holder_of(hand, case.kept_out) != account:
        raise Refused(HandRefusal.NOT_YOURS, "You do not have this tip in hand.")


def _text(case: Case, note: str) -> Personal:
    """A note may name anyone: it is sealed under the person the tip is about."""
    return Personal(person=case.person, text=note)

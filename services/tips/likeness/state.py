"""What was found of two tips by comparing what is sealed in them."""

import msgspec

from contracts.language import Event
from services.tips.likeness.events import AlikeFound


class Pair(msgspec.Struct, frozen=True):
    """The clauses found to hold; none while nothing was found."""

    clauses: tuple[str, ...] = ()


def evolve(pair: Pair, event: Event) -> Pair:
    """Never fails; an event of another kind changes nothing."""
    return Pair(event.clauses) if isinstance(event, AlikeFound) else pair

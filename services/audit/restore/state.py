"""The restores of one service's database that were declared, as the events tell them."""

from enum import StrEnum

import msgspec

from contracts.language import Event
from services.audit.restore.events import RestoreConfirmed, RestoreDeclared, RestoreRefused


class Phase(StrEnum):
    """Where a declaration stands."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Restore(msgspec.Struct, frozen=True, kw_only=True):
    """The log lost what is from `first` to `last`."""

    number: int
    first: int
    last: int
    reason: str
    phase: Phase = Phase.DECLARED


class Restores(msgspec.Struct, frozen=True):
    """Of one service, in the order they were declared."""

    every: tuple[Restore, ...] = ()

    def numbered(self, number: int) -> Restore | None:
        """None where there is no such declaration."""
        return next((each for each in self.every if each.number == number), None)


def evolve(restores: Restores, event: Event) -> Restores:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case RestoreDeclared():
            declared = Restore(number=event.number, first=event.first, last=event.last, reason=event.reason)
            return Restores((*restores.every, declared))
        case RestoreConfirmed():
            return _in_phase(restores, event.number, Phase.CONFIRMED)
        case RestoreRefused():
            return _in_phase(restores, event.number, Phase.REFUSED)
        case _:
            return restores


def _in_phase(restores: Restores, number: int, phase: Phase) -> Restores:
    return Restores(
        tuple(msgspec.structs.replace(each, phase=phase) if each.number == number else each for each in restores.every)
    )

"""What a survivor was given, chose and asked, as the events tell it."""

from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.forensic_clinic.survivor.events import (
    AccessClosed,
    AccessGiven,
    ChoicesMade,
    QuestionAnswered,
    QuestionAsked,
)

Sees = Literal["where", "next", "answers"]
Told = Literal["only_here", "in_person", "nothing"]


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """The kit, whose it is, and whether there is anything to follow: it was neither set aside nor destroyed."""

    kit: UUID
    person: UUID
    there: bool


class Survivor(msgspec.Struct, frozen=True, kw_only=True):
    """`given` counts how often a receipt was given; `open` whether the last of them opens the page."""

    kit: UUID = UUID(int=0)
    given: int = 0
    open: bool = False
    sees: tuple[str, ...] = ()
    told: str = "nothing"
    asked: int = 0
    answered: tuple[int, ...] = ()

    @property
    def waits(self) -> int | None:
        """The question nobody has answered: there is one at a time, which the survivor may add to."""
        return self.asked if self.asked and self.asked not in self.answered else None


def evolve(survivor: Survivor, event: Event) -> Survivor:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AccessGiven():
            given = survivor.given + 1
            return change(survivor, kit=event.kit, given=given, open=True, sees=event.sees, told=event.told)
        case ChoicesMade():
            return change(survivor, sees=event.sees, told=event.told)
        case QuestionAsked():
            return change(survivor, asked=event.number)
        case QuestionAnswered():
            return change(survivor, answered=(*survivor.answered, event.number))
        case AccessClosed():
            return change(survivor, open=False)
        case _:
            return survivor

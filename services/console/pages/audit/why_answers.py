"""What the audit service answers to why, as its page reads it."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.console.pages.audit.answers import Sentence


class Fired(msgspec.Struct, frozen=True):
    """The clock whose moment came."""

    rule: str
    rule_version: int
    citation: str
    due_at: datetime


class Because(msgspec.Struct, frozen=True):
    """An event with how it came about; `followed` is how many came of it in the end."""

    why: str
    sentence: Sentence
    came_at: datetime | None
    clock: Fired | None
    followed: int


class Outside(msgspec.Struct, frozen=True):
    """An event that is not of the case, by its name."""

    service: str
    name: str
    why: str

    @property
    def said(self) -> str:
        """Without the service's name before it, as it is written, with spaces."""
        return self.name.removeprefix(f"{self.service}.").replace(".", " ").replace("_", " ")


class Look(msgspec.Struct, frozen=True):
    """The last look at something before the decision, and the sentences of what came to it in between."""

    recorded_at: datetime
    service: str
    name: str
    question: str
    records: list[UUID]
    since: list[int]

    @property
    def kind(self) -> str:
        """Without the service's name before it."""
        return self.name.rpartition(".")[2]


class Seen(msgspec.Struct, frozen=True):
    """What whoever decided had opened."""

    withheld: bool
    looks: list[Look]


class Why(msgspec.Struct, frozen=True):
    """`causes` begin with the event itself and go back."""

    case: UUID
    cases: list[UUID]
    causes: list[Because]
    outside: list[Outside]
    led_to: list[Because]
    seen: Seen | None

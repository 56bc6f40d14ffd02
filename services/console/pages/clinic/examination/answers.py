"""What the forensic clinic answers of an examination, as far as its page reads it."""

from datetime import datetime
from uuid import UUID

import msgspec


class Standing(msgspec.Struct, frozen=True):
    """What of consent holds for a step."""

    word: str
    by: str
    said_at: datetime | None
    counts: str


class Stands(msgspec.Struct, frozen=True):
    """What became of a step."""

    consent: Standing
    outcome: str
    reason: str
    at: datetime | None
    without_consent: bool


class Window(msgspec.Struct, frozen=True):
    """How long it is usually done."""

    hours: int
    state: str
    usual_until: datetime | None
    confidence: str


class Minor(msgspec.Struct, frozen=True):
    """Whether a minor's own consent is enough; None: not on file."""

    alone: bool | None
    citation: str | None
    confidence: str


class Step(msgspec.Struct, frozen=True):
    """One step."""

    step: str
    stands: Stands
    window: Window | None
    minor: Minor | None


class Entry(msgspec.Struct, frozen=True):
    """One entry; without words while it is sealed."""

    number: int
    kind: str
    at: datetime
    struck: str
    step: str
    word: str
    by: str
    reason: str
    code: str

    @property
    def sealed(self) -> bool:
        """Whether it says nothing to these eyes, or to nobody any more."""
        return not (self.step or self.code)


class Examination(msgspec.Struct, frozen=True):
    """All of it. `version` is not the exam's."""

    exam: UUID
    version: int
    tip: UUID
    clinic: str
    phase: str
    grown: bool
    steps: list[Step]
    withdrawn_altogether_at: datetime | None
    codes: list[str]
    entries: list[Entry]

    @property
    def opened(self) -> bool:
        """Whether these eyes are shown what was entered: every step is on the page, then."""
        return bool(self.steps)

"""What the prosecution answers about the papers of a case, as far as its pages read it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec


class Step(msgspec.Struct, frozen=True):
    """What was done; `word` is a code of the list that goes with it, empty for what was issued."""

    phase: str
    word: str
    at: datetime


class Paper(msgspec.Struct, frozen=True):
    """How a paper stands. `hearing_off`: what it calls to does not take place."""

    paper: UUID
    kind: str
    for_whom: str
    hearing: UUID | None
    accused: UUID | None
    victim: UUID | None
    addressed: bool
    phase: str
    steps: list[Step]
    next: list[str]
    hearing_off: bool


class Papers(msgspec.Struct, frozen=True):
    """What failed comes first; `version` is what forms are decided on."""

    version: int
    papers: list[Paper]
    victims: list[UUID]


class Served(msgspec.Struct, frozen=True):
    """Whom a paper is for, and where; None where a court had it destroyed."""

    paper: UUID
    addressee: str | None


class Lists(msgspec.Struct, frozen=True):
    """Closed lists about papers."""

    papers: Mapping[str, str]
    for_whom: Mapping[str, str]
    servers: Mapping[str, str]
    ways: Mapping[str, str]
    failures: Mapping[str, str]
    withdrawn: Mapping[str, str]


class Tables(msgspec.Struct, frozen=True):
    """Of what there is to choose from, what these pages need."""

    sittings: Lists

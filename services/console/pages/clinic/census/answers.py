"""What the forensic clinic answers of the census, as far as these pages read it."""

from datetime import date, datetime
from uuid import UUID

import msgspec


class Keeper(msgspec.Struct, frozen=True):
    """One agency, of what this viewer may be shown."""

    agency: str
    expected: int
    seen: int
    differences: int


class Stated(msgspec.Struct, frozen=True):
    """A place as it was stated; `version` says how often."""

    agency: str
    county: str
    place: str
    counted_at: datetime
    kits: int
    version: int
    by: UUID


class Day(msgspec.Struct, frozen=True):
    """A day's count, and what was stated for it and for today."""

    today: date
    day: date
    counted: bool
    due_at: datetime
    keepers: list[Keeper]
    stated: list[Stated]
    stated_today: list[Stated]


class MatterRow(msgspec.Struct, frozen=True):
    """One line of the list."""

    matter: UUID
    difference: str
    kit: UUID | None
    exam: UUID | None
    agency: str
    stated_by: list[str]
    day: str
    opened_at: datetime
    outcome: str
    settled_at: datetime | None


class Told(msgspec.Struct, frozen=True):
    """What happened to a matter."""

    what: str
    at: datetime
    day: str
    by: UUID | None
    agency: str
    outcome: str
    reason: str | None


class Matter(msgspec.Struct, frozen=True):
    """All of one."""

    matter: UUID
    version: int
    phase: str
    difference: str
    kit: UUID | None
    exam: UUID | None
    number: str | None
    agency: str
    county: str
    stated_by: list[str]
    outcome: str
    outcomes: list[str]
    told: list[Told]

"""What the rapid assessment service answers about figures, as the pages read it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec


class Split(msgspec.Struct, frozen=True):
    """Both numbers, or which of the two is too small to be told."""

    told: Literal["both", "few_late", "few_in_time", "neither"]
    in_time: int | None
    late: int | None


class Band(msgspec.Struct, frozen=True):
    """Minutes from and up to; without an end, longer or never."""

    since: int
    until: int | None
    cases: int


class Spread(msgspec.Struct, frozen=True):
    """Minutes by which a quarter, half and three quarters were through."""

    bands: list[Band]
    quarter: int | None
    half: int | None
    three_quarters: int | None


class Months(msgspec.Struct, frozen=True):
    """One month, or several together."""

    since: date
    until: date
    teams: int
    stood: Split
    spread: Spread


class County(msgspec.Struct, frozen=True):
    """One that has enough cases."""

    county: str
    teams: int
    side: Literal["few_late", "many_late", "not_told"]


class Stage(msgspec.Struct, frozen=True):
    """One stage of a case."""

    stage: str
    spread: Spread


class Seen(msgspec.Struct, frozen=True):
    """In so many cases the child was seen in time, or was not, in one of these ways."""

    ways: list[Literal["in_time", "noticed", "missed", "otherwise"]]
    teams: int


class Year(msgspec.Struct, frozen=True):
    """What ended in one year."""

    since: date
    until: date
    teams: int
    counties: list[County]
    elsewhere: int
    contact: list[Seen]
    stages: list[Stage]


class Figures(msgspec.Struct, frozen=True):
    """All that is told."""

    limit_hours: float
    least: int
    closes_at: datetime
    months: list[Months]
    years: list[Year]


class CaseTimes(msgspec.Struct, frozen=True):
    """A case behind a figure."""

    tip: UUID
    county: str
    received_at: datetime
    recorded_at: datetime
    formed_at: datetime | None
    known: str
    found: str


class PageOfTimes(msgspec.Struct, frozen=True):
    """A page of them, and the number of all."""

    cases: list[CaseTimes]
    total: int

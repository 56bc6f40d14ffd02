"""What the prosecution answers of accused who may be victims, as far as pages read it. Nobody is named in any of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec


class HarbourRow(msgspec.Struct, frozen=True):
    """One line of the list. What is about convictions is 0 to whoever does not see the case."""

    case: UUID
    tip: UUID
    accused: UUID
    since: datetime
    grounds: list[str]
    indicators: bool
    unseen_by: list[str]
    referrals_owed: list[str]
    referrals_unanswered: list[str]
    to_petition: int
    before_court: int
    to_expunge: int
    to_tell: int

    @property
    def of_the_office(self) -> bool:
        """Whether the office that has the case has something to do about it."""
        steps = self.to_petition + self.before_court + self.to_expunge + self.to_tell
        return bool(steps or self.referrals_owed or self.referrals_unanswered or "prosecutor" in self.unseen_by)

    @property
    def of_the_coordinator(self) -> bool:
        """Whether the coordinator has not seen it, or the accused is still to be referred."""
        return "cps_coordinator" in self.unseen_by or bool(self.referrals_owed)


class Ground(msgspec.Struct, frozen=True):
    """`by_itself`: it follows from the case, and ends with it."""

    ground: str
    found_at: datetime
    by_itself: bool


class Referral(msgspec.Struct, frozen=True):
    """`answers` are those that may be entered now."""

    to: str
    phase: str
    made_at: datetime | None
    answer: str
    reason: str
    citation: str | None
    answers: list[str]


class Letter(msgspec.Struct, frozen=True):
    """A documentation letter: its reference stands on the paper."""

    letter: UUID
    issuer: str
    issued_at: datetime


class Petition(msgspec.Struct, frozen=True):
    """`next` may be entered of it; `untold` are still to be told."""

    petition: UUID
    count: UUID
    route: str
    phase: str
    court: str
    reason: str
    letters: list[Letter]
    steps: list[tuple[str, datetime]]
    told: list[tuple[str, datetime]]
    untold: list[str]
    next: list[str]


class Harbour(msgspec.Struct, frozen=True):
    """An accused of the case; `version` is what forms about them are decided on."""

    accused: UUID
    version: int
    grounds: list[Ground]
    may_find: list[str]
    indicators: list[str]
    noted_at: datetime | None
    seen_by: list[str]
    referrals: list[Referral]
    listed: list[UUID]
    to_petition: list[UUID]
    petitions: list[Petition]

    @property
    def alerted(self) -> bool:
        """Something stands, and the office has not said that it saw it."""
        return bool(self.grounds or self.indicators) and "prosecutor" not in self.seen_by


class Route(msgspec.Struct, frozen=True):
    """A way to undo a conviction, with its law."""

    route: str
    citation: str
    holds: str
    note: str | None


class HarbourRules(msgspec.Struct, frozen=True):
    """Closed lists, each code with its words."""

    ground_ends: Mapping[str, str]
    routes: list[Route]
    issuers: Mapping[str, str]
    granted: Mapping[str, str]
    denied: Mapping[str, str]
    withdrawn: Mapping[str, str]
    not_made: Mapping[str, str]

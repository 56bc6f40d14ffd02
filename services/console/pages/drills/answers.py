"""What the pages of drills ask, and what they read of the answers."""

from datetime import datetime
from uuid import UUID

import msgspec

ON_ROTA = frozenset({"on_call", "next"})


class SeatTried(msgspec.Struct, frozen=True):
    """What came of a seat."""

    seat: str
    standing: str
    responder: UUID | None
    missed: list[UUID]
    answered_at: datetime | None
    seconds: int | None


class Drill(msgspec.Struct, frozen=True):
    """One of them."""

    drill: UUID
    county: str
    by: UUID
    started_at: datetime
    until: datetime
    ended_at: datetime | None
    goes_on: bool
    seats: list[SeatTried]

    @property
    def people(self) -> set[UUID]:
        """Whose names its page needs."""
        reached = {each.responder for each in self.seats if each.responder is not None}
        return {self.by} | reached | {who for each in self.seats for who in each.missed}


class DrillShown(msgspec.Struct, frozen=True):
    """With its version."""

    version: int
    drill: Drill

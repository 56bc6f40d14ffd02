"""Security incidents that are open, for the list of them and for the first page of those who deal with them."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.console.frame.visit import Visit

IDENTITY = "identity"


class Row(msgspec.Struct, frozen=True):
    """One of the list."""

    incident: UUID
    agency: str
    kind: str
    discovered_at: datetime
    reported_at: datetime
    late_seconds: int | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


async def open_incidents(visit: Visit) -> list[Row]:
    """Of this person's agency, or of every agency for an operator; what nobody is at comes first."""
    found = await visit.asking.find(IDENTITY, "/incidents", list[Row])
    return [each for each in found or () if each.closed_at is None]

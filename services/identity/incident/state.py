"""A security incident as its events tell it."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.identity.incident.events import IncidentAcknowledged, IncidentClosed, IncidentReported

NEVER = datetime.min.replace(tzinfo=UTC)


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """`account` and `agency` are those of whoever reported it."""

    incident: UUID = UUID(int=0)
    account: UUID = UUID(int=0)
    agency: str = ""
    kind: str = ""
    discovered_at: datetime = NEVER
    acknowledged: bool = False
    closed: bool = False


def evolve(incident: Incident, event: Event) -> Incident:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case IncidentReported() as e:
            return Incident(
                incident=e.incident, account=e.account, agency=e.agency, kind=e.kind, discovered_at=e.discovered_at
            )
        case IncidentAcknowledged():
            return msgspec.structs.replace(incident, acknowledged=True)
        case IncidentClosed():
            return msgspec.structs.replace(incident, closed=True)
        case _:
            return incident

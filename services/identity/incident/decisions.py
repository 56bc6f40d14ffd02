"""What a report of a security incident leads to. Pure: `now` comes in, events or a refusal go out."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.language import Event, Personal, Refused, not_in_future
from services.identity.incident.events import IncidentAcknowledged, IncidentClosed, IncidentReported
from services.identity.incident.state import Incident

Kind = Literal[
    "device_lost",
    "account_misused",
    "wrong_recipient",
    "read_without_need",
    "deception",
    "paper_or_room",
    "other",
]
"""What can be reported. `deception`: a message, call or program that tries to get somebody's sign-in or to do harm."""

Text = Annotated[str, msgspec.Meta(min_length=3, max_length=4_000)]


class IncidentRefusal(StrEnum):
    """Why a command is refused."""

    ACKNOWLEDGED_ALREADY = "incident_acknowledged_already"
    CLOSED_ALREADY = "incident_closed_already"


def report(
    new: UUID, account: UUID, agency: str, kind: Kind, discovered_at: datetime, text: str, now: datetime
) -> list[Event]:
    """The text is sealed under a key of the incident's own: it should name nobody. Raises `InvalidValue`."""
    not_in_future("discovered_at", discovered_at, now)
    return [
        IncidentReported(
            incident=new,
            account=account,
            agency=agency,
            kind=kind,
            discovered_at=discovered_at,
            text=Personal(person=new, text=text),
        )
    ]


def acknowledge(incident: Incident, account: UUID) -> list[Event]:
    """By the first of those who were told. Raises `Refused`."""
    if incident.acknowledged:
        raise Refused(IncidentRefusal.ACKNOWLEDGED_ALREADY, "Somebody has acknowledged this already and is at it.")
    return [IncidentAcknowledged(incident=incident.incident, account=account)]


def close(incident: Incident, account: UUID, note: str) -> list[Event]:
    """Once. Whoever closes what nobody has acknowledged has seen it, too. Raises `Refused`."""
    if incident.closed:
        raise Refused(IncidentRefusal.CLOSED_ALREADY, "This is closed already. If it goes on, report it again.")
    text = Personal(person=incident.incident, text=note)
    seen: list[Event] = [] if incident.acknowledged else acknowledge(incident, account)
    return [*seen, IncidentClosed(incident=incident.incident, account=account, note=text)]

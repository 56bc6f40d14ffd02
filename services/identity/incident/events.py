"""What happens when somebody reports a security incident (C82): a stream for each. It stays in this service."""

from typing import Annotated

from contracts.language import Code, Event, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class IncidentReported(Event, frozen=True, kw_only=True):
    """Somebody of `agency` discovered an incident at `discovered_at`, and says in their own words what happened."""

    NAME = "incident.reported"

    incident: Reference
    account: Reference
    agency: Code
    kind: Code
    discovered_at: Moment
    text: Text


class IncidentAcknowledged(Event, frozen=True, kw_only=True):
    """One of those who were told has seen it and is at it."""

    NAME = "incident.acknowledged"

    incident: Reference
    account: Reference


class IncidentClosed(Event, frozen=True, kw_only=True):
    """It is dealt with; the note says what was done."""

    NAME = "incident.closed"

    incident: Reference
    account: Reference
    note: Text


INCIDENT_EVENTS: tuple[type[Event], ...] = (IncidentReported, IncidentAcknowledged, IncidentClosed)

"""The FHIR R4 resources that this service answers, as far as it fills them (http://hl7.org/fhir/R4).

Nothing in them names or describes a patient: an appointment says that somebody is examined, and not by any reference
who, so that two of one person cannot be put together.
"""

from datetime import datetime
from typing import Literal

import msgspec

MEDIA_TYPE = "application/fhir+json"
VERSION = "4.0.1"

SlotStatus = Literal["free", "busy", "busy-tentative"]
AppointmentStatus = Literal["proposed", "pending", "booked", "fulfilled", "cancelled"]


class Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What is not there is left out, as FHIR has neither nulls nor empty lists."""


class Resource(Element, frozen=True, kw_only=True, tag_field="resourceType"):
    """Its type stands in it."""


class Coding(Element, frozen=True, kw_only=True):
    """A code of a system."""

    system: str
    code: str


class CodeableConcept(Element, frozen=True, kw_only=True):
    """The same thing in codes."""

    coding: tuple[Coding, ...]


class Reference(Element, frozen=True, kw_only=True):
    """Of somebody or something by its random reference; `display` is a room's number, and nobody's name."""

    reference: str
    type: str
    display: str = ""


class Meta(Element, frozen=True, kw_only=True):
    """`version_id` is the number of events of what it was made from."""

    version_id: str


class Period(Element, frozen=True, kw_only=True):
    """With its offset from UTC, so that a time that comes twice is one of the two."""

    start: datetime
    end: datetime


class Schedule(Resource, frozen=True, kw_only=True, tag="Schedule"):
    """When a nurse or a room can be booked; its slots say when that is."""

    id: str
    meta: Meta
    active: bool
    actor: tuple[Reference, ...]
    planning_horizon: Period | None = None


class Slot(Resource, frozen=True, kw_only=True, tag="Slot"):
    """A time of a schedule: free, kept for a while (busy-tentative), or taken."""

    id: str
    schedule: Reference
    status: SlotStatus
    start: datetime
    end: datetime


class Participant(Element, frozen=True, kw_only=True):
    """A nurse or a room; or, without a reference, that there is a patient."""

    status: Literal["accepted", "tentative", "needs-action"]
    type: tuple[CodeableConcept, ...] = ()
    actor: Reference | None = None


class Appointment(Resource, frozen=True, kw_only=True, tag="Appointment"):
    """An exam. One that is asked for, and one that is off, has no time."""

    id: str
    status: AppointmentStatus
    participant: tuple[Participant, ...]
    meta: Meta | None = None
    start: datetime | None = None
    end: datetime | None = None
    created: datetime | None = None
    slot: tuple[Reference, ...] = ()


class Link(Element, frozen=True, kw_only=True):
    """The page itself, or a way to another."""

    relation: Literal["self", "first", "previous", "next"]
    url: str


class Search(Element, frozen=True, kw_only=True):
    """Why an entry is there."""

    mode: Literal["match", "include"]


class Entry(Element, frozen=True, kw_only=True):
    """One of what was found."""

    full_url: str
    resource: Schedule | Slot | Appointment
    search: Search


class Bundle(Resource, frozen=True, kw_only=True, tag="Bundle"):
    """A page of what was found, of `total` there are."""

    type: Literal["searchset"]
    total: int
    link: tuple[Link, ...]
    entry: tuple[Entry, ...] = ()


class Issue(Element, frozen=True, kw_only=True):
    """What is wrong; `details` is the house's own word for it."""

    severity: Literal["error", "fatal"]
    code: str
    details: CodeableConcept
    diagnostics: str
    expression: tuple[str, ...] = ()


class OperationOutcome(Resource, frozen=True, kw_only=True, tag="OperationOutcome"):
    """In place of what was asked for."""

    issue: tuple[Issue, ...]

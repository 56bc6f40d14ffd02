"""The duty to see the child in person: its state, and what may be recorded of it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from contracts.language import Event, Personal, Refused, not_in_future
from services.rapid_assessment.contact.events import (
    ContactImpossible,
    ContactMade,
    ContactNoLongerOwed,
    ContactOwed,
)

RULE = "C02"


class ContactRefusal(StrEnum):
    """Why a command on the contact is refused."""

    NOT_OWED = "contact_not_owed"
    MADE_ALREADY = "contact_made_already"


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """The duty is open while it is owed and not done, whatever its clock says."""

    tip: UUID = UUID(int=0)
    person: UUID = UUID(int=0)
    since: datetime | None = None
    owed: bool = False
    made_at: datetime | None = None
    attempts_recorded: int = 0
    steps_planned: int = 0

    @property
    def duty_open(self) -> bool:
        return self.owed and self.made_at is None


def evolve(contact: Contact, event: Event) -> Contact:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ContactOwed():
            return change(contact, tip=event.tip, person=event.person, since=event.since, owed=True)
        case ContactMade():
            return change(contact, made_at=event.made_at)
        case ContactImpossible():
            return change(
                contact,
                attempts_recorded=contact.attempts_recorded + len(event.attempts),
                steps_planned=contact.steps_planned + len(event.planned_steps),
            )
        case ContactNoLongerOwed():
            return change(contact, owed=False)
        case _:
            return contact


def owe(contact: Contact, tip: UUID, person: UUID, since: datetime) -> list[Event]:
    """The duty arises; it arises again after it fell away."""
    return [] if contact.owed else [ContactOwed(tip=tip, person=person, since=since)]


def made(contact: Contact, made_at: datetime, worker: UUID, place: str, now: datetime) -> list[Event]:
    """Raises `InvalidValue` for a time to come, `Refused` when it is on record already or not owed."""
    not_in_future("made_at", made_at, now)
    _is_open(contact)
    text = Personal(person=contact.person, text=place)
    return [ContactMade(tip=contact.tip, made_at=made_at, worker=worker, place=text)]


def impossible(contact: Contact, attempts: Sequence[str], planned_steps: Sequence[str], now: datetime) -> list[Event]:
    """May be recorded again as the search goes on."""
    _is_open(contact)
    return [
        ContactImpossible(
            tip=contact.tip,
            known_at=now,
            attempts=tuple(Personal(person=contact.person, text=text) for text in attempts),
            planned_steps=tuple(Personal(person=contact.person, text=text) for text in planned_steps),
        )
    ]


def fall_away(contact: Contact) -> list[Event]:
    """Nothing where nothing is owed."""
    return [ContactNoLongerOwed(tip=contact.tip)] if contact.duty_open else []


def _is_open(contact: Contact) -> None:
    if contact.made_at is not None:
        raise Refused(ContactRefusal.MADE_ALREADY, "Contact with this child is on record already.")
    if not contact.owed:
        raise Refused(ContactRefusal.NOT_OWED, "No contact is owed under this tip.", rule=RULE)

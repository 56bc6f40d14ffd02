"""The duty to see the child in person: its state, and what may be recorded of it. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.rapid_assessment.contact.events import (
    ContactAttempted,
    ContactImpossible,
    ContactMade,
    ContactNoLongerOwed,
    ContactOwed,
    StepPlanned,
)

RULE = "C02"
DOCUMENTING = "C04"

How = Literal["visit", "telephone", "message", "through_others", "other"]
Result = Literal["nobody_there", "no_answer", "moved_away", "not_let_in", "not_known_there", "other"]
Words = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ContactRefusal(StrEnum):
    """Why a command on the contact is refused."""

    NOT_OWED = "contact_not_owed"
    MADE_ALREADY = "contact_made_already"
    NOT_DOCUMENTED = "contact_not_documented"


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who tried to see the child says when, how, what came of it, and in words what was done; the words are sealed."""

    attempted_at: Moment
    how: How
    result: Result
    what: Words


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What will be done, by which role and by when; the words are sealed."""

    planned_for: Moment
    who: str
    what: Words


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """The duty is open while it is owed and not done, whatever its clock says.

    `impossible_at` is when it was first known that contact cannot be made in time.
    """

    tip: UUID = UUID(int=0)
    person: UUID = UUID(int=0)
    since: datetime | None = None
    owed: bool = False
    made_at: datetime | None = None
    attempts_recorded: int = 0
    steps_planned: int = 0
    impossible_at: datetime | None = None

    @property
    def duty_open(self) -> bool:
        return self.owed and self.made_at is None

    @property
    def documented(self) -> bool:
        """Whether what was tried and what is planned are on record (C04)."""
        return self.attempts_recorded > 0 and self.steps_planned > 0


def evolve(contact: Contact, event: Event) -> Contact:  # noqa: PLR0911  # one case an event
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ContactOwed():
            return change(contact, tip=event.tip, person=event.person, since=event.since, owed=True)
        case ContactMade():
            return change(contact, made_at=event.made_at)
        case ContactAttempted():
            return change(contact, attempts_recorded=contact.attempts_recorded + 1)
        case StepPlanned():
            return change(contact, steps_planned=contact.steps_planned + 1)
        case ContactImpossible():
            return change(
                contact,
                impossible_at=contact.impossible_at or event.known_at,
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


def attempt(contact: Contact, tried: Attempt, now: datetime) -> list[Event]:
    """Whatever came of it, and as often as it was tried. Raises `InvalidValue` for a time to come, `Refused`."""
    not_in_future("attempted_at", tried.attempted_at, now)
    _is_open(contact)
    return [
        ContactAttempted(
            tip=contact.tip,
            attempted_at=tried.attempted_at,
            how=tried.how,
            result=tried.result,
            what=Personal(person=contact.person, text=tried.what),
        )
    ]


def plan(contact: Contact, step: Step, roles: Collection[str], now: datetime) -> list[Event]:
    """Raises `InvalidValue` for a time that has passed and for a role there is not, `Refused`."""
    if step.planned_for <= now:
        raise InvalidValue("planned_for", "This time has passed. Say by when it will be done.")
    if step.who not in roles:
        raise InvalidValue("who", f"There is no such role. The roles are: {', '.join(sorted(roles))}.")
    _is_open(contact)
    text = Personal(person=contact.person, text=step.what)
    return [StepPlanned(tip=contact.tip, planned_for=step.planned_for, who=step.who, what=text)]


def impossible(
    contact: Contact, attempts: Sequence[Attempt], steps: Sequence[Step], roles: Collection[str], now: datetime
) -> list[Event]:
    """With what was tried and what is planned, unless that is on record already. May be recorded again.

    Raises `Refused` where either would be missing: the law asks for both with the notice.
    """
    _is_open(contact)
    events = [event for each in attempts for event in attempt(contact, each, now)]
    events += [event for each in steps for event in plan(contact, each, roles, now)]
    if not (contact.attempts_recorded or attempts) or not (contact.steps_planned or steps):
        raise Refused(
            ContactRefusal.NOT_DOCUMENTED,
            "Enter at least one attempt and one planned step with it: the law asks for both.",
            rule=DOCUMENTING,
        )
    return [*events, ContactImpossible(tip=contact.tip, known_at=now, attempts=(), planned_steps=())]


def fall_away(contact: Contact) -> list[Event]:
    """Nothing where nothing is owed."""
    return [ContactNoLongerOwed(tip=contact.tip)] if contact.duty_open else []


def _is_open(contact: Contact) -> None:
    if contact.made_at is not None:
        raise Refused(ContactRefusal.MADE_ALREADY, "Contact with this child is on record already.")
    if not contact.owed:
        raise Refused(ContactRefusal.NOT_OWED, "No contact is owed under this tip.", rule=RULE)

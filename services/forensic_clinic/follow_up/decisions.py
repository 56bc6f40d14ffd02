"""What may be entered of a follow-up. Pure: state and time come in, events or a refusal go out.

The intervals are recommended practice (C72 to C75, REC) and no law: no clock runs and nothing is missed by itself. What
is over its time is listed for outreach until somebody says what became of it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions.examination import ExaminationRules
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.forensic_clinic.follow_up.content import Outreach, Settled, Settlement, Tried, sealed
from services.forensic_clinic.follow_up.events import (
    FollowUpMissed,
    FollowUpPlanned,
    FollowUpReopened,
    FollowUpSettled,
    OutreachNoted,
    Planned,
    SafeContactStated,
)
from services.forensic_clinic.follow_up.state import FollowUp, Item

Mistake = Literal["wrong_item", "wrong_word", "wrong_patient"]
UNSAFE: Outreach = "not_safe_to_try_now"


class FollowUpRefusal(StrEnum):
    """Why a command on a follow-up is refused."""

    SETTLED = "follow_up_settled"
    NOT_SETTLED = "follow_up_not_settled"
    NOT_DUE = "follow_up_not_due"
    NO_SAFE_CONTACT = "no_safe_contact"


class SafeContact(msgspec.Struct, frozen=True, kw_only=True):
    """How, when, what may be said to whoever answers, and what never."""

    how: str
    when: str | None
    may_say: str | None
    never_say: str | None


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """The exam that ended."""

    exam: UUID
    tip: UUID
    clinic: str
    nurse: UUID


def plan(state: FollowUp, examined: Examined, completed_at: datetime, rules: ExaminationRules) -> list[Event]:
    """Once, when the exam ends."""
    if state.items:
        return []
    items = tuple(
        Planned(
            item=each.follow_up,
            since=completed_at + timedelta(days=each.from_days),
            until=completed_at + timedelta(days=each.until_days),
        )
        for each in rules.planned
    )
    return [
        FollowUpPlanned(
            exam=examined.exam,
            tip=examined.tip,
            clinic=examined.clinic,
            nurse=examined.nurse,
            version=rules.version,
            items=items,
        )
    ]


def state_contact(exam: UUID, person: UUID, contact: SafeContact) -> list[Event]:
    """At any time: a way that was safe may not be so any more."""

    def text(words: str | None) -> Personal | None:
        return Personal(person=person, text=words) if words else None

    how = Personal(person=person, text=contact.how)
    return [
        SafeContactStated(
            exam=exam,
            how=how,
            when=text(contact.when),
            may_say=text(contact.may_say),
            never_say=text(contact.never_say),
        )
    ]


def settle(
    state: FollowUp, person: UUID, item: str, outcome: Settlement, settled_at: datetime, now: datetime
) -> list[Event]:
    """Before its time, too: a patient may decline all that is to come. Raises `InvalidValue`, `Refused`."""
    not_in_future("settled_at", settled_at, now)
    found = _open(state, item)
    content = sealed(person, Settled(outcome))
    return [FollowUpSettled(exam=_exam(state), item=found.item, outcome=content, settled_at=settled_at)]


def miss(state: FollowUp, item: str, now: datetime) -> list[Event]:
    """The patient did not come. Raises `InvalidValue`, `Refused`."""
    found = _open(state, item)
    if now < found.since:
        raise Refused(FollowUpRefusal.NOT_DUE, "This is not due yet, so nobody can have missed it.")
    return [] if found.missed else [FollowUpMissed(exam=_exam(state), item=found.item)]


def note_outreach(
    state: FollowUp, person: UUID, item: str, outcome: Outreach, tried_at: datetime, now: datetime
) -> list[Event]:
    """Nobody is reached out to but by the way they said is safe. Raises `InvalidValue`, `Refused`."""
    not_in_future("tried_at", tried_at, now)
    found = _open(state, item)
    if not found.asks_for_outreach(now):
        raise Refused(
            FollowUpRefusal.NOT_DUE, "This was not missed and its time is not over. Nobody is to reach out yet."
        )
    if not state.contact_stated and outcome != UNSAFE:
        raise Refused(
            FollowUpRefusal.NO_SAFE_CONTACT,
            "No safe way to reach the patient is on record, and no other is used. State it first, if there is one.",
        )
    content = sealed(person, Tried(outcome))
    return [OutreachNoted(exam=_exam(state), item=found.item, outcome=content, tried_at=tried_at)]


def reopen(state: FollowUp, item: str, mistake: Mistake) -> list[Event]:
    """It was settled by mistake; what was entered stays on record. Raises `InvalidValue`, `Refused`."""
    found = _item(state, item)
    if found.settled_at is None:
        raise Refused(FollowUpRefusal.NOT_SETTLED, "This is open, so there is nothing to take back.")
    return [FollowUpReopened(exam=_exam(state), item=found.item, mistake=mistake)]


def _open(state: FollowUp, item: str) -> Item:
    found = _item(state, item)
    if found.settled_at is not None:
        raise Refused(FollowUpRefusal.SETTLED, "What became of this is on record. Take that back first if it is wrong.")
    return found


def _item(state: FollowUp, item: str) -> Item:
    found = state.item(item)
    if found is None:
        raise InvalidValue("item", "No such visit or test was planned for this exam.")
    return found


def _exam(state: FollowUp) -> UUID:
    if state.exam is None:
        raise InvalidValue("item", "Nothing was planned for this exam yet.")
    return state.exam

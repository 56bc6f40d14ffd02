"""The record of contact with the child: every attempt and planned step in its words, and who was told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.deadline import Noticed
from contracts.language import Personal
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Loaded
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases, contact_of
from services.rapid_assessment.contact.contact import Contact
from services.rapid_assessment.contact.events import ContactAttempted, ContactImpossible, StepPlanned
from services.rapid_assessment.contact.noticed import noticed_of

RECORDED = (ContactAttempted, StepPlanned, ContactImpossible)


class AttemptOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`by` recorded it. `how` and `result` are null for an older entry; `what` where a court had it destroyed."""

    attempted_at: datetime
    recorded_at: datetime | None
    by: UUID | None
    how: str | None
    result: str | None
    what: str | None


class StepOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`who` will do it by when; both are null for an older entry."""

    planned_for: datetime | None
    recorded_at: datetime | None
    by: UUID | None
    who: str | None
    what: str | None


class ContactRecord(msgspec.Struct, frozen=True, kw_only=True):
    """In the order they came on record. `noticed` is null while nobody said that contact cannot be made."""

    version: int
    duty_open: bool
    made_at: datetime | None
    attempts: tuple[AttemptOnPage, ...]
    planned_steps: tuple[StepOnPage, ...]
    noticed: Noticed | None


async def told_of(cases: Cases, contact: Contact) -> Sequence[Happening]:
    """The events that hold sealed words."""
    return [each for each in await cases.store.happenings(contact_of(contact.tip)) if isinstance(each.event, RECORDED)]


async def contact_record(
    cases: Cases, reader: Reader, loaded: Loaded[Contact], told: Sequence[Happening]
) -> ContactRecord:
    """Call it once the read is on record."""
    attempts: list[AttemptOnPage] = []
    steps: list[StepOnPage] = []
    for each in told:
        match each.event:
            case ContactAttempted() as e:
                what = await reader.open(SealedText(e.what, each.event_id, "what"))
                attempts.append(_attempt(each, e.attempted_at, e.how, e.result, what))
            case StepPlanned() as e:
                what = await reader.open(SealedText(e.what, each.event_id, "what"))
                steps.append(_step(each, e.planned_for, e.who, what))
            case ContactImpossible() as e:
                tried = await _texts(reader, each, "attempts", e.attempts)
                planned = await _texts(reader, each, "planned_steps", e.planned_steps)
                attempts += [_attempt(each, e.known_at, None, None, text) for text in tried]
                steps += [_step(each, None, None, text) for text in planned]
            case _:
                pass
    contact = loaded.state
    return ContactRecord(
        version=loaded.version,
        duty_open=contact.duty_open,
        made_at=contact.made_at,
        attempts=tuple(attempts),
        planned_steps=tuple(steps),
        noticed=await noticed_of(cases, contact),
    )


def _attempt(each: Happening, at: datetime, how: str | None, result: str | None, what: str | None) -> AttemptOnPage:
    return AttemptOnPage(attempted_at=at, recorded_at=each.recorded_at, by=_by(each), how=how, result=result, what=what)


def _step(each: Happening, planned_for: datetime | None, who: str | None, what: str | None) -> StepOnPage:
    return StepOnPage(planned_for=planned_for, recorded_at=each.recorded_at, by=_by(each), who=who, what=what)


async def _texts(reader: Reader, each: Happening, field: str, texts: Sequence[Personal]) -> list[str | None]:
    return [await reader.open(SealedText(text, each.event_id, f"{field}.{place}")) for place, text in enumerate(texts)]


def _by(each: Happening) -> UUID | None:
    kind, _, account = each.origin.actor.partition(":")
    return UUID(account) if kind == "account" else None

"""The review of a week's reading as its events tell it."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.audit.review.events import ReadingReviewed, ReviewDue

NEVER = datetime.min.replace(tzinfo=UTC)


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Of the week from `since` to `until`. `signed` are the auditors who signed it off, the first one first."""

    review: UUID = UUID(int=0)
    since: datetime = NEVER
    until: datetime = NEVER
    due_at: datetime = NEVER
    signed: tuple[UUID, ...] = ()


def evolve(review: Review, event: Event) -> Review:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ReviewDue():
            return Review(review=event.review, since=event.since, until=event.until, due_at=event.due_at)
        case ReadingReviewed():
            return msgspec.structs.replace(review, signed=(*review.signed, event.account))
        case _:
            return review

"""When the review of a week is due, and who signs it off. Pure.

Auditors read, too, and the only auditor of a house could review no week if their own reading were in the way. So
whoever read something signs off all the same: how much of it was their own stands in the event, and stays to be looked
at until another auditor signs the same week off.

Unusual reading is judged first, each by itself: a signature under what nobody looked at would say that all is well.
What an auditor is not told of, since it is of their own reading or of a case they are kept out of, does not stand in
their way.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.language import Event, Personal, Refused
from services.audit.review.events import ReadingReviewed, ReviewDue
from services.audit.review.state import Review


class ReviewRefusal(StrEnum):
    """Why a command is refused."""

    NOT_OPENED = "reading_not_opened"
    SIGNED_ALREADY = "reading_signed_already"
    NOT_JUDGED = "unusual_not_judged"


def due(review: Review, new: UUID, since: datetime, until: datetime, due_at: datetime) -> list[Event]:
    """Once for a week."""
    if review.review == new:
        return []
    return [ReviewDue(review=new, since=since, until=until, due_at=due_at)]


def sign_off(
    review: Review, account: UUID, note: str, *, opened: bool, reads: int, own: int, unjudged: int
) -> list[Event]:
    """By whoever has opened the reading, once each. `unjudged` is how much of what they are told of nobody has judged.

    Raises `Refused`.
    """
    if not opened:
        raise Refused(ReviewRefusal.NOT_OPENED, "Open who read what in this week first; then sign it off.")
    if account in review.signed:
        raise Refused(ReviewRefusal.SIGNED_ALREADY, "You have signed this week off already. It stays on record.")
    if unjudged:
        raise Refused(ReviewRefusal.NOT_JUDGED, "Something unusual waits to be judged. Judge it first; then sign off.")
    text = Personal(person=review.review, text=note)
    return [ReadingReviewed(review=review.review, account=account, reads=reads, own=own, note=text)]

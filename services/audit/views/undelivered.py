"""Of which reviews have auditors not been told? A number for operators. A week that is signed off needs no telling."""

from collections.abc import Sequence

from services.audit.review.events import (
    ReadingReviewed,
    ReviewNoticeDropped,
    ReviewNoticeSent,
    ReviewNoticeTriedAgain,
)
from services.audit.review.reviews import RULE
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.stored_form import Happening
from services.kernel.undelivered import asked, dealt_with, refused, taken, tried_again, view_of


def project(happening: Happening) -> Sequence[Effect]:
    """A row for each week that somebody is to be told of."""
    match happening.event:
        case ClockWarned(rule=rule, subject=review) | ClockMissed(rule=rule, subject=review) if rule == RULE:
            return [asked(review, happening)]
        case ReviewNoticeSent() as e if e.refused:
            return [refused(e.review, happening)]
        case ReviewNoticeSent() as e if e.carriers:
            return [taken(e.review, happening)]
        case ReviewNoticeTriedAgain() as e:
            return [tried_again(e.review, happening, e.nth)]
        case ReviewNoticeSent(review=review) | ReviewNoticeDropped(review=review) | ReadingReviewed(review=review):
            return [dealt_with(review)]
        case _:
            return ()


UNDELIVERED = view_of(project)

"""A notice that the review of a week waits, or was missed: its state, and what becomes of it in time. Pure."""

from uuid import UUID

import msgspec

from contracts.language import Event
from services.audit.review.events import ReviewNoticeDropped, ReviewNoticeSent, ReviewNoticeTriedAgain


class ReviewNotice(msgspec.Struct, frozen=True, kw_only=True):
    """`over` once a carrier took it, or it was dropped. `refusals` counts how often its carriers refused it."""

    notice: UUID = UUID(int=0)
    review: UUID = UUID(int=0)
    rule: str = ""
    roles: tuple[str, ...] = ()
    over: bool = False
    refusals: int = 0


def evolve(notice: ReviewNotice, event: Event) -> ReviewNotice:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ReviewNoticeSent() as e:
            return ReviewNotice(
                notice=e.notice,
                review=e.review,
                rule=e.rule,
                roles=e.roles,
                over=bool(e.carriers),
                refusals=notice.refusals + bool(e.refused),
            )
        case ReviewNoticeDropped():
            return msgspec.structs.replace(notice, over=True)
        case _:
            return notice


def try_again(notice: ReviewNotice, *, signed: bool) -> list[Event]:
    """Nothing for one that was taken meanwhile. Of a week that was `signed` off nobody need be told."""
    if notice.over:
        return []
    if signed:
        return [ReviewNoticeDropped(notice=notice.notice, review=notice.review)]
    return [ReviewNoticeTriedAgain(notice=notice.notice, review=notice.review, nth=notice.refusals + 1)]

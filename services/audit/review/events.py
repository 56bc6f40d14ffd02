"""Each week's reading is reviewed (C77): a stream for each week. Events of the audit service's own."""

from typing import Annotated

from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]
Positions = Annotated[tuple[int, ...], classified("measure")]
Text = Annotated[Personal, classified("personal")]


class ReviewDue(Event, frozen=True, kw_only=True):
    """The week from `since` to `until` is over: an auditor is to look by `due_at` at who read what in it."""

    NAME = "audit.review_due"

    review: Reference
    since: Moment
    until: Moment
    due_at: Moment


class ReadingTold(Event, frozen=True, kw_only=True):
    """An auditor was told who read what in the week: so often it was read.

    `positions` are how far the copy of each of `sources` had come, in the same order.
    """

    NAME = "audit.reading_told"

    review: Reference
    sources: Codes
    positions: Positions
    reads: Measure


class ReadingReviewed(Event, frozen=True, kw_only=True):
    """An auditor signed the week off: so often it was read, and `own` of that by this auditor."""

    NAME = "audit.reading_reviewed"

    review: Reference
    account: Reference
    reads: Measure
    own: Measure
    note: Text


class ReviewNoticeSent(Event, frozen=True, kw_only=True):
    """That a review waits, or was missed, was told to `roles`; carriers that took it, and that `refused` it.

    Whoever is told by no carrier finds it on their first page.
    """

    NAME = "audit.review_notice_sent"

    notice: Reference
    review: Reference
    rule: Code
    roles: Codes
    carriers: Codes
    refused: Codes


class ReviewNoticeTriedAgain(Event, frozen=True, kw_only=True):
    """No carrier had taken it, so it is given to them once more, for the `nth` time."""

    NAME = "audit.review_notice_tried_again"

    notice: Reference
    review: Reference
    nth: Measure


class ReviewNoticeDropped(Event, frozen=True, kw_only=True):
    """The week was signed off before any carrier took it: nobody was told."""

    NAME = "audit.review_notice_dropped"

    notice: Reference
    review: Reference


REVIEW_EVENTS: tuple[type[Event], ...] = (
    ReviewDue,
    ReadingTold,
    ReadingReviewed,
    ReviewNoticeSent,
    ReviewNoticeTriedAgain,
    ReviewNoticeDropped,
)

"""What happens to a notice. It carries a reference and codes, never a name or a story."""

from typing import Annotated

from contracts.language import Code, Event, Measure, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]


class NoticeRequested(Event, frozen=True, kw_only=True):
    """A role must be told. `why` is of the closed list in `notice.py`; `empty_seats` names what is missing."""

    NAME = "notice.requested"

    notice: Reference
    tip: Reference
    role: Code
    why: Code
    rule: Code
    citation: Code
    empty_seats: Codes


class PlaceNoticeRequested(Event, frozen=True, kw_only=True):
    """A role must be told of something that is of no case. `about` says where to look: kit, kit_decision or census.

    `record` is the kit; None for the census, which is one place.
    """

    NAME = "notice.requested_of_no_case"

    notice: Reference
    about: Code
    record: Annotated[Reference | None, classified("reference")]
    role: Code
    why: Code
    rule: Code
    citation: Code


class NoticeSent(Event, frozen=True, kw_only=True):
    """It stands on the role's board, and went out by these carriers besides."""

    NAME = "notice.sent"

    notice: Reference
    carriers: Codes


class NoticeFailed(Event, frozen=True, kw_only=True):
    """It stands on the role's board; these carriers refused it."""

    NAME = "notice.failed"

    notice: Reference
    carriers: Codes


class NoticeTriedAgain(Event, frozen=True, kw_only=True):
    """No carrier had taken it, so it is given to them once more, for the `nth` time."""

    NAME = "notice.tried_again"

    notice: Reference
    nth: Measure


class NoticeDropped(Event, frozen=True, kw_only=True):
    """No carrier had taken it, and its news is over: it is not given to them again."""

    NAME = "notice.dropped"

    notice: Reference


class NoticeAcknowledged(Event, frozen=True, kw_only=True):
    """Someone of the role said to have seen it."""

    NAME = "notice.acknowledged"

    notice: Reference
    account: Reference


NOTICE_EVENTS: tuple[type[Event], ...] = (
    NoticeRequested,
    PlaceNoticeRequested,
    NoticeSent,
    NoticeFailed,
    NoticeTriedAgain,
    NoticeDropped,
    NoticeAcknowledged,
)

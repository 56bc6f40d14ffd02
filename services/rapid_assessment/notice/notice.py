"""A notice to a role: its state, and what may be done with it. Pure."""

from enum import StrEnum
from uuid import UUID, uuid5

import msgspec

from contracts.language import Event, Refused
from services.rapid_assessment.notice.events import (
    NoticeAcknowledged,
    NoticeDropped,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    NoticeTriedAgain,
    PlaceNoticeRequested,
)


class Why(StrEnum):
    """What a notice is about: the closed list."""

    CLOCK_WARNED = "clock_warned"
    CLOCK_MISSED = "clock_missed"
    SEATS_STILL_EMPTY = "seats_still_empty"
    CONTACT_IMPOSSIBLE = "contact_impossible"
    ADULT_TIP = "adult_tip"
    KIT_DUTY_WARNED = "kit_duty_warned"
    KIT_DUTY_MISSED = "kit_duty_missed"
    KIT_DECISION_WAITS = "kit_decision_waits"
    CENSUS_DIFFERS = "census_differs"
    GLASS_BROKEN = "glass_broken"
    REVIEW_WARNED = "review_warned"
    REVIEW_MISSED = "review_missed"
    ON_CALL_UNREACHED = "on_call_unreached"
    NOBODY_LEFT = "nobody_left"
    SEAT_SILENT = "seat_silent"
    TOLD_MORE = "told_more"
    REPORTER_ASKED_FOR = "reporter_asked_for"
    DUTY_PRESSING = "duty_pressing"
    DUTY_WARNED = "duty_warned"
    DUTY_MISSED = "duty_missed"
    EXAM_NO_SLOT = "exam_no_slot"
    EXAM_NO_SURE_SLOT = "exam_no_sure_slot"
    EXAM_MOVED_UP = "exam_moved_up"
    EXAM_STANDBY_ENDED = "exam_standby_ended"
    EXAM_NURSE_GONE = "exam_nurse_gone"
    EXAM_NURSE_UNFIT = "exam_nurse_unfit"


WAITS_ELSEWHERE = (Why.TOLD_MORE, Why.REPORTER_ASKED_FOR)
"""What these tell of waits in the tips service until it is done there; nobody acknowledges it besides."""


OF_AN_OPEN_TEAM = (
    Why.CLOCK_WARNED,
    Why.SEATS_STILL_EMPTY,
    Why.ON_CALL_UNREACHED,
    Why.NOBODY_LEFT,
    Why.SEAT_SILENT,
)
"""What these tell of a team's seats is over once it stands or has ended."""

BOARD = "board"


class NoticeRefusal(StrEnum):
    """Why a command on a notice is refused."""

    ACKNOWLEDGED_ALREADY = "acknowledged_already"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`about` is empty for what is of the case of `tip`, and else where to look, with its `record`.

    `acknowledged_by` is the first account that said to have seen it.

    `taken`: by a carrier. `refusals` counts how often those of its role refused it. `dropped`: it is tried no more.
    """

    notice: UUID = UUID(int=0)
    tip: UUID = UUID(int=0)
    about: str = ""
    record: UUID | None = None
    role: str = ""
    why: str = ""
    rule: str = ""
    citation: str = ""
    empty_seats: tuple[str, ...] = ()
    delivered: bool = False
    taken: bool = False
    refusals: int = 0
    dropped: bool = False
    acknowledged_by: UUID | None = None


def evolve(notice: Notice, event: Event) -> Notice:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case NoticeRequested() | PlaceNoticeRequested():
            return _requested(notice, event)
        case NoticeSent():
            return change(notice, delivered=True, taken=notice.taken or bool(set(event.carriers) - {BOARD}))
        case NoticeFailed():
            return change(notice, delivered=True, refusals=notice.refusals + 1)
        case NoticeDropped():
            return change(notice, dropped=True)
        case NoticeAcknowledged():
            return change(notice, acknowledged_by=event.account)
        case _:
            return notice


def _requested(notice: Notice, event: NoticeRequested | PlaceNoticeRequested) -> Notice:
    change = msgspec.structs.replace
    told = change(notice, notice=event.notice, role=event.role, why=event.why, rule=event.rule, citation=event.citation)
    if isinstance(event, PlaceNoticeRequested):
        return change(told, about=event.about, record=event.record)
    return change(told, tip=event.tip, empty_seats=event.empty_seats)


def notice_id(cause: UUID, role: str) -> UUID:
    """One notice for a cause and a role, however often the cause is met with."""
    return uuid5(cause, role)


def try_again(notice: Notice, *, over: bool) -> list[Event]:
    """Nothing for one that was taken or seen meanwhile. One whose news is `over` is dropped instead."""
    if notice.taken or notice.dropped or notice.acknowledged_by is not None:
        return []
    if over:
        return [NoticeDropped(notice=notice.notice)]
    return [NoticeTriedAgain(notice=notice.notice, nth=notice.refusals + 1)]


def acknowledge(notice: Notice, account: UUID) -> list[Event]:
    """Raises `Refused` the second time."""
    if notice.acknowledged_by is not None:
        raise Refused(NoticeRefusal.ACKNOWLEDGED_ALREADY, "Someone of your role has acknowledged this already.")
    return [NoticeAcknowledged(notice=notice.notice, account=account)]

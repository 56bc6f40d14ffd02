"""A notice to a role: its state, and what may be done with it. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec

from contracts.language import Event, Refused
from services.rapid_assessment.notice.events import (
    NoticeAcknowledged,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    NoticeTriedAgain,
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
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After which a notice that no carrier took is given to them again; the last of them as often as it takes."""

TRIES = 28
"""A day of them. By then its role has opened their page, and every page has said all along that notices are lost."""


class NoticeRefusal(StrEnum):
    """Why a command on a notice is refused."""

    ACKNOWLEDGED_ALREADY = "acknowledged_already"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`acknowledged_by` is the first account that said to have seen it.

    `taken`: by a carrier. `refusals` counts how often those of its role refused it.
    """

    notice: UUID = UUID(int=0)
    tip: UUID = UUID(int=0)
    role: str = ""
    why: str = ""
    rule: str = ""
    citation: str = ""
    empty_seats: tuple[str, ...] = ()
    delivered: bool = False
    taken: bool = False
    refusals: int = 0
    acknowledged_by: UUID | None = None


def evolve(notice: Notice, event: Event) -> Notice:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case NoticeRequested():
            return change(
                notice,
                notice=event.notice,
                tip=event.tip,
                role=event.role,
                why=event.why,
                rule=event.rule,
                citation=event.citation,
                empty_seats=event.empty_seats,
            )
        case NoticeSent():
            return change(notice, delivered=True, taken=notice.taken or bool(set(event.carriers) - {BOARD}))
        case NoticeFailed():
            return change(notice, delivered=True, refusals=notice.refusals + 1)
        case NoticeAcknowledged():
            return change(notice, acknowledged_by=event.account)
        case _:
            return notice


def notice_id(cause: UUID, role: str) -> UUID:
    """One notice for a cause and a role, however often the cause is met with."""
    return uuid5(cause, role)


def again_at(notice: Notice, now: datetime) -> datetime | None:
    """When it is given to its carriers again; None where one took it, none refused it, or a day of tries is over."""
    if notice.taken or not 0 < notice.refusals < TRIES:
        return None
    return now + RESTS[min(notice.refusals, len(RESTS)) - 1]


def try_again(notice: Notice, *, over: bool) -> list[Event]:
    """Nothing for one that was taken or seen meanwhile, or whose news is `over`."""
    if notice.taken or notice.acknowledged_by is not None or over:
        return []
    return [NoticeTriedAgain(notice=notice.notice, nth=notice.refusals + 1)]


def acknowledge(notice: Notice, account: UUID) -> list[Event]:
    """Raises `Refused` the second time."""
    if notice.acknowledged_by is not None:
        raise Refused(NoticeRefusal.ACKNOWLEDGED_ALREADY, "Someone of your role has acknowledged this already.")
    return [NoticeAcknowledged(notice=notice.notice, account=account)]

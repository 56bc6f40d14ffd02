"""Custody of the child without an order of the court: its state, and what may be recorded of it. Pure.

What was done is recorded also when the law's time for it had passed, or after the child was released: the clocks say
whether it was in time. An oral order is to be written up though the child was released since.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.rapid_assessment.custody.events import (
    ChildReleased,
    ChildTaken,
    CustodyAuthorised,
    HearingHeld,
    JudgeNotified,
    OrderWritten,
)

WITHOUT_ORDER, EMERGENCY_ORDER, ORAL_ORDER, TEMPORARY = "C19", "C21", "C21B", "C22"
RULES = (WITHOUT_ORDER, EMERGENCY_ORDER, ORAL_ORDER, TEMPORARY)
"""The rules with a number. That the judge is told at once has none."""

NOTIFYING = "C20"

How = Literal["telephone", "in_person", "email", "fax", "letter", "online_system"]
Form = Literal["written", "oral_emergency", "oral"]
Order = Literal["continued", "released"]
To = Literal["parent", "guardian", "relative", "other"]
WRITING_UP = {"oral_emergency": EMERGENCY_ORDER, "oral": ORAL_ORDER}


class CustodyRefusal(StrEnum):
    """Why a command on the custody is refused."""

    CASE_ENDED = "case_ended"
    TAKEN_ALREADY = "in_custody_already"
    NOT_IN_CUSTODY = "not_in_custody"
    NOTIFIED_ALREADY = "judge_notified_already"
    AUTHORISED_ALREADY = "custody_authorised_already"
    NOT_AUTHORISED = "custody_not_authorised"
    NO_ORAL_ORDER = "no_oral_order_to_write_up"
    HELD_ALREADY = "hearing_held_already"


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """A child taken: when, by which agency, and the county and place where it is kept.

    `case_stands`: whether the case's team is open or formed.
    """

    tip: UUID
    person: UUID
    case_stands: bool
    taken_at: datetime
    agency: str
    county: str
    place: str | None = None


class OralOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is not written up yet, of one taking."""

    number: int
    form: str
    given_at: datetime


class Custody(msgspec.Struct, frozen=True, kw_only=True):
    """The last time the child was taken; `number` counts how often. Empty where it never was.

    `to_write_up` are oral orders of earlier times, too.
    """

    tip: UUID = UUID(int=0)
    person: UUID = UUID(int=0)
    number: int = 0
    agency: str = ""
    county: str = ""
    taken_at: datetime | None = None
    notified_at: datetime | None = None
    authorised_at: datetime | None = None
    form: str = ""
    to_write_up: tuple[OralOrder, ...] = ()
    held_at: datetime | None = None
    order: str = ""
    released_at: datetime | None = None

    @property
    def lasts(self) -> bool:
        """Whether the child is in custody."""
        return self.taken_at is not None and self.released_at is None

    @property
    def judge_knew_at(self) -> datetime | None:
        """When the judge or designee knew (C20): at the latest when authorising it."""
        return min((at for at in (self.notified_at, self.authorised_at) if at is not None), default=None)

    @property
    def clocks(self) -> tuple[tuple[str, int], ...]:
        """Rule and taking of each clock that matters now: of the present taking, and of orders not written up."""
        earlier = [order for order in self.to_write_up if order.number != self.number]
        return (
            *((rule, self.number) for rule in RULES),
            *((WRITING_UP[order.form], order.number) for order in earlier),
        )

    @property
    def open_rules(self) -> tuple[str, ...]:
        """Those with a number whose duty is not done, whatever their clocks say."""
        waiting = []
        if self.lasts and self.authorised_at is None:
            waiting.append(WITHOUT_ORDER)
        if self.lasts and self.authorised_at is not None and self.held_at is None:
            waiting.append(TEMPORARY)
        return (*waiting, *dict.fromkeys(WRITING_UP[order.form] for order in self.to_write_up))


def evolve(custody: Custody, event: Event) -> Custody:  # noqa: PLR0911  # one case an event
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ChildTaken():
            return Custody(
                tip=event.tip,
                person=event.person,
                number=event.number,
                agency=event.agency,
                county=event.county,
                taken_at=event.taken_at,
                to_write_up=custody.to_write_up,
            )
        case JudgeNotified():
            return change(custody, notified_at=event.notified_at)
        case CustodyAuthorised():
            order = OralOrder(number=event.number, form=event.form, given_at=event.authorised_at)
            oral = (order,) if event.form in WRITING_UP else ()
            given = (*custody.to_write_up, *oral)
            return change(custody, authorised_at=event.authorised_at, form=event.form, to_write_up=given)
        case OrderWritten():
            left = tuple(order for order in custody.to_write_up if order.number != event.number)
            return change(custody, to_write_up=left)
        case HearingHeld():
            released_at = event.held_at if event.order == "released" else custody.released_at
            return change(custody, held_at=event.held_at, order=event.order, released_at=released_at)
        case ChildReleased():
            return change(custody, released_at=event.released_at)
        case _:
            return custody


def take(custody: Custody, taking: Taking, now: datetime) -> list[Event]:
    """Taken, and again after a release. What is typed in late is one after the other, as it happened."""
    not_in_future("taken_at", taking.taken_at, now)
    if not taking.case_stands:
        raise Refused(CustodyRefusal.CASE_ENDED, "This case has ended. If the child was taken, enter a new tip.")
    if custody.lasts:
        raise Refused(
            CustodyRefusal.TAKEN_ALREADY,
            "This child is in custody already. Record the release first, if there was one.",
        )
    if custody.released_at is not None and taking.taken_at < custody.released_at:
        raise InvalidValue("taken_at", "The child was still in custody from before. Check the date and the zone.")
    return [
        ChildTaken(
            tip=taking.tip,
            person=taking.person,
            number=custody.number + 1,
            taken_at=taking.taken_at,
            agency=taking.agency,
            county=taking.county,
            place=None if taking.place is None else Personal(person=taking.person, text=taking.place),
        )
    ]


def notify(custody: Custody, notified_at: datetime, how: How, whom: str | None, now: datetime) -> list[Event]:
    """The judge or designee was told."""
    _was_taken(custody)
    if custody.notified_at is not None:
        raise Refused(CustodyRefusal.NOTIFIED_ALREADY, "It is on record already that the judge or designee was told.")
    _after_taking(custody, "notified_at", notified_at, now)
    text = _text(custody, whom)
    return [JudgeNotified(tip=custody.tip, number=custody.number, notified_at=notified_at, how=how, whom=text)]


def authorise(custody: Custody, authorised_at: datetime, form: Form, by: str | None, now: datetime) -> list[Event]:
    """The judge or designee lets it go on. Raises `InvalidValue` for a time before it began or after it ended."""
    _was_taken(custody)
    if custody.authorised_at is not None:
        raise Refused(CustodyRefusal.AUTHORISED_ALREADY, "This custody was authorised already.")
    _after_taking(custody, "authorised_at", authorised_at, now)
    _before_release(custody, "authorised_at", authorised_at)
    text = _text(custody, by)
    return [CustodyAuthorised(tip=custody.tip, number=custody.number, authorised_at=authorised_at, form=form, by=text)]


def write_up(custody: Custody, written_at: datetime, now: datetime) -> list[Event]:
    """The oral order, the first of several, is written, whether the child is still in custody or not."""
    if not custody.to_write_up:
        raise Refused(CustodyRefusal.NO_ORAL_ORDER, "No oral order waits to be written up.")
    order = custody.to_write_up[0]
    not_in_future("written_at", written_at, now)
    if written_at < order.given_at:
        raise InvalidValue("written_at", "The order was not given yet at this time. Check the date and the zone.")
    return [OrderWritten(tip=custody.tip, number=order.number, form=order.form, written_at=written_at)]


def hear(custody: Custody, held_at: datetime, order: Order, now: datetime) -> list[Event]:
    """The hearing was held, and what it ordered."""
    _was_taken(custody)
    if custody.held_at is not None:
        raise Refused(CustodyRefusal.HELD_ALREADY, "The hearing is on record already.")
    if custody.authorised_at is None:
        raise Refused(
            CustodyRefusal.NOT_AUTHORISED,
            "Record first when the judge or designee authorised the custody: the time to the hearing runs from then.",
        )
    not_in_future("held_at", held_at, now)
    if held_at < custody.authorised_at:
        raise InvalidValue("held_at", "Custody was not authorised yet at this time. Check the date and the zone.")
    _before_release(custody, "held_at", held_at)
    return [HearingHeld(tip=custody.tip, number=custody.number, held_at=held_at, order=order)]


def release(custody: Custody, released_at: datetime, to: To, whom: str | None, now: datetime) -> list[Event]:
    """The child went home, or to somebody else, and not before what is on record of the custody."""
    if not custody.lasts:
        raise Refused(CustodyRefusal.NOT_IN_CUSTODY, "This child is not in custody.")
    not_in_future("released_at", released_at, now)
    known = (custody.taken_at, custody.authorised_at, custody.held_at)
    if any(moment is not None and released_at < moment for moment in known):
        raise InvalidValue("released_at", "The child was still in custody then. Check the date and the zone.")
    text = _text(custody, whom)
    return [ChildReleased(tip=custody.tip, number=custody.number, released_at=released_at, to=to, whom=text)]


def _was_taken(custody: Custody) -> None:
    if custody.taken_at is None:
        raise Refused(CustodyRefusal.NOT_IN_CUSTODY, "This child is not in custody.")


def _after_taking(custody: Custody, field: str, moment: datetime, now: datetime) -> None:
    not_in_future(field, moment, now)
    if custody.taken_at is not None and moment < custody.taken_at:
        raise InvalidValue(field, "The child was not taken into custody yet at this time. Check the date and the zone.")


def _before_release(custody: Custody, field: str, moment: datetime) -> None:
    if custody.released_at is not None and moment > custody.released_at:
        raise InvalidValue(field, "The child had been released by this time. Check the date and the zone.")


def _text(custody: Custody, text: str | None) -> Personal | None:
    return None if text is None else Personal(person=custody.person, text=text)

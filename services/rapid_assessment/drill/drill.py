"""A drill and its pages: their states, and what may be done with them. Pure.

A drill is over by its last moment, without an event: nothing waits for it to end.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from contracts.language import Event, Refused
from services.rapid_assessment.drill.events import (
    CalledForSeat,
    DrillAnswered,
    DrillEnded,
    DrillNotPaged,
    DrillPaged,
    DrillStarted,
)

LASTS = timedelta(hours=2)
"""As long as a code that asks somebody for a seat is good."""

UNSET = UUID(int=0)
COUNTIES = UUID("7f1c9d54-3f0e-4f8e-9b1d-2a6c5d0e8b37")
"""What the reference of a county's drills is made from."""

Answer = Literal["comes", "cannot"]
"""Whether somebody would have come."""


class DrillRefusal(StrEnum):
    """Why a command on a drill is refused."""

    NOBODY = "drill_of_nobody"
    GOES_ON = "drill_goes_on"
    OVER = "drill_over"


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """`until` is None for one that was never started."""

    drill: UUID = UNSET
    called: tuple[CalledForSeat, ...] = ()
    until: datetime | None = None
    ended_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether answers count."""
        return self.until is not None and self.ended_at is None and now < self.until


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one person for one seat. `reached` is None while nobody knows yet."""

    drill: UUID = UNSET
    seat: str = ""
    responder: UUID = UNSET
    reached: bool | None = None
    answered: bool = False

    def answers(self, drill: Drill, now: datetime) -> bool:
        """Whether its code is good now."""
        return self.reached is True and not self.answered and drill.waits(now)


def evolve(drill: Drill, event: Event) -> Drill:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case DrillStarted() as e:
            return Drill(drill=e.drill, called=e.called, until=e.until)
        case DrillEnded() as e:
            return msgspec.structs.replace(drill, ended_at=e.ended_at)
        case _:
            return drill


def evolve_page(page: Page, event: Event) -> Page:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case DrillPaged() | DrillNotPaged() as e:
            reached = isinstance(e, DrillPaged)
            return Page(drill=e.drill, seat=e.seat, responder=e.responder, reached=reached)
        case DrillAnswered():
            return msgspec.structs.replace(page, answered=True)
        case _:
            return page


def start(
    drill: UUID, county: str, by: UUID, called: Sequence[CalledForSeat], now: datetime, *, goes_on: bool
) -> list[Event]:
    """`goes_on`: one for the county does. Raises `Refused` then, and where no rota has anybody to page."""
    if goes_on:
        raise Refused(DrillRefusal.GOES_ON, "A drill for this county goes on. End it before you start another.")
    if not any(each.responders for each in called):
        raise Refused(DrillRefusal.NOBODY, "No rota has anybody for this county now. There is nobody to page.")
    return [DrillStarted(drill=drill, county=county, by=by, called=tuple(called), until=now + LASTS)]


def end(drill: Drill, now: datetime) -> list[Event]:
    """Raises `Refused` for one that is over."""
    if not drill.waits(now):
        raise Refused(DrillRefusal.OVER, "This drill is over already.")
    return [DrillEnded(drill=drill.drill, ended_at=now)]


def answer(page: Page, said: Answer, now: datetime) -> list[Event]:
    """By a code that is good."""
    return [DrillAnswered(drill=page.drill, seat=page.seat, responder=page.responder, answer=said, answered_at=now)]


def taken_by_drills(county: str) -> UUID:
    """What one drill at a time has of a county: the database gives it to one holder in any period."""
    return uuid5(COUNTIES, county)


def page_named(drill: UUID, seat: str, responder: UUID) -> UUID:
    """What the code of a page is made from."""
    return uuid5(drill, f"{seat} {responder}")

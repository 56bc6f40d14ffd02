"""What a role was told and has not acknowledged, and the duties its agency was told of: part of several homes."""

import asyncio
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.console.frame.visit import Visit

NOTICES = 60


class NoticeRow(msgspec.Struct, frozen=True):
    """Something a role was told."""

    notice: UUID
    tip: UUID | None
    role: str
    why: str
    rule: str
    requested_at: datetime
    about: str = ""
    record: UUID | None = None
    lost: bool = False
    next_try: datetime | None = None
    given_up: bool = False


class Waiting(msgspec.Struct, frozen=True):
    """Those that have waited longest, and the number of all."""

    notices: list[NoticeRow]
    total: int


class ToldRow(msgspec.Struct, frozen=True):
    """A report that this person's agency was told of."""

    duty: UUID
    tip: UUID
    rule: str
    part: str
    told_at: datetime
    must_be_acknowledged: bool
    acknowledged_at: datetime | None


class Told(NamedTuple):
    """`duties` are those that wait for an acknowledgement; `duties_seen` whether this role is told of any at all."""

    notices: list[NoticeRow]
    total: int
    duties: list[ToldRow]
    duties_seen: bool


async def told(visit: Visit) -> Told | None:
    """What is for this viewer; what is not is left out. None in the past, where whoever looks is told nothing."""
    if visit.past:
        return None
    asks_duties = visit.may("acknowledge_told_duty")
    waiting, duties = await asyncio.gather(
        visit.asking.find("rapid_assessment", "/notices/waiting", Waiting, {"limit": NOTICES}),
        visit.asking.find("tips", "/duties/told", list[ToldRow]) if asks_duties else _none(),
    )
    mine = [each for each in (waiting.notices if waiting else ()) if each.role in visit.caller.standings]
    open_duties = [each for each in duties or () if each.must_be_acknowledged and each.acknowledged_at is None]
    return Told(mine, waiting.total if waiting else 0, open_duties, asks_duties)


async def _none() -> None:
    return None

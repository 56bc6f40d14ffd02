"""A seat's ladder as it is shown: which rung it is on, who was called when, and whom it calls next. No names."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.kernel.stored_form import Happening
from services.rapid_assessment.ladder.events import LadderOpened, LadderWaits, RungReached
from services.rapid_assessment.ladder.ladder import Ladder


class CalledOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was called; without `rung`, by a person. `responder` is null where it is not told who."""

    at: datetime
    rung: int | None
    climb: int
    responder: UUID | None
    by: tuple[str, ...]


class LadderOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`ladder` and `version` as on file when the team opened. It waits until `until`, or rests with nobody left.

    `next_who` says whom the next rung calls, of the closed list of the file; empty after the last. Until `awaits_until`
    whoever it called and who accepted says that they are on their way; null where nobody is to say so.
    """

    ladder: str
    version: int
    rung: int
    rungs: int
    climb: int
    rests: bool
    by_hand: bool
    until: datetime | None
    next_who: str
    awaits_until: datetime | None
    called: tuple[CalledOnPage, ...]


def ladder_page(ladder: Ladder, happenings: Sequence[Happening], *, told: bool) -> LadderOnPage | None:
    """None for a seat that has none. Whoever was called is named where the seat's people are `told`."""
    if not ladder.opening:
        return None
    after = [rung for rung in ladder.rungs if ladder.rests or rung.rung > ladder.rung]
    return LadderOnPage(
        ladder=ladder.name,
        version=ladder.version,
        rung=ladder.rung,
        rungs=len(ladder.rungs),
        climb=ladder.climb,
        rests=ladder.rests,
        by_hand=ladder.by_hand,
        until=ladder.until,
        next_who=after[0].who if after else "",
        awaits_until=ladder.awaits_until if ladder.awaits is not None else None,
        called=_called(happenings, told=told),
    )


def _called(happenings: Sequence[Happening], *, told: bool) -> tuple[CalledOnPage, ...]:
    """Since the team opened, in order."""
    found: list[CalledOnPage] = []
    for each in happenings:
        match each.event:
            case LadderOpened():
                found.clear()
            case RungReached() as e:
                who = e.responder if told else None
                found.append(CalledOnPage(at=each.happened_at, rung=e.rung, climb=e.climb, responder=who, by=e.by))
            case LadderWaits() as e:
                who = e.responder if told else None
                found.append(CalledOnPage(at=each.happened_at, rung=None, climb=0, responder=who, by=()))
            case _:
                pass
    return tuple(found)

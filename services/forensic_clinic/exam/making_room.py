"""Whose planned exam could be asked to move, where no time is free before evidence is lost. Pure.

Asked for is one exam, never a chain of them. By the other time no evidence of its own patient is surely lost, and the
time that it frees is before the evidence of whoever waits is. What may be lost, and care that comes later, is told with
it, and a move that costs none of it comes first. Nobody is moved by this: people ask, and the patient says yes or no.
So the soonest time goes to whoever asks first, as people hope, and is given back where somebody needs it more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.jurisdictions import ExamRules
from contracts.periods import Period
from services.forensic_clinic.exam.offers import Offer, Site, Taken, Wanted, offers
from services.forensic_clinic.exam.windows import Window, last_chance

GONE = ("open", "may_be_closed", "closed")
"""How far a window is gone, in order."""

TOLD = 3
"""So many are told: whoever is asked may say no."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """An exam with a time kept for it. `wanted` is what its patient could be offered now, at which `sites`.

    `keeps` is everyone and everything that is kept for it during the time.
    """

    exam: UUID
    clinic: str
    nurse: UUID
    during: Period
    keeps: tuple[UUID, ...]
    wanted: Wanted
    sites: tuple[Site, ...]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """`exam` could have `instead` in place of its time; then `freed` could be offered to the exam that waits.

    `at_risk` are windows of evidence of its own patient that are further gone by then, `care_late` those of care.
    """

    exam: UUID
    since: datetime
    instead: Offer
    freed: Offer
    at_risk: tuple[str, ...]
    care_late: tuple[str, ...]


def moves(
    wanted: Wanted, sites: Sequence[Site], taken: Taken, planned: Sequence[Planned], rules: ExamRules, now: datetime
) -> list[Move]:
    """For one that waits: first the moves that leave the least at risk, then the least late; then the shortest wait.

    None where no window of evidence is known to be open, and none of an exam that begins too soon to ask.
    """
    last = last_chance(wanted.windows, now)
    if last is None:
        return []
    soonest = now + timedelta(hours=rules.planning.move_notice_hours)
    in_time = msgspec.structs.replace(wanted, within=Period(now, last + wanted.length))
    found: list[tuple[tuple[int, int, timedelta, datetime], Move]] = []
    for each in planned:
        if not soonest <= each.during.since < last:
            continue
        move = _move(in_time, sites, taken, each, rules)
        if move is not None:
            longer = move.instead.since - move.since
            risk = len(move.freed.at_risk) + len(move.at_risk)
            found.append(((risk, len(move.care_late), longer, move.since), move))
    return [move for _, move in sorted(found, key=lambda each: each[0])[:TOLD]]


def _move(wanted: Wanted, sites: Sequence[Site], taken: Taken, planned: Planned, rules: ExamRules) -> Move | None:
    """The waiting patient's best time with that nurse, were the other exam not there; then that one's best time."""
    own = [
        msgspec.structs.replace(site, nurses=tuple(each for each in site.nurses if each.account == planned.nurse))
        for site in sites
        if site.clinic == planned.clinic
    ]
    without_it = {
        resource: [each for each in periods if resource not in planned.keeps or each != planned.during]
        for resource, periods in taken.items()
    }
    freed = next(iter(offers(wanted, own, without_it, rules)), None)
    if freed is None or freed.lost:
        return None
    filled = {
        resource: [*without_it.get(resource, ()), Period(freed.since, freed.until)]
        for resource in (freed.nurse, freed.room)
    }
    instead = next(iter(offers(planned.wanted, planned.sites, without_it | filled, rules)), None)
    if instead is None:
        return None
    further = [each for each in planned.wanted.windows if _further_gone(each, planned.during.since, instead.since)]
    if any(each.purpose == "evidence" and each.at(instead.since) == "closed" for each in further):
        return None
    return Move(
        exam=planned.exam,
        since=planned.during.since,
        instead=instead,
        freed=freed,
        at_risk=tuple(each.window for each in further if each.purpose == "evidence"),
        care_late=tuple(each.window for each in further if each.purpose == "care"),
    )


def _further_gone(window: Window, at_first: datetime, then: datetime) -> bool:
    """One of which nobody knows when it closes is never."""
    first, later = window.at(at_first), window.at(then)
    return later in GONE and first in GONE and GONE.index(later) > GONE.index(first)

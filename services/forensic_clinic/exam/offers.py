"""Which free times lose least for a patient, over all clinics, and why. Pure: what is free and where comes in.

In this order: evidence that would surely be lost by waiting, evidence that may be, care that would come too late; then
whoever was asked for beside the nurse; then hours waited and hours on the road together, an hour on the road weighing
as many as the tables say; then a nurse who is needed less for other ages; then her rest; then the room.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from typing import Any
from uuid import UUID

import msgspec

from contracts.jurisdictions import AgeBand, ExamRules
from contracts.periods import Period, common, covers, without
from services.forensic_clinic.exam.ground import Examiner, Helper, Patient, Place
from services.forensic_clinic.exam.hours import DAY, busiest_day
from services.forensic_clinic.exam.windows import Window

OF_A_NURSE = 3
AT_MOST = 24
OF_INSTEAD = 3
HOUR = timedelta(hours=1)

Taken = Mapping[UUID, Sequence[Period]]
Beside = Sequence[tuple[Helper, tuple[Period, ...]]]
"""Interpreters and advocates' places of a clinic, each with when it is free."""


class FreeSlot(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Free when it was asked; a hold makes it sure."""

    since: datetime
    until: datetime
    nurse: UUID
    room: UUID


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A clinic. `travel` is the way there from the patient's county, as an estimate; None where no county is known."""

    clinic: str
    nurses: tuple[Examiner, ...]
    rooms: tuple[Place, ...]
    helpers: tuple[Helper, ...] = ()
    travel: timedelta | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for. `clinic` is the one that was asked, `language` empty where no interpreter is needed."""

    clinic: str
    patient: Patient
    band: AgeBand
    windows: tuple[Window, ...]
    language: str
    advocate: bool
    length: timedelta
    within: Period


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A free time, and what speaks for and against it.

    `lost` are windows of evidence not closed now that surely are then, `at_risk` those open now that may be closed
    then, `care_late` those of care of either sort. `before` is until when the soonest that is open then stays so.
    `rest_minutes` lie between it and the nearest other exam of the nurse; None where she has none within a day.
    """

    clinic: str
    nurse: UUID
    room: UUID
    since: datetime
    until: datetime
    interpreter: UUID | None
    advocate: UUID | None
    lost: tuple[str, ...]
    at_risk: tuple[str, ...]
    care_late: tuple[str, ...]
    before: datetime | None
    travel_minutes: int | None
    rest_minutes: int | None


def offers(wanted: Wanted, sites: Sequence[Site], taken: Taken, rules: ExamRules) -> list[Offer]:
    """The best times of each nurse, those that lose least first, at most two dozen."""
    found: list[tuple[tuple[Any, ...], Offer]] = []
    for site in sites:
        beside = [(each, without(each.available, *taken.get(each.helper, ()))) for each in site.helpers]
        for nurse in site.nurses:
            slots = _slots(wanted, site, nurse, taken, rules)
            of_nurse = [_offered(wanted, site, nurse, slot, beside, taken, rules) for slot in slots]
            found += nsmallest(OF_A_NURSE, of_nurse, key=lambda each: each[0])
    return [offer for _, offer in sorted(found, key=lambda each: each[0])[:AT_MOST]]


def instead(
    wanted: Wanted,
    sites: Sequence[Site],
    taken: Taken,
    rules: ExamRules,
    best: Sequence[Offer],
    asked: Period,
    turn: int,
) -> list[Offer]:
    """For a booking that was refused because others were quicker: a few times of what is `best`, in `turn` other ones.

    Least is lost by that very hour with another nurse or room; but that hour is fought over, so the last is beyond the
    reach of whoever wins it, where there is such a time.
    """
    rest = timedelta(minutes=rules.planning.rest_minutes)
    since, until = asked.in_utc
    fought_over = Period(since - rest, until + rest)
    apart = [each for each in best if each.until <= fought_over.since or fought_over.until <= each.since]
    if best and not apart:
        person = wanted.patient.person
        apart = offers(wanted, sites, {**taken, person: (*taken.get(person, ()), fought_over)}, rules)
    first = _in_turn(best, turn)[: OF_INSTEAD - 1]
    return [*first, *(each for each in _in_turn(apart, turn) if each not in first)][:OF_INSTEAD]


def _in_turn(found: Sequence[Offer], turn: int) -> list[Offer]:
    first = turn % len(found) if found else 0
    return [*found[first:], *found[:first]]


def sure(offered: Sequence[Offer]) -> bool:
    """Whether one of them is before any window of evidence may close."""
    return any(not each.lost and not each.at_risk for each in offered)


def in_time(offered: Sequence[Offer]) -> bool:
    """Whether with one of them no window of evidence surely closes first."""
    return any(not each.lost for each in offered)


def free_slots(
    nurses: Sequence[Examiner],
    rooms: Sequence[Place],
    patient: Patient,
    band: AgeBand,
    taken: Taken,
    within: Period,
    length: timedelta,
    rules: ExamRules,
) -> Iterator[FreeSlot]:
    """Every nurse with every room, one slot each step from the first moment both are free. In no order.

    None that leaves a nurse less rest than the rules say, or gives her more hours a day.
    """
    step, most = timedelta(minutes=rules.step_minutes), timedelta(hours=rules.planning.most_hours_a_day)
    for nurse in nurses:
        hers = [each.in_utc for each in taken.get(nurse.account, ())]
        seldom = sum((each.until - each.since for each in hers), length) <= most
        for room, both in both_free(nurse, rooms, patient, band, taken, within, length, rules):
            since = both.since
            while since + length <= both.until:
                slot = Period(since, since + length)
                if seldom or busiest_day(slot, hers) <= most:
                    yield FreeSlot(since=slot.since, until=slot.until, nurse=nurse.account, room=room.room)
                since += step


def both_free(
    nurse: Examiner,
    rooms: Sequence[Place],
    patient: Patient,
    band: AgeBand,
    taken: Taken,
    within: Period,
    length: timedelta,
    rules: ExamRules,
) -> Iterator[tuple[Place, Period]]:
    """When nurse, room and patient are free and she is rested; her hours a day are not reckoned."""
    if nurse.account in patient.kept_out:
        return
    rest = timedelta(minutes=rules.planning.rest_minutes)
    hers = [each.in_utc for each in taken.get(nurse.account, ())]
    rested = (Period(each.since - rest, each.until + rest) for each in hers)
    certified = common(common([within], nurse.available), nurse.certified_for(band))
    free = without(certified, *rested, *taken.get(patient.person, ()))
    for room in rooms:
        for both in common(free, without(room.available, *taken.get(room.room, ()))):
            if both.since + length <= both.until:
                yield room, both


def times_alone(nurse: Examiner, wanted: Wanted, taken: Taken) -> tuple[Period, ...]:
    """When she could support an exam elsewhere from afar: available, certified, and at no exam. No rest is reckoned."""
    certified = common(common([wanted.within], nurse.available), nurse.certified_for(wanted.band))
    free = without(certified, *taken.get(nurse.account, ()))
    return tuple(each for each in free if each.until - each.since >= wanted.length)


def _slots(wanted: Wanted, site: Site, nurse: Examiner, taken: Taken, rules: ExamRules) -> Iterator[FreeSlot]:
    there = Period(wanted.within.since.astimezone(UTC) + (site.travel or timedelta()), wanted.within.until)
    if there.since >= there.until:
        return
    seen: set[datetime] = set()
    # Rooms are alike: the first that is free at a time is offered, and the choice of rooms is no choice of times.
    for slot in free_slots([nurse], site.rooms, wanted.patient, wanted.band, taken, there, wanted.length, rules):
        if slot.since not in seen:
            seen.add(slot.since)
            yield slot


def _offered(
    wanted: Wanted, site: Site, nurse: Examiner, slot: FreeSlot, beside: Beside, taken: Taken, rules: ExamRules
) -> tuple[tuple[Any, ...], Offer]:
    during = Period(slot.since, slot.until)
    lost, at_risk = _missed(wanted, slot.since, "evidence")
    late, perhaps_late = _missed(wanted, slot.since, "care")
    interpreter = _helper(beside, "interpreter", wanted.language, during) if wanted.language else None
    advocate = _helper(beside, "advocate", "", during) if wanted.advocate else None
    rest = _rest(during, taken.get(nurse.account, ()))
    offer = Offer(
        clinic=site.clinic,
        nurse=slot.nurse,
        room=slot.room,
        since=slot.since,
        until=slot.until,
        interpreter=interpreter,
        advocate=advocate,
        lost=lost,
        at_risk=at_risk,
        care_late=(*late, *perhaps_late),
        before=_before(wanted.windows, slot.since),
        travel_minutes=None if site.travel is None else int(site.travel / timedelta(minutes=1)),
        rest_minutes=None if rest is None else int(rest / timedelta(minutes=1)),
    )
    elsewhere = site.clinic != wanted.clinic
    waited = (slot.since - wanted.within.since) / HOUR
    on_the_road = (site.travel or timedelta()) / HOUR * rules.planning.travel.hours_waited_for_one
    key = (
        len(lost),
        len(at_risk),
        len(late),
        len(perhaps_late),
        bool(wanted.language) and interpreter is None,
        wanted.advocate and advocate is None,
        # Nobody knows how far it is: the clinic that was asked is the better guess.
        site.travel is None and elsewhere,
        waited + on_the_road,
        elsewhere,
        len(nurse.certificates),
        -(rest or DAY),
        slot.since,
        slot.nurse,
        slot.room,
    )
    return key, offer


def _missed(wanted: Wanted, since: datetime, purpose: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Windows that are not closed now and surely will be then, and those that are open now and may be closed then."""
    those = [each for each in wanted.windows if each.purpose == purpose]
    of_purpose = [(each, each.at(wanted.within.since), each.at(since)) for each in those]
    lost = tuple(each.window for each, now, then in of_purpose if now != "closed" and then == "closed")
    at_risk = tuple(each.window for each, now, then in of_purpose if now == "open" and then == "may_be_closed")
    return lost, at_risk


def _before(those: Sequence[Window], since: datetime) -> datetime | None:
    """Until when the soonest of the windows of evidence that are open at that time stays so."""
    ends = [each.sure_until for each in those if each.purpose == "evidence" and each.at(since) == "open"]
    return min((each for each in ends if each is not None), default=None)


def _helper(beside: Beside, kind: str, language: str, during: Period) -> UUID | None:
    for each, free in beside:
        speaks = not language or language in each.languages
        if each.kind == kind and speaks and covers(free, during):
            return each.helper
    return None


def _rest(during: Period, exams: Sequence[Period]) -> timedelta | None:
    gaps = [max(each.since - during.until, during.since - each.until) for each in exams]
    nearest = min(gaps, default=None)
    return nearest if nearest is not None and nearest < DAY else None

"""Whose exam could be asked to move, where nothing is free before evidence of this one is lost? Often nobody's."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.periods import Period
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.cases import record_of
from services.forensic_clinic.exam.making_room import Move, Planned, moves
from services.forensic_clinic.exam.no_slot import unmet
from services.forensic_clinic.exam.offers import Offer
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.exam.windows import last_chance
from services.forensic_clinic.free_times import Found, FreeTimes
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource

ASKED_ABOUT = 40
"""So many planned exams are looked at, the soonest first: as many as all nurses of the state do within the windows."""


class MoveOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`exam` of `tip` has the time `since` at `clinic`, and could have `instead`; then this one could have `freed`.

    `at_risk` are windows of evidence of the patient who is asked that are further gone by then, `care_late` of care.
    """

    exam: UUID
    tip: UUID
    clinic: str
    since: datetime
    instead: Offer
    freed: Offer
    at_risk: tuple[str, ...]
    care_late: tuple[str, ...]


class MakingRoomPage(msgspec.Struct, frozen=True, kw_only=True):
    """At most three, those that cost least first. Of exams that you may plan alone; nobody is moved by it."""

    moves: list[MoveOnPage]


class MakingRoomController(Controller):
    """Read from the streams themselves and what the database holds taken, so it is never behind."""

    path = "/exams"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{exam:uuid}/making-room", opt={"action": "book_exam"})
    async def making_room(
        self, exam: UUID, free_times: FreeTimes, time: TimeSource, reader: Reader, request: Request[Any, Any, Any]
    ) -> MakingRoomPage:
        """For an exam that waits, where no time is free before its evidence is lost; none for any other.

        When an assault was can be told by which windows close: that you were shown these exams is put on record.
        """
        clinic, caller, now = free_times.clinic, caller_of(request), time.now()
        loaded, case = await clinic.visible(caller, "book_exam", exam)
        state = loaded.state
        found = None if state.planned or state.ended else await free_times.before_it_closes(state, case, now)
        if found is None or not unmet(found.wanted.windows, found.offers, now):
            return MakingRoomPage(moves=[])
        others = await _planned(free_times, caller, found, now)
        planned = [each for each, _ in others.values()]
        persons = [found.wanted.patient.person, *(each.wanted.patient.person for each in planned)]
        ahead = Period(now, max([found.wanted.within.until, *(each.wanted.within.until for each in planned)]))
        taken = await free_times.taken(found.sites, persons, ahead, exam)
        rules = clinic.jurisdiction.exams
        # Up to a second of reckoning; others are answered meanwhile.
        told = await asyncio.to_thread(moves, found.wanted, found.sites, taken, planned, rules, now)
        if told:
            shown = [others[each.exam][1] for each in told]
            await reader.shown(caller, "exams that could be asked to move", loaded, *shown)
        return MakingRoomPage(moves=[_on_page(each, others[each.exam][1].state) for each in told])


async def _planned(
    free_times: FreeTimes, caller: Caller, found: Found, now: datetime
) -> dict[UUID, tuple[Planned, Loaded[Exam]]]:
    """Those the caller may plan, in the windows of the one that waits, by their reference."""
    clinic = free_times.clinic
    last = last_chance(found.wanted.windows, now)
    if last is None:
        return {}
    nurses = [each.account for site in found.sites for each in site.nurses]
    kept = sorted(await clinic.periods.taken(nurses, now, last), key=lambda each: each.since)
    planned: dict[UUID, tuple[Planned, Loaded[Exam]]] = {}
    for each in list(dict.fromkeys(each.holder for each in kept))[:ASKED_ABOUT]:
        loaded = await clinic.exam(each)
        case = await clinic.case(loaded.state.tip)
        if loaded.state.phase != "booked" or not clinic.gate.may_touch(
            caller, "book_exam", record_of(loaded.state, case.state)
        ):
            continue
        planned[each] = (await _as_planned(free_times, loaded.state, case, found, now), loaded)
    return planned


async def _as_planned(free_times: FreeTimes, exam: Exam, case: Loaded[Case], found: Found, now: datetime) -> Planned:
    if exam.slot is None:
        raise TypeError("A booked exam has a time.")
    sites = free_times.seen_from(found.sites, case.state.county)
    helpers = [each for site in found.sites for each in site.helpers]
    beside = await free_times.clinic.helpers_kept(exam, [each.helper for each in helpers])
    advocate = any(each.helper in beside and each.kind == "advocate" for each in helpers)
    length = exam.slot.until - exam.slot.since
    wanted = await free_times.wanted(exam, case, now, length=length, advocate=advocate)
    return Planned(
        exam=exam.exam,
        clinic=exam.clinic,
        nurse=exam.slot.nurse,
        during=Period(*exam.slot.period.in_utc),
        keeps=(exam.slot.nurse, exam.slot.room, wanted.patient.person, *beside),
        wanted=wanted,
        sites=tuple(each for each in sites if each.clinic == exam.clinic),
    )


def _on_page(move: Move, exam: Exam) -> MoveOnPage:
    return MoveOnPage(
        exam=move.exam,
        tip=exam.tip,
        clinic=exam.clinic,
        since=move.since,
        instead=move.instead,
        freed=move.freed,
        at_risk=move.at_risk,
        care_late=move.care_late,
    )

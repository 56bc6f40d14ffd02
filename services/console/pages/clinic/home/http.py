"""The clinic's home: what is asked of me now, exams by their time, and kits by their next deadline."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from litestar import Controller, Response, get

from contracts.jurisdictions import Jurisdiction
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, ExamRow, KitRow
from services.console.pages.clinic.follow_up.answers import FollowUpRow
from services.console.pages.clinic.kits.view import OFFERED, is_in, people_of
from services.console.pages.told.told import told

WEEK = timedelta(days=7)
KITS = 12


class ClinicController(Controller):
    """For nurses and the clinic's coordinator."""

    path = "/clinic"

    @get("/", opt={"action": "see_clinic"})
    async def home(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Each sees what the service gives them: a nurse her own exams, the coordinator those of the clinic."""
        waiting, held, booked, kits, after, seen = await asyncio.gather(
            _exams(visit, "requested"),
            _exams(visit, "held"),
            _exams(visit, "booked"),
            visit.asking.get(CLINIC, "/kits", list[KitRow]),
            _after_exams(visit),
            told(visit),
        )
        offered = [row for row in kits if is_in(row, OFFERED, visit.caller)]
        due = [row for row in kits if row.duties and row not in offered][:KITS]
        week = visit.now + WEEK
        planned = [row for row in booked if row.since is not None]
        names = await visit.house.names.of(
            visit.asking,
            visit.caller,
            people_of([*offered, *due]) | {row.nurse for row in (*held, *booked) if row.nurse is not None},
        )
        return await visit.page(
            "clinic/home/home.html",
            form=Form(),
            waiting=waiting,
            held=[row for row in sorted(held, key=lambda row: row.held_until or visit.now) if row.held_until],
            overdue=[row for row in planned if row.until is not None and row.until <= visit.now],
            booked=[
                row
                for row in planned
                if row.until is not None and row.until > visit.now and row.since and row.since < week
            ],
            later=sum(row.since is not None and row.since >= week for row in planned),
            offered=offered,
            due=due,
            after=after,
            reach_out=[row for row in after if row.outreach][:KITS],
            kits_to_do=sum(bool(row.duties) for row in kits),
            names=names,
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
            waits=seen,
        )


async def _after_exams(visit: Visit) -> Sequence[FollowUpRow]:
    may = visit.may("see_follow_ups")
    return (await visit.asking.find(CLINIC, "/follow-ups", list[FollowUpRow]) if may else None) or []


async def _exams(visit: Visit, phase: str) -> Sequence[ExamRow]:
    return await visit.asking.get(CLINIC, "/exams", list[ExamRow], {"phase": phase})

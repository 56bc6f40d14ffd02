"""The prosecutor's home: referrals to decide, and cases by what the law asks next."""

import asyncio
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.frame.visit import Visit
from services.console.pages.court.answers import PROSECUTION, CaseRow, Transfer
from services.console.pages.court.list.view import (
    ALL,
    DECIDE,
    MOST,
    QUEUES,
    harbours_of,
    is_in,
    next_due,
    next_of_all,
    queues_of,
)
from services.console.pages.court.safe_harbour.answers import HarbourRow
from services.console.pages.told.told import told

PAGE = 25


class CourtController(Controller):
    """For the prosecutors of an office."""

    path = "/court"

    @get("/", opt={"action": "see_court"})
    async def cases(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        queue: Annotated[str, Parameter(max_length=10)] = "",
        skip: Annotated[int, Parameter(ge=0, le=1_000)] = 0,
    ) -> Response[Any]:
        """One queue, due soonest first; without one, the first that holds something."""
        referred, listed, transfers, found, waits = await asyncio.gather(
            visit.asking.get(PROSECUTION, "/cases", list[CaseRow], {"phase": "referred"}),
            visit.asking.get(PROSECUTION, "/cases", list[CaseRow]),
            visit.asking.get(PROSECUTION, "/transfers", list[Transfer]),
            visit.asking.get(PROSECUTION, "/safe-harbour", list[HarbourRow]),
            told(visit),
        )
        mine = visit.caller.agency
        known = {row.case for row in listed}
        rows = [*listed, *(row for row in referred if row.case not in known)]
        harbours = harbours_of(found)
        queues = queues_of(rows, harbours)
        chosen = queue if queue in QUEUES else queues[0].name
        there = [(row, next_due(row, chosen)) for row in rows if is_in(row, chosen, harbours)]
        if chosen != ALL:
            there.sort(key=lambda pair: (pair[1] is None, pair[1][1] if pair[1] else visit.now))
        return await visit.page(
            "court/list/list.html",
            queues=queues,
            queue=chosen,
            harbours=harbours,
            # A referral waits for somebody to decide: where one does, it comes first and alone.
            coming=next_of_all(rows) if chosen != DECIDE and not skip else (),
            rows=there[skip : skip + PAGE],
            total=len(there),
            skip=skip,
            page=PAGE,
            cut=len(listed) >= MOST,
            most=MOST,
            waits=waits,
            offered=[each for each in transfers if each.receiver == mine and each.phase == "offered"],
            handed_on=[each for each in transfers if each.giver == mine and each.phase == "accepted"],
            not_taken=[each for each in transfers if each.giver == mine and each.phase in {"offered", "refused"}],
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        )

"""For how many exams was no time free before evidence is lost, and what was done instead?"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Controller, Request, get

from services.forensic_clinic.exam.no_slot import Choice, Why
from services.forensic_clinic.views.exam_board import exams_seen
from services.kernel.http.exporting import ASKED_FOR
from services.kernel.http.gate import Gate
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

YEAR = timedelta(days=365)


class UnmetNeed(msgspec.Struct, frozen=True, kw_only=True):
    """Of the exams asked for since a moment that the caller may see, how many had no time before evidence is lost.

    `no_slot`: surely lost; `no_sure_slot`: perhaps. `instead`: what was chosen, and for how many of them.
    """

    since: datetime
    asked_for: int
    no_slot: int
    no_sure_slot: int
    instead: dict[str, int]


class UnmetNeedController(Controller):
    """Counted over what the caller may list: it tells nobody of more exams than the list itself."""

    path = "/exams/unmet"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_exams"})
    async def unmet(self, views: Views, gate: Gate, time: TimeSource, request: Request[Any, Any, Any]) -> UnmetNeed:
        """Of the last 365 days."""
        since = time.now() - YEAR
        seen = await exams_seen(views, gate, request, page=ASKED_FOR)
        rows = [row for row in seen if row["requested_at"] >= since]
        without = [row for row in rows if row["no_slot"]]
        return UnmetNeed(
            since=since,
            asked_for=len(rows),
            no_slot=sum(row["no_slot"] == Why.NO_SLOT for row in without),
            no_sure_slot=sum(row["no_slot"] == Why.NO_SURE_SLOT for row in without),
            instead={choice.value: sum(row["instead"] == choice for row in without) for choice in Choice},
        )

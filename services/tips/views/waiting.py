"""What about tips waits for the coordinator? Reports due next, what was added and not read, who asks who reported.

Each as its own list tells it; together, because a board asks for all of it anew whenever something changed.
"""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter

from contracts.jurisdictions.tip import LikenessRules
from services.kernel.http.gate import Gate
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.tips.duty.duties import Duties
from services.tips.views.duty_board import NextDuties, next_duties
from services.tips.views.releases import WaitingReleases, releases_seen
from services.tips.views.to_do import ToDo, to_do_seen

PAGE = 50


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The first of each kind, and the numbers of all the caller sees."""

    duties: NextDuties
    added: ToDo
    releases: WaitingReleases


class WaitingController(Controller):
    """For the coordinator's board. What of each kind is shown to whom, its own list's action says."""

    path = "/waiting"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_waiting"})
    async def waiting(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        duties: Duties,
        likeness: LikenessRules,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = 10,
    ) -> Waiting:
        """At most `limit` of each kind; what is due soonest, or has waited longest, comes first."""
        due, added, releases = await asyncio.gather(
            next_duties(views, gate, duties, request, limit),
            to_do_seen(views, gate, time, likeness, request, "added_to", limit, 0),
            releases_seen(views, gate, request, limit),
        )
        return Waiting(duties=due, added=added, releases=releases)

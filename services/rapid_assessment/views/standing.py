"""Do ladders climb, deadlines come and notices go out? For every page to say so when they do not."""

import msgspec
from litestar import Controller, get

from services.kernel.due import DueWorker
from services.kernel.time_source import TimeSource
from services.kernel.undelivered import waiting
from services.kernel.views import Views


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`timers_late`: something is past due and unhandled. `notices_lost`: some reached nobody by any carrier."""

    timers_late: bool
    notices_lost: bool


class StandingController(Controller):
    """Of no case and nobody, so it is told to whoever is signed in."""

    path = "/standing"
    tags = ["Notices"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_standing"})
    async def standing(self, due: DueWorker, views: Views, time: TimeSource) -> Standing:
        """As it is now."""
        return Standing(timers_late=await due.overdue() > 0, notices_lost=await waiting(views, time) > 0)

"""Do ladders climb, deadlines come and notices go out? For every page to say so when they do not."""

from datetime import datetime

import msgspec
from litestar import Controller, get

from services.kernel.due import DueWorker
from services.kernel.time_source import TimeSource
from services.kernel.undelivered import lost
from services.kernel.views import Views


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`timers_late`: something is past due and unhandled. `notices_lost`: some reached nobody by any carrier.

    `next_try` is when the first of these is tried again, `given_up` whether some were tried for a day, and are no more.
    """

    timers_late: bool
    notices_lost: bool
    next_try: datetime | None
    given_up: bool


class StandingController(Controller):
    """Of no case and nobody, so it is told to whoever is signed in."""

    path = "/standing"
    tags = ["Notices"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_standing"})
    async def standing(self, due: DueWorker, views: Views, time: TimeSource) -> Standing:
        """As it is now."""
        late, notices = await due.overdue() > 0, await lost(views, time)
        return Standing(
            timers_late=late,
            notices_lost=notices.notices > 0,
            next_try=notices.next_try,
            given_up=notices.given_up,
        )

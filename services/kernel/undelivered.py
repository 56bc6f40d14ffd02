"""How many notices have reached nobody? A view that each service which sends some feeds from its own events.

A row from when a notice is asked for until it is dealt with; and from a carrier's refusal until it is dealt with after
all, or, where it is tried no more, until a carrier takes another.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from services.kernel.batch import Effect
from services.kernel.metrics import Gauge
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.tries import MOMENT, RESTS, TRIES
from services.kernel.views import View, Views

DELIVERED_WITHIN = timedelta(seconds=60)
TRIED_NO_MORE = 2 * RESTS[-1]
"""So long after a refusal: whatever is tried again has been by then."""

NAME = "undelivered"
COLUMNS = "notice uuid PRIMARY KEY, since timestamptz NOT NULL, refused boolean NOT NULL, tries integer NOT NULL"

_ASK = """
    INSERT INTO {table} (notice, since, refused, tries) VALUES (%s, %s, false, 0)
    ON CONFLICT (notice) DO UPDATE SET since = excluded.since, refused = false, tries = 0
"""
_TAKE = """
    DELETE FROM {table} WHERE notice = %s OR (refused AND since < %s::timestamptz - %s::interval)
"""
_REFUSE = """
    INSERT INTO {table} AS n (notice, since, refused, tries) VALUES (%s, %s, true, 1)
    ON CONFLICT (notice) DO UPDATE SET since = excluded.since, refused = true, tries = n.tries + 1
"""
_TRY_AGAIN = """
    INSERT INTO {table} (notice, since, refused, tries) VALUES (%s, %s, false, %s)
    ON CONFLICT (notice) DO UPDATE SET tries = excluded.tries
"""
# When a notice is tried again lies among the due moments and nowhere else: what is told is what will be done.
NEXT_TRY = f"SELECT min(due_at) FROM due_moments WHERE clock = n.notice AND moment LIKE '{MOMENT} %%'"
_LOST = (
    f"SELECT count(*) AS notices, min(({NEXT_TRY})) FILTER (WHERE refused) AS next_try,"
    f" coalesce(bool_or(refused AND tries >= {TRIES}), false) AS given_up"
    " FROM {table} AS n WHERE refused OR since < %(late)s"
)


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """Notices that reached nobody: how many, when the first is tried again, and whether one was tried for a day."""

    notices: int
    next_try: datetime | None
    given_up: bool


def view_of(project: Callable[[Happening], Sequence[Effect]]) -> View:
    """The view of a service; `project` says of its events what each does, in the words below."""
    return View(NAME, COLUMNS, project)


def asked(notice: UUID, by: Happening) -> Effect:
    """Somebody is to be told."""
    return Effect(_ASK, (notice, by.recorded_at))


def dealt_with(notice: UUID) -> Effect:
    """They were told or need not be told any more."""
    return Effect("DELETE FROM {table} WHERE notice = %s", (notice,))


def taken(notice: UUID, by: Happening) -> Effect:
    """A carrier took it, so they work: what others refused before counts no more, once it is tried no more."""
    return Effect(_TAKE, (notice, by.recorded_at, TRIED_NO_MORE))


def refused(notice: UUID, by: Happening) -> Effect:
    """A carrier refused it."""
    return Effect(_REFUSE, (notice, by.recorded_at))


def tried_again(notice: UUID, by: Happening, nth: int) -> Effect:
    """It is given to its carriers for the `nth` time. It counts as it did until they have answered."""
    return Effect(_TRY_AGAIN, (notice, by.recorded_at, nth - 1))


async def lost(views: Views, time: TimeSource) -> Lost:
    """Those that waited for a minute, or were refused. What is read is a handful of rows, unless all is lost."""
    (row,) = await views.query(NAME, _LOST, {"late": time.now() - DELIVERED_WITHIN})
    return msgspec.convert(dict(row), Lost)


def count_of(views: Views, time: TimeSource, of: str) -> Gauge:
    """For a scrape."""

    async def read() -> Mapping[tuple[str, ...], float]:
        return {(): (await lost(views, time)).notices}

    return Gauge("notices_undelivered", f"Notices {of} that waited for a minute, or that a carrier refused.", read)
